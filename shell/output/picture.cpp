#include "shell/output/picture.hpp"

#include <algorithm>

#include "shell/output/documents.hpp"
#include "shell/output/text.hpp"

namespace tandem::shell {
namespace {

using gateway::ClusterStatus;
using gateway::MemberStatus;
using gateway::PairStatus;
using gateway::Verdict;

constexpr std::size_t pairs_in_detail_max = 8;

std::string paint(std::string_view text, std::string_view colour, bool colours) {
  if (!colours) return std::string(text);
  return "\x1b[" + std::string(colour) + "m" + std::string(text) + "\x1b[0m";
}

std::string_view words_of(Verdict verdict) {
  return verdict == Verdict::at_risk ? std::string_view("at risk") : to_string(verdict);
}

std::string size_text(std::uint64_t bytes, const PictureStyle& style) {
  return style.exact ? std::to_string(bytes) : human_size(bytes);
}

std::string age(std::int64_t since_ns, const PictureStyle& style) {
  if (since_ns == 0 || style.now_ns <= since_ns) return {};
  return human_duration(static_cast<double>(style.now_ns - since_ns) / 1e9);
}

std::string behind_text(const gateway::Backlog& backlog, const PictureStyle& style) {
  std::string text;
  if (backlog.files > 0) {
    text = counted(backlog.files, "file") + " (" + size_text(backlog.bytes, style) + ")";
  }
  if (backlog.names > 0) text += (text.empty() ? "" : ", ") + counted(backlog.names, "name");
  return text;
}

std::string state_colour(const std::string& state) {
  if (state == "live") return "32";
  return state == "healing" ? "33" : "31";
}

struct Widths {
  std::size_t pair = 4;
  std::size_t node = 4;
};

Widths measure(const std::vector<PairStatus>& pairs) {
  Widths widths;
  for (const auto& pair : pairs) {
    widths.pair = std::max(widths.pair, std::min<std::size_t>(display_width(pair.name), 12));
    for (const auto& member : pair.members) {
      widths.node = std::max(widths.node, std::min<std::size_t>(display_width(member.node), 30));
    }
  }
  return widths;
}

// What needs words under a member's line: since when and why it is not live, what it has to catch up, what
// to do.
std::vector<std::string> remarks(const MemberStatus& member, const PictureStyle& style) {
  std::vector<std::string> lines;
  if (member.state != "live") {
    std::string text;
    if (const std::string since = age(member.since_ns, style); !since.empty()) text = "for " + since;
    if (!member.reason.empty()) text += (text.empty() ? "" : ": ") + member.reason;
    if (!text.empty()) lines.push_back(printable(text));
  }
  if (const std::string behind = behind_text(member.backlog, style); !behind.empty()) {
    lines.push_back("to catch up: " + behind);
    if (member.backlog.eta_seconds) {
      lines.back() += ", about " + human_duration(*member.backlog.eta_seconds) + " left";
    }
  }
  if (member.slow) lines.push_back("slow: it took " + human_duration(member.answer_seconds) + " to answer");
  if (member.disk_failing) {
    lines.push_back(
        "its disk keeps failing: " + counted(member.damaged_copies, "damaged copy", "damaged copies") +
        " in the last 24 hours; give it a new one: tandem node replace");
  }
  if (!member.reached) lines.push_back(mend_for(member));
  return lines;
}

std::string member_line(const PairStatus& pair, std::size_t index, const Widths& widths,
                        const PictureStyle& style) {
  const MemberStatus& member = pair.members[index];
  const bool first = index == 0;
  const bool last = index + 1 == pair.members.size();
  const std::string_view bracket = pair.members.size() == 1 ? " " : first ? "/" : last ? "\\" : "|";
  std::string line = pad_right(first ? shorten(pair.name, widths.pair) : "", widths.pair) + " " +
                     std::string(bracket) + " " + pad_right(shorten(member.node, widths.node), widths.node);
  line += "  " + paint(pad_right(member.state, 7), state_colour(member.state), style.colours);
  const auto cell = [&](const std::string& text) { return pad_left(member.reached ? text : "-", 12); };
  line += cell(grouped(member.node_status.files));
  line += cell(size_text(member.node_status.data_bytes, style));
  line += cell(size_text(member.node_status.free_bytes, style));
  line += "\n";
  const std::size_t indent = widths.pair + 5;
  const auto room = static_cast<std::size_t>(std::max(40, style.columns)) - indent;
  for (const auto& remark : remarks(member, style)) {
    line += std::string(indent, ' ') + shorten(remark, room) + "\n";
  }
  return line;
}

std::string short_line(const PairStatus& pair, const Widths& widths, const PictureStyle& style) {
  std::string nodes;
  for (const auto& member : pair.members) nodes += (nodes.empty() ? "" : " = ") + member.node;
  const auto room = static_cast<std::size_t>(std::max(60, style.columns)) - widths.pair - 27;
  return pad_right(shorten(pair.name, widths.pair), widths.pair) + " = " +
         pad_right(shorten(nodes, room), room) + pad_left(size_text(pair.data_bytes, style), 11) + "  " +
         paint("healthy", "32", style.colours) + "\n";
}

std::string heading(const Widths& widths) {
  return pad_right("PAIR", widths.pair) + "   " + pad_right("NODE", widths.node) + "  STATE  " +
         pad_left("FILES", 12) + pad_left("DATA", 12) + pad_left("FREE", 12) + "\n";
}

std::string summary(const ClusterStatus& status, const PictureStyle& style) {
  std::size_t nodes = 0;
  std::size_t live = 0;
  for (const auto& pair : status.pairs) {
    nodes += pair.members.size();
    live += static_cast<std::size_t>(std::count_if(
        pair.members.begin(), pair.members.end(), [](const auto& member) { return member.state == "live"; }));
  }
  std::string text = printable(status.name) + " is " +
                     coloured(status.verdict, words_of(status.verdict), style.colours) + ": " +
                     std::to_string(live) + " of " + counted(nodes, "node") + " live, " +
                     counted(status.pairs.size(), "pair") + "\n";
  for (const auto& reason : status.reasons) text += "  - " + printable(reason) + "\n";
  return text;
}

std::string totals(const ClusterStatus& status, const PictureStyle& style) {
  std::string text =
      counted(status.files, "file") + ", " + counted(status.directories, "directory", "directories") + ", " +
      size_text(status.data_bytes, style) + " stored, " + size_text(status.free_bytes, style) + " free\n";
  const auto& catalogue = status.catalogue;
  text += "catalogue: " + catalogue.engine + ", " + catalogue.state;
  if (!catalogue.detail.empty()) text += " (" + printable(catalogue.detail) + ")";
  if (catalogue.used_bytes > 0) text += ", " + size_text(catalogue.used_bytes, style);
  return text + "\n";
}

}  // namespace

std::string coloured(Verdict verdict, std::string_view text, bool colours) {
  switch (verdict) {
    case Verdict::healthy:
      return paint(text, "32", colours);
    case Verdict::degraded:
      return paint(text, "33", colours);
    case Verdict::at_risk:
    case Verdict::down:
      return paint(text, "1;31", colours);
  }
  return std::string(text);
}

std::string mend_for(const MemberStatus& member) {
  if (member.reason.find("secret") != std::string::npos) {
    return "cluster.secret_file must hold what its --secret-file holds";
  }
  if (member.state == "foreign") return "the folder that belongs there is another one";
  // The newest of several reasons stands last.
  const auto last_says = [&](std::string_view words) {
    const auto newest = member.reason.rfind("; ");
    return member.reason.find(words, newest == std::string::npos ? 0 : newest) != std::string::npos;
  };
  if (last_says("no answer in time")) return "it keeps silent: does it hang, or the network to it?";
  if (last_says("timed out")) return "no connection comes about: is its machine on, and the network whole?";
  return "is it running? storaged --root DIR --listen " + member.node;
}

std::string cluster_picture(const ClusterStatus& status, const PictureStyle& style) {
  const Widths widths = measure(status.pairs);
  const bool many = status.pairs.size() > pairs_in_detail_max;
  std::string detailed;
  std::string brief;
  for (const auto& pair : status.pairs) {
    if (many && pair.verdict == Verdict::healthy) {
      brief += short_line(pair, widths, style);
      continue;
    }
    for (std::size_t i = 0; i < pair.members.size(); ++i) detailed += member_line(pair, i, widths, style);
  }
  std::string text = summary(status, style) + "\n";
  if (!detailed.empty()) {
    text += heading(widths) + detailed;
  }
  if (!brief.empty()) text += (detailed.empty() ? "" : "\n") + brief;
  return text + "\n" + totals(status, style);
}

std::string pair_picture(const PairStatus& pair, const PictureStyle& style) {
  const Widths widths = measure({pair});
  std::string text = "pair " + printable(pair.name) + " is " +
                     coloured(pair.verdict, words_of(pair.verdict), style.colours) +
                     (pair.state == "active" ? "" : " and " + pair.state) + ": " +
                     counted(pair.files, "file") + ", " + size_text(pair.data_bytes, style) + " stored, " +
                     size_text(pair.free_bytes, style) + " free\n\n" + heading(widths);
  for (std::size_t i = 0; i < pair.members.size(); ++i) text += member_line(pair, i, widths, style);
  return text;
}

std::string node_picture(const PairStatus& pair, const MemberStatus& member, const PictureStyle& style) {
  const auto row = [](std::string_view name, const std::string& value) {
    return value.empty() ? std::string() : pad_right(name, 13) + value + "\n";
  };
  std::string state = paint(member.state, state_colour(member.state), style.colours);
  if (const std::string since = age(member.since_ns, style); !since.empty()) state += " for " + since;
  if (!member.reason.empty()) state += ": " + printable(member.reason);
  std::string text = row("node", member.node) + row("pair", pair.name) + row("state", state);
  if (!member.uuid.is_null()) text += row("uuid", to_string(member.uuid));
  text += row("version", printable(member.version));
  if (member.pid != 0) text += row("process", std::to_string(member.pid));
  if (member.reached) {
    const NodeStatus& said = member.node_status;
    text += row("directories", grouped(said.directories)) + row("files", grouped(said.files));
    text += row("data", size_text(said.data_bytes, style)) + row("free", size_text(said.free_bytes, style));
    text += row("reads", grouped(said.reads)) + row("writes", grouped(said.writes));
    text += row("answers in", human_duration(member.answer_seconds) + (member.slow ? " (slow)" : ""));
    if (member.damaged_copies > 0) {
      text += row("damaged copies", grouped(member.damaged_copies) + " in the last 24 hours");
    }
    if (said.staged_files > 0) {
      text += row("staged",
                  counted(said.staged_files, "file") + " (" + size_text(said.staged_bytes, style) + ")");
    }
    if (said.limbo_entries > 0) text += row("limbo", counted(said.limbo_entries, "entry", "entries"));
  }
  const std::string behind = behind_text(member.backlog, style);
  return text + row("to catch up", behind.empty() ? "nothing" : behind);
}

std::string why_picture(const gateway::PathReport& report, const PictureStyle& style) {
  const Verdict verdict = report.verdict == "ok"         ? Verdict::healthy
                          : report.verdict == "degraded" ? Verdict::degraded
                                                         : Verdict::down;
  std::string text = printable(report.path) + ": " + coloured(verdict, report.verdict, style.colours) + ", " +
                     std::string(to_string(report.kind));
  if (report.kind == Kind::file)
    text += " of " + size_text(report.size_bytes, style) + " on pair " + report.pair;
  text += "\n  id " + to_string(report.id) + ", version " + std::to_string(report.version) + "\n";
  if (report.kind == Kind::file) text += "  digest " + to_string(report.digest) + "\n";
  std::size_t width = 0;
  for (const auto& copy : report.copies) width = std::max(width, copy.node.size());
  for (const auto& copy : report.copies) {
    text += "  " + pad_right(copy.node, width) + "  " + pad_right(copy.node_state, 8) +
            paint(copy.verdict, copy.verdict == "good" ? "32" : "31", style.colours);
    if (!copy.detail.empty()) text += ": " + printable(copy.detail);
    text += "\n";
  }
  if (report.heal_needed) {
    text += "  to be healed";
    if (!report.heal_source.empty()) text += " from " + report.heal_source;
    if (!report.heal_blocked_by.empty()) text += "; waiting for " + printable(report.heal_blocked_by);
    text += "\n";
  }
  return text;
}

}  // namespace tandem::shell
