#include <algorithm>

#include "shell/commands/verbs.hpp"
#include "shell/output/documents.hpp"
#include "shell/output/picture.hpp"
#include "shell/output/text.hpp"

namespace tandem::shell {
namespace {

using gateway::ClusterStatus;
using gateway::Verdict;

class ShowStatus : public Verb {
 public:
  void define(Arguments& arguments) override {
    arguments.flag("--bytes", exact_, "Exact numbers of bytes instead of human units.");
    arguments.optional_operand("NODE|PAIR", ValueKind::node_or_pair, subject_,
                               "Only this node (its HOST:PORT), or only this pair.");
  }

  Outcome run(Session& session) override {
    auto store = session.cluster.store();
    if (!store) return std::move(store).error();
    auto status = (*store)->status();
    if (!status) return std::move(status).error();
    const PictureStyle style{session.out.columns(), session.out.colours(), exact_,
                             session.runtime.wall_now()};
    if (!subject_.empty()) return show_part(session, *status, style);
    session.out.write(session.json ? status_document(*status) + "\n" : cluster_picture(*status, style));
    return static_cast<int>(status->verdict);
  }

 private:
  Outcome show_part(Session& session, ClusterStatus& status, const PictureStyle& style) {
    const std::string& wanted = subject_.front();
    for (auto& pair : status.pairs) {
      const auto member = std::find_if(pair.members.begin(), pair.members.end(),
                                       [&](const auto& one) { return one.node == wanted; });
      if (pair.name != wanted && member == pair.members.end()) continue;
      const Verdict verdict = pair.verdict;
      if (!session.json && member != pair.members.end()) {
        session.out.write(node_picture(pair, *member, style));
      } else {
        if (member != pair.members.end()) pair.members = {*member};
        status.pairs = {pair};
        session.out.write(session.json ? status_document(status) + "\n"
                                       : pair_picture(status.pairs.front(), style));
      }
      return static_cast<int>(verdict);
    }
    std::string known;
    for (const auto& pair : status.pairs) {
      known += (known.empty() ? "" : "; ") + pair.name + ":";
      for (const auto& member : pair.members) known += " " + member.node;
    }
    return Error{Code::not_found, "no node or pair of this cluster", wanted, "", "it has " + known};
  }

  bool exact_ = false;
  std::vector<std::string> subject_{};
};

}  // namespace

const Command status_command{
    "status",
    "show how the cluster is, pair by pair",
    "Shows one verdict and its reasons, and for every node its state, the files and bytes it holds, and what "
    "it "
    "has to catch up.\n\n"
    "  healthy   every node is live and holds everything\n"
    "  degraded  a node is out or behind, yet everything is readable and on two nodes\n"
    "  at risk   something has one good copy only\n"
    "  down      some file cannot be read, or the catalogue does not take changes\n\n"
    "The exit status tells the same: 0 healthy, 1 degraded, 2 at risk, 3 down. With NODE or PAIR the verdict "
    "is "
    "that of the pair.",
    "tandem status\ntandem status 127.0.0.1:7001\ntandem --json status | jq -r .verdict",
    Command::Group::cluster,
    make_verb<ShowStatus>};

}  // namespace tandem::shell
