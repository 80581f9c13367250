#include "shell/commands/help.hpp"
#include "shell/commands/verbs.hpp"
#include "shell/output/documents.hpp"

namespace tandem::shell {
namespace {

class Version : public Verb {
 public:
  void define(Arguments& /*arguments*/) override {}
  Outcome run(Session& session) override {
    session.out.line(session.json ? version_document(program_version)
                                  : "tandem " + std::string(program_version));
    return {};
  }
};

}  // namespace

const Command version_command{"version",
                              "tell the version",
                              "Tells the version of this program. Those of the nodes are in the status.",
                              "tandem version\ntandem --json status | jq -r '.pairs[].members[].version'",
                              Command::Group::programs,
                              make_verb<Version>};

}  // namespace tandem::shell
