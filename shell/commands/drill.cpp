#include <algorithm>

#include "shell/commands/verbs.hpp"
#include "shell/drill/local_node.hpp"
#include "shell/output/text.hpp"

namespace tandem::shell {
namespace {

using gateway::ClusterStatus;
using gateway::MemberStatus;
using gateway::PairStatus;

constexpr std::uint64_t frozen_seconds = 10;
constexpr std::uint64_t frozen_seconds_max = 300;
constexpr auto pause_between_looks = std::chrono::milliseconds(50);
constexpr std::size_t names_looked_at_max = 1000;

bool is_loopback(const std::string& address) {
  return address.starts_with("127.") || address.starts_with("localhost:") || address.starts_with("[::1]:");
}

bool is_complete(const MemberStatus& member) {
  return member.reached && member.state == "live" && member.backlog.files == 0;
}

// Whom a drill is about, in its pair.
struct Subject {
  const PairStatus* pair = nullptr;
  const MemberStatus* member = nullptr;
};

Result<Subject> find_subject(const ClusterStatus& status, const std::string& node) {
  for (const auto& pair : status.pairs) {
    for (const auto& member : pair.members) {
      if (member.node == node) return Subject{&pair, &member};
    }
  }
  return Error{Code::not_found, "no node of this cluster", node, "", "see `tandem status`"};
}

// What a drill breaks has to be whole on another member, or it would be lost.
Status check_mirror(const Subject& subject) {
  const auto& members = subject.pair->members;
  const bool mirrored = std::any_of(members.begin(), members.end(), [&](const MemberStatus& other) {
    return &other != subject.member && is_complete(other);
  });
  if (mirrored) return success();
  return Error{Code::unavailable,
               "no other member of " + subject.pair->name + " is live and holds everything",
               subject.member->node, "", "run `tandem heal`, and see `tandem status`"};
}

class Drill : public Verb {
 public:
  void define(Arguments& arguments) override {
    arguments.flag("--yes", yes_, "Do it. Without this the command says what it would do, and refuses.");
    arguments.number("--seconds", "N", seconds_,
                     "With freeze: thaw the daemon after so long, 1 to 300 [10].");
    arguments.choice("ACTION", {"kill", "freeze", "flip-bit", "wipe"}, action_,
                     "kill: end the daemon at once. freeze: stop it for a while. flip-bit: change one bit of "
                     "one file it holds. wipe: end it and empty its folder.");
    arguments.operand("NODE", ValueKind::node, node_, "A node of this machine, by its HOST:PORT.");
  }

  Outcome check(const Session& /*session*/) const override {
    const std::string& action = action_.front();
    if (seconds_ && action != "freeze") return Outcome::usage("--seconds belongs to freeze");
    if (seconds_ && (*seconds_ < 1 || *seconds_ > frozen_seconds_max))
      return Outcome::usage("--seconds takes 1 to " + std::to_string(frozen_seconds_max));
    if (!yes_) {
      return Outcome::usage("drill " + action + " breaks " + node_.front() + " on purpose",
                            "add --yes if that is meant");
    }
    return {};
  }

  Outcome run(Session& session) override {
    auto store = session.cluster.store();
    if (!store) return std::move(store).error();
    const auto status = (*store)->status();
    if (!status) return status.error();
    const auto subject = find_subject(*status, node_.front());
    if (!subject) return subject.error();
    const MemberStatus& member = *subject->member;
    if (!is_loopback(member.node) || member.pid == 0 || !member.reached) {
      return Error{Code::unsupported, "its process is not known here", member.node, "",
                   "drills are for daemons that answer on this machine's loopback"};
    }
    if (auto mirrored = check_mirror(*subject); !mirrored) return mirrored;
    auto node = LocalNode::find(static_cast<pid_t>(member.pid), member.uuid);
    if (!node) return Error(node.error()).on(member.node);
    return act(session, **store, *node);
  }

 private:
  Outcome act(Session& session, gateway::Store& store, LocalNode& node) {
    const std::string& action = action_.front();
    if (action == "freeze") return freeze(session, node);
    if (action == "flip-bit") return flip_bit(session, store, node);
    if (auto done = action == "kill" ? node.kill() : node.wipe(); !done) return done;
    const std::string again = "start storaged on " + printable(node.folder()) + " again";
    return tell(session, action == "kill" ? "the daemon is dead; " + again + ", then `tandem heal`"
                                          : "the daemon is dead and its folder empty; " + again +
                                                ", then `tandem node replace " + printable(node_.front()) +
                                                "` and `tandem heal`");
  }

  Outcome freeze(Session& session, LocalNode& node) {
    const auto seconds = std::chrono::seconds(seconds_.value_or(frozen_seconds));
    if (auto frozen = node.freeze(); !frozen) return frozen;
    (void)tell(session, "frozen for " + std::to_string(seconds.count()) + " s; Ctrl-C thaws it");
    session.messages.flush();
    const Instant until = session.runtime.now() + seconds;
    while (session.runtime.now() < until && !session.stop()) session.pause(pause_between_looks);
    if (auto thawed = node.thaw(); !thawed) return thawed;
    return tell(session, "thawed");
  }

  // A file that every member holds well, so that the bit costs nothing.
  Outcome flip_bit(Session& session, gateway::Store& store, LocalNode& node) {
    const auto names = store.node_tree(node_.front(), {}, names_looked_at_max);
    if (!names) return names.error();
    for (const auto& name : *names) {
      if (name.kind != Kind::file || name.size_bytes == 0) continue;
      const std::string path = (name.path.starts_with('/') ? "" : "/") + name.path;
      const auto report = store.why(path);
      if (!report || report->verdict != "ok") continue;
      if (auto flipped = node.flip_bit(path); !flipped) return flipped;
      return tell(session, "one bit of its copy of " + printable(path) +
                               " is another; read it a few times, then see `tandem events`");
    }
    return Error{Code::not_found, "it holds no file whose copies are all good", node_.front()};
  }

  Outcome tell(Session& session, const std::string& text) const {
    if (!session.json) session.messages.line(printable(node_.front()) + ": " + text);
    return {};
  }

  bool yes_ = false;
  std::optional<std::uint64_t> seconds_{};
  std::vector<std::string> action_{};
  std::vector<std::string> node_{};
};

}  // namespace

const Command drill_command{
    "drill",
    "break a node of this machine on purpose, to see what happens",
    "For daemons that answer on this machine's loopback. A drill is refused while no other member of the "
    "pair is "
    "live and holds everything, because what it breaks could then be lost or out of reach, and without "
    "--yes.\n\n"
    "  kill      the daemon dies at once, as in a power cut of its process\n"
    "  freeze    the daemon stands still, and goes on after --seconds or Ctrl-C\n"
    "  flip-bit  one bit of one copy changes; readers are given the mirror's, and it is mended\n"
    "  wipe      the daemon dies and its folder is emptied, as when a disk is lost",
    "tandem drill kill 127.0.0.1:7001 --yes\n"
    "tandem drill freeze 127.0.0.1:7001 --seconds 5 --yes\n"
    "tandem drill flip-bit 127.0.0.1:7001 --yes\n"
    "tandem drill wipe 127.0.0.1:7001 --yes",
    Command::Group::cluster,
    make_verb<Drill>};

}  // namespace tandem::shell
