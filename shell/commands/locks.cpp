#include "shell/commands/verbs.hpp"
#include "shell/output/documents.hpp"
#include "shell/output/text.hpp"

namespace tandem::shell {
namespace {

constexpr std::size_t shown_max = 100'000;

std::string who(const gateway::ClientInfo& client) {
  if (client.program.empty()) return "a client that has gone";
  return client.program + " (pid " + client.pid + " on " + client.host + ")";
}

void show(Output& out, const gateway::LockInfo& lock) {
  out.line(printable(lock.path.empty() ? "(no name)" : lock.path));
  std::string text = std::string("  ") + (lock.shared ? "shared     " : "exclusive  ") + who(lock.holder) +
                     " since " + local_time(lock.since_ns) + ", fence " + std::to_string(lock.fence);
  if (lock.lease_left) {
    const std::chrono::duration<double> left = *lock.lease_left;
    text += ", lease " + human_duration(left.count());
  } else {
    text += ", its holder is gone";
  }
  if (!lock.is_explicit) text += ", given up on demand";
  out.line(printable(text));
  for (const auto& waiter : lock.waiters) {
    out.line(printable("  waits      " + who(waiter.client) + " since " + local_time(waiter.since_ns) +
                       (waiter.shared ? ", for reading" : "")));
  }
}

class ShowLocks : public Verb {
 public:
  void define(Arguments& /*arguments*/) override {}

  Outcome run(Session& session) override {
    auto store = session.cluster.store();
    if (!store) return std::move(store).error();
    const auto locks = (*store)->locks(shown_max);
    if (!locks) return locks.error();
    if (session.json) {
      session.out.line(locks_document(*locks));
      return {};
    }
    for (const auto& lock : *locks) show(session.out, lock);
    return {};
  }
};

}  // namespace

const Command locks_command{
    "locks",
    "show who holds which file, and who waits",
    "For every lock: its path, whether it is shared or exclusive, which program holds it since when, its "
    "fence "
    "(a number that grows with every grant), how long its holder may still be silent before it loses it, and "
    "who waits for it. Tokens that a client keeps for its own use and gives up when somebody asks are shown, "
    "too.",
    "tandem locks\ntandem --json locks | jq -r '.locks[] | select(.explicit) | .path'",
    Command::Group::files,
    make_verb<ShowLocks>};

}  // namespace tandem::shell
