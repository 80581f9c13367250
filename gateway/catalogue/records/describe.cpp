#include "gateway/catalogue/records/describe.hpp"

#include <algorithm>
#include <array>

#include "gateway/catalogue/records/heal_record.hpp"
#include "gateway/catalogue/records/keys.hpp"
#include "gateway/catalogue/records/records.hpp"

namespace tandem::gateway {
namespace {

bool needs_escape(char character) {
  return static_cast<unsigned char>(character) < ' ' || character == '\x7f' || character == '\\';
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char character : text) {
    if (!needs_escape(character)) {
      out += character;
    } else {
      out += "\\x" + to_hex({&character, 1});
    }
  }
  return out;
}

std::string quoted(std::string_view text) {
  const bool plain = !text.empty() && std::ranges::none_of(text, [](char character) {
    return needs_escape(character) || character == ' ' || character == '"' || character == '=';
  });
  return plain ? std::string(text) : "\"" + escaped(text) + "\"";
}

std::string_view word(Kind kind) {
  constexpr std::array<std::string_view, 4> words{"?", "file", "directory", "symlink"};
  return words[static_cast<std::size_t>(kind)];
}

std::string_view word(NodeState state) {
  constexpr std::array<std::string_view, 4> words{"?", "live", "healing", "out"};
  return words[static_cast<std::size_t>(state)];
}

std::string octal(std::uint32_t mode) {
  std::string text(4, '0');
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit, mode >>= 3) {
    *digit = static_cast<char>('0' + (mode & 7));
  }
  return text;
}

// "epoch|commit", as people compare them.
std::string revision_text(Revision revision) {
  constexpr Revision commits = (Revision{1} << epoch_shift) - 1;
  return std::to_string(epoch_of(revision)) + "|" + std::to_string(revision & commits);
}

class Line {
 public:
  Line& add(std::string_view name, std::string_view value) {
    if (!text_.empty()) text_ += ' ';
    text_.append(name).append("=").append(value);
    return *this;
  }
  Line& add(std::string_view name, std::uint64_t value) { return add(name, std::to_string(value)); }
  Line& add_time(std::string_view name, std::int64_t nanoseconds) {
    return add(name, std::to_string(nanoseconds / 1'000'000'000));
  }
  std::string finish(const std::string& unknown) {
    if (!unknown.empty()) add("unknown", to_hex(unknown));
    return text_;
  }

 private:
  std::string text_;
};

std::string describe(const ClusterRecord& record) {
  Line line;
  line.add("format", record.format).add("id", to_string(record.id)).add("name", quoted(record.name));
  line.add_time("created", record.created_ns);
  for (const LostRevisions& lost : record.lost) {
    line.add("lost", revision_text(lost.after) + ".." + revision_text(lost.before));
  }
  return line.finish(record.unknown);
}

std::string describe(const NameValue& value) {
  return Line().add("id", to_string(value.id)).add("kind", word(value.kind)).finish({});
}

std::string describe(const ObjectRecord& record) {
  Line line;
  line.add("kind", word(record.kind));
  if (record.kind == Kind::file) {
    line.add("pair", quoted(record.pair));
    line.add("stamp", revision_text(record.stamp.fence) + "." + std::to_string(record.stamp.attempt));
    line.add("size", record.size_bytes).add("digest", to_string(record.digest));
  }
  if (record.kind == Kind::symlink) line.add("target", quoted(record.target));
  const Attributes& attributes = record.attributes;
  line.add("mode", octal(attributes.mode)).add("uid", attributes.uid).add("gid", attributes.gid);
  line.add_time("modified", attributes.modified_ns);
  for (const Name& name : record.names) {
    line.add("name", to_string(name.directory) + "/" + quoted(name.name));
  }
  return line.finish(record.unknown);
}

std::string describe(const PairRecord& record) {
  Line line;
  line.add("name", quoted(record.name)).add("state", quoted(record.state));
  for (const MemberRecord& member : record.members) {
    line.add("member",
             to_string(member.node) + "@" + quoted(member.address) + "#" + std::to_string(member.run));
  }
  return line.finish(record.unknown);
}

std::string describe(const NodeRecord& record) {
  Line line;
  line.add("state", word(record.state)).add("reason", quoted(record.reason));
  line.add_time("since", record.since_ns);
  if (record.filling) {
    line.add("filling_behind", record.filled_up_to ? to_string(*record.filled_up_to) : std::string("start"));
  }
  return line.finish(record.unknown);
}

std::string describe(const MarkRecord& record) {
  Line line;
  line.add("kind", word(record.kind)).add("misses", record.content ? "content" : "names");
  return line.add_time("since", record.since_ns).finish(record.unknown);
}

std::string describe(const SlotRecord& record) {
  Line line;
  line.add("operation", record.operation);
  for (const Owed& owed : record.owed) {
    line.add("owed", to_string(owed.id) + ":" + std::string(word(owed.kind)) + "@" +
                         (owed.pair.empty() ? "all" : quoted(owed.pair)));
  }
  return line.finish(record.unknown);
}

std::string describe(const SessionRecord& record) {
  return Line().add("about", quoted(record.about)).add_time("since", record.since_ns).finish(record.unknown);
}

std::string describe(const TokenRecord& record) {
  Line line;
  line.add("explicit", record.is_explicit ? "yes" : "no");
  return line.add_time("since", record.since_ns).finish(record.unknown);
}

std::string describe(const TokenRequestRecord& record) {
  Line line;
  for (const SessionId session : record.acting_for) line.add("for", revision_text(session));
  return line.add_time("since", record.since_ns).finish(record.unknown);
}

std::string describe(const EventRecord& record) {
  Line line;
  line.add("kind", quoted(record.kind)).add_time("at", record.at_ns).add("node", quoted(record.node));
  return line.add("path", quoted(record.path)).add("message", quoted(record.message)).finish(record.unknown);
}

template <class Record>
std::string described(std::string_view value) {
  const auto record = decode<Record>(value);
  return record ? describe(*record) : record.error().cause + ": " + to_hex(value);
}

std::string described_heal(std::string_view value) {
  const auto record = decode_heal(value);
  return record ? escaped(describe(*record)) : record.error().cause + ": " + to_hex(value);
}

using Describer = std::string (*)(std::string_view);
struct Space {
  std::string_view prefix{};
  Describer describer = nullptr;
};

const std::array<Space, 12>& spaces() {
  static const std::array<Space, 12> all{{{keys::names_prefix, described<NameValue>},
                                          {keys::records_prefix, described<ObjectRecord>},
                                          {keys::pairs_prefix, described<PairRecord>},
                                          {keys::nodes_prefix, described<NodeRecord>},
                                          {keys::marks_prefix, described<MarkRecord>},
                                          {keys::slots_prefix, described<SlotRecord>},
                                          {keys::heals_prefix, described_heal},
                                          {keys::sessions_prefix, described<SessionRecord>},
                                          {keys::tokens_prefix, described<TokenRecord>},
                                          {keys::requests_prefix, described<TokenRequestRecord>},
                                          {keys::events_prefix, described<EventRecord>},
                                          {keys::meta, described<ClusterRecord>}}};
  return all;
}

// Keys in which raw ids stand behind the prefix.
bool has_ids(std::string_view key) {
  constexpr std::array<std::string_view, 9> prefixes{
      keys::names_prefix, keys::records_prefix, keys::nodes_prefix,
      keys::marks_prefix, keys::tokens_prefix,  keys::requests_prefix,
      keys::heals_prefix, keys::demands_prefix, keys::intents_prefix};
  return std::ranges::any_of(prefixes, [&](std::string_view prefix) { return key.starts_with(prefix); });
}

}  // namespace

std::string describe_key(std::string_view key) {
  constexpr std::size_t head = 2;
  if (!has_ids(key) || key.size() < head + ObjectId::size_bytes) return escaped(key);
  std::string text(key.substr(0, head));
  text += to_hex(key.substr(head, ObjectId::size_bytes));
  const std::string_view rest = key.substr(head + ObjectId::size_bytes);
  if (key.starts_with(keys::names_prefix) && rest.starts_with('\0'))
    return text + "/" + escaped(rest.substr(1));
  if (key.starts_with(keys::tokens_prefix) || key.starts_with(keys::requests_prefix))
    return text + "/" + escaped(rest);
  return rest.empty() ? text : text + "/" + to_hex(rest);
}

std::string describe_value(std::string_view key, std::string_view value) {
  for (const Space& space : spaces()) {
    if (key.starts_with(space.prefix)) return space.describer(value);
  }
  return to_hex(value);
}

std::string raw_prefix_of(std::string_view description) {
  constexpr std::size_t head = 2;
  if (!has_ids(description)) return std::string(description.substr(0, description.find('\\')));
  const std::string_view digits = description.substr(head, std::size_t{2} * ObjectId::size_bytes);
  const auto raw = from_hex(digits.substr(0, digits.size() / 2 * 2));
  return std::string(description.substr(0, head)) + raw.value_or("");
}

}  // namespace tandem::gateway
