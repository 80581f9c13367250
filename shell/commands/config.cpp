#include "shell/commands/verbs.hpp"
#include "shell/output/documents.hpp"
#include "shell/output/text.hpp"

namespace tandem::shell {
namespace {

class CheckConfig : public Verb {
 public:
  void define(Arguments& arguments) override {
    arguments.choice("ACTION", {"check"}, action_, "check: read it and tell what is wrong, or what it says.");
  }

  Outcome run(Session& session) override {
    auto loaded = session.cluster.config();
    if (!loaded) return Outcome::config(std::move(loaded).error());
    const gateway::Config& config = **loaded;
    if (session.json) {
      session.out.line(config_document(config));
      return {};
    }
    session.out.line(printable(config.file) + ": no mistakes");
    session.out.line("cluster " + printable(config.cluster.name) + ", catalogue " +
                     printable(config.cluster.catalogue));
    for (const auto& pair : config.pairs) {
      std::string members;
      for (const auto& member : pair.members) members += (members.empty() ? "" : " = ") + member;
      session.out.line("  " + printable(pair.name) + ": " + members);
    }
    return {};
  }

 private:
  std::vector<std::string> action_{};
};

}  // namespace

const Command config_command{
    "config",
    "check the configuration",
    "Reads the configuration, with the values of --set, and tells the first mistake with its file, line and "
    "mend, or what it says. No node is asked.",
    "tandem config check\ntandem --config new.toml config check",
    Command::Group::programs,
    make_verb<CheckConfig>};

}  // namespace tandem::shell
