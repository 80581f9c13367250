// An interactive bash that has read `tandem completion bash`, typed at as a person would.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/support/local_cluster/local_cluster.hpp"
#include "tests/support/local_cluster/terminal.hpp"

namespace tandem::test {

class Bash {
 public:
  Bash(const std::filesystem::path& folder, const std::filesystem::path& config)
      : terminal_(started(folder, config)) {
    terminal_.type("source <(tandem completion bash); echo it is re''ady\r");
    ready_ = terminal_.sees("it is ready");
  }

  // The words of the line after what `keys` have made of it: "<tandem><mkdir>".
  testing::AssertionResult completes(const std::string& keys, const std::string& words) {
    if (!ready_) return testing::AssertionFailure() << "bash is not ready:\n" << terminal_.everything();
    // The line becomes the operands of printf: what bash has made of it is told without being painted.
    terminal_.type(keys + to_the_beginning + "printf '<%s>' \r");
    if (terminal_.sees(words)) return testing::AssertionSuccess();
    return testing::AssertionFailure() << "no " << words << " in\n" << terminal_.everything();
  }

 private:
  static constexpr const char* to_the_beginning = "\x01";

  static Command started(const std::filesystem::path& folder, const std::filesystem::path& config) {
    Command command;
    command.arguments = {"bash", "--norc", "--noprofile", "-i"};
    command.working_folder = folder.string();
    const auto programs = std::filesystem::path(program("tandem")).parent_path().string();
    command.environment = {"HOME=" + folder.string(), "INPUTRC=/dev/null", "PS1=$ ",
                           "TANDEM_CONFIG=" + config.string(), "PATH=" + programs + ":/usr/bin:/bin"};
    return command;
  }

  Terminal terminal_;
  bool ready_ = false;
};

}  // namespace tandem::test
