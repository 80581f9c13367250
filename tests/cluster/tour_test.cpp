// The ten-minute tour of the README runs as it is printed, on free ports.
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <sstream>

#include "tests/support/local_cluster/local_cluster.hpp"

namespace tandem::test {
namespace {

namespace fs = std::filesystem;

// The shell blocks between the heading of the tour and the next heading, one after the other.
std::string commands_of_the_tour(const std::string& readme) {
  std::istringstream lines(readme);
  std::string commands;
  bool in_tour = false;
  bool in_block = false;
  for (std::string line; std::getline(lines, line);) {
    if (!in_block && line.starts_with("## ")) in_tour = line.find("tour") != std::string::npos;
    if (line.starts_with("```")) {
      in_block = in_tour && line == "```sh";
    } else if (in_block) {
      commands += line + "\n";
    }
  }
  return commands;
}

// "127.0.0.1:7001" to "7004" become PREFIX1 to PREFIX4, which are free.
struct FreeDecade {
  FreeDecade() {
    wait_until([&] {
      prefix = std::to_string(std::stoi(std::to_string(ReservedPort().number())) / 10);
      for (int last = 1; last <= 4; ++last) {
        if (accepts_connections(static_cast<std::uint16_t>(std::stoi(prefix + std::to_string(last)))))
          return false;
      }
      return true;
    });
  }
  std::string prefix;
};

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

// Whatever the tour started and, having failed half-way, did not stop.
void stop_daemons_below(const fs::path& folder) {
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".pid") continue;
    const auto number = content_of_file(entry.path());
    pid_t pid = 0;
    std::from_chars(number.data(), number.data() + number.size(), pid);
    const auto command = content_of_file("/proc/" + std::to_string(pid) + "/cmdline");
    if (pid > 0 && command.find("storaged") != std::string::npos) ::kill(pid, SIGKILL);
  }
}

TEST(Readme, TheTourRunsAsItIsPrinted) {
  const char* source = std::getenv("TANDEM_SOURCE");
  const auto commands =
      commands_of_the_tour(content_of_file(fs::path(source == nullptr ? "." : source) / "README.md"));
  ASSERT_NE(commands.find("tandem init"), std::string::npos) << "the README has no tour";
  const TemporaryFolder folder;
  fs::create_directories(folder.path() / "build/release");
  fs::create_directory_symlink(fs::path(program("tandem")).parent_path(),
                               folder.path() / "build/release/bin");

  Command command;
  command.arguments = {"bash", "-euxo", "pipefail", "-c",
                       replaced(commands, "127.0.0.1:700", "127.0.0.1:" + FreeDecade().prefix)};
  command.working_folder = folder.path().string();
  command.environment = {"TMPDIR=" + folder.path().string(), "HOME=" + folder.path().string()};
  command.deadline = std::chrono::seconds(120);
  const auto outcome = run(command);
  EXPECT_TRUE(outcome.ok()) << describe(outcome);
  stop_daemons_below(folder.path());
}

}  // namespace
}  // namespace tandem::test
