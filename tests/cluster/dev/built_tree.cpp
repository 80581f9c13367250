#include "tests/cluster/dev/built_tree.hpp"

#include <signal.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace tandem::test {
namespace {

namespace fs = std::filesystem;

// ./dev itself, and what the demo imports and then moves, appends to and removes.
constexpr const char* entries[] = {"dev",  "packaging", "protocol",     "gateway",
                                   "docs", "README.md", "CHANGELOG.md", "LICENSE"};

fs::path source_folder() {
  const char* source = std::getenv("TANDEM_SOURCE");
  return source == nullptr ? "." : source;
}

}  // namespace

BuiltTree::BuiltTree() {
  for (const char* entry : entries) {
    fs::copy(source_folder() / entry, path() / entry, fs::copy_options::recursive);
  }
  write_file(path() / "packaging/debian-packages.txt", "");
  fs::create_directories(path() / "build/release");
  fs::create_directory_symlink(fs::path(program("tandem")).parent_path(), path() / "build/release/bin");
  fs::create_directory(path() / "tools");
  fs::create_symlink("/bin/true", path() / "tools/cmake");
  fs::create_directory(temporary());  // below build/, which the demo does not import
}

BuiltTree::~BuiltTree() {
  for (const auto process : processes()) ::kill(process, SIGKILL);
  wait_until([&] { return processes().empty(); });
}

Command BuiltTree::dev_command(std::vector<std::string> arguments) const {
  Command command;
  command.arguments = std::move(arguments);
  command.arguments.insert(command.arguments.begin(), (path() / "dev").string());
  const char* search = std::getenv("PATH");
  command.environment = {"PATH=" + (path() / "tools").string() + ":" + (search == nullptr ? "/bin" : search),
                         "TMPDIR=" + temporary().string()};
  return command;
}

std::vector<pid_t> BuiltTree::processes() const {
  std::vector<pid_t> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const auto name = entry.path().filename().string();
    pid_t process = 0;
    if (std::from_chars(name.data(), name.data() + name.size(), process).ptr != name.data() + name.size())
      continue;
    const auto command_line = content_of_file(entry.path() / "cmdline");
    if (command_line.find(path().string()) != std::string::npos) found.push_back(process);
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace tandem::test
