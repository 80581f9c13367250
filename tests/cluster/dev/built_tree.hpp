// A copy of this repository in a temporary folder, as if everything were built and installed already: its
// ./dev runs the programs under test, and neither compiles nor installs anything.
//
// Used from the test's main thread.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/local_cluster/local_cluster.hpp"

namespace tandem::test {

class BuiltTree {
 public:
  BuiltTree();
  ~BuiltTree();  // SIGKILL to whatever processes() still finds

  const std::filesystem::path& path() const { return folder_.path(); }
  std::filesystem::path temporary() const { return path() / "build/temporary"; }  // its TMPDIR

  // ./dev ARGUMENTS..., not on a terminal.
  Command dev_command(std::vector<std::string> arguments) const;
  Outcome dev(std::vector<std::string> arguments) const { return run(dev_command(std::move(arguments))); }

  // Those whose command line names something in this folder, ascending.
  std::vector<pid_t> processes() const;

 private:
  TemporaryFolder folder_;
};

}  // namespace tandem::test
