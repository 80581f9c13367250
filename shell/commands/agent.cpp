#include "shell/commands/verbs.hpp"

namespace tandem::shell {
namespace {

constexpr auto pause_between_looks = std::chrono::milliseconds(100);

class Agent : public Verb {
 public:
  void define(Arguments& /*arguments*/) override {}

  Outcome run(Session& session) override {
    session.cluster.stay();
    auto store = session.cluster.store();
    if (!store) return std::move(store).error();
    while (!session.stop()) session.runtime.sleep_until(session.runtime.now() + pause_between_looks);
    return interrupted_outcome();
  }
};

}  // namespace

const Command agent_command{
    "agent",
    "stay, and heal in the background",
    "Watches the nodes once a second, admits those that are back, takes over what clients that died left to "
    "do, "
    "and heals what members missed, until it is ended by a signal. One is enough for a cluster; several do "
    "no "
    "harm. Needed only where no other program stays: an interactive shell does the same.",
    "tandem agent\nsystemd-run tandem --config /etc/tandem/tandem.toml agent",
    Command::Group::cluster,
    make_verb<Agent>};

}  // namespace tandem::shell
