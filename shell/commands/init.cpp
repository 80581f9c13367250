#include "shell/commands/verbs.hpp"
#include "shell/output/documents.hpp"
#include "shell/output/text.hpp"

namespace tandem::shell {
namespace {

class Initialise : public Verb {
 public:
  void define(Arguments& /*arguments*/) override {}

  Outcome run(Session& session) override {
    auto config = session.cluster.config();
    if (!config) return Outcome::config(std::move(config).error());
    auto id = gateway::Store::init(**config, session.runtime);
    if (!id) return std::move(id).error();
    const auto& name = (*config)->cluster.name;
    if (session.json) {
      session.out.line(init_document(name, *id, (*config)->pairs));
      return {};
    }
    session.out.line("cluster " + printable(name) + " is ready: id " + to_string(*id));
    for (const auto& pair : (*config)->pairs) {
      std::string members;
      for (const auto& member : pair.members) members += (members.empty() ? "" : " = ") + member;
      session.out.line("  " + printable(pair.name) + ": " + members);
    }
    return {};
  }
};

}  // namespace

const Command init_command{"init",
                           "make a new cluster of the configured nodes",
                           "Creates the catalogue and the cluster's id and claims the nodes of the "
                           "configuration, all of which must be "
                           "running and empty. It refuses where there is a catalogue already and a node that "
                           "belongs to a cluster. From "
                           "then on the catalogue is the truth about pairs.",
                           "tandem init\ntandem --config /etc/tandem/tandem.toml init",
                           Command::Group::cluster,
                           make_verb<Initialise>};

}  // namespace tandem::shell
