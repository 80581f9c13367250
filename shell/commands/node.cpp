#include "shell/commands/verbs.hpp"
#include "shell/output/text.hpp"

namespace tandem::shell {
namespace {

class ChangeNode : public Verb {
 public:
  void define(Arguments& arguments) override {
    arguments.option("--with", "HOST:PORT", ValueKind::text, with_,
                     "Where the new folder's storaged answers; NODE itself by default.");
    arguments.flag("--accept-loss", accept_loss_,
                   "Also when no other member of the pair holds everything: what only the lost folder held "
                   "is gone.");
    arguments.choice("ACTION", {"replace"}, action_,
                     "replace: an empty folder takes the place of a member whose disk is lost.");
    arguments.operand("NODE", ValueKind::node, node_, "The member, by its HOST:PORT as `status` shows it.");
  }

  Outcome run(Session& session) override {
    auto store = session.cluster.store();
    if (!store) return std::move(store).error();
    const std::string& node = node_.front();
    const gateway::ReplaceRequest request{node, with_.value_or(node), accept_loss_};
    if (auto replaced = (*store)->replace_node(request); !replaced) return std::move(replaced).error();
    if (!session.json) {
      session.messages.line(printable(request.address) + " takes the place of " + printable(node) +
                            "; `tandem heal` copies what it has to hold");
    }
    return {};
  }

 private:
  std::vector<std::string> action_{};
  std::vector<std::string> node_{};
  std::optional<std::string> with_{};
  bool accept_loss_ = false;
};

}  // namespace

const Command node_command{
    "node",
    "put an empty folder in the place of a member whose disk is lost",
    "Start storaged on the new, empty folder first, at the member's address or, with --with, at another one. "
    "The new folder is claimed for the cluster, written into the pair and filled from the other members: by "
    "`tandem heal`, or in the background by any program that stays. It is refused while no other member is "
    "live "
    "and holds everything, because the lost folder may then be the only one with some content; --accept-loss "
    "gives that up.",
    "tandem node replace 10.0.0.3:7001\n"
    "tandem node replace 10.0.0.3:7001 --with 10.0.0.9:7001",
    Command::Group::cluster,
    make_verb<ChangeNode>};

}  // namespace tandem::shell
