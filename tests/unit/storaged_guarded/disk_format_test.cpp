// Who has only the disk, a shell and docs/DISK_FORMAT.md gets every file and knows which are whole: the
// commands of the document run as they are printed, on the folder of a real node.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include "tests/support/local_cluster/child.hpp"
#include "tests/support/local_cluster/trees.hpp"
#include "tests/unit/storaged_guarded/either_disk.hpp"

namespace tandem::test {
namespace {

namespace fs = std::filesystem;

std::string commands_of_the_document() {
  const char* source = std::getenv("TANDEM_SOURCE");
  std::ifstream document(fs::path(source == nullptr ? "." : source) / "docs/DISK_FORMAT.md");
  std::string commands;
  bool in_block = false;
  for (std::string line; std::getline(document, line);) {
    if (line.starts_with("```"))
      in_block = line == "```sh";
    else if (in_block)
      commands += line + "\n";
  }
  return commands;
}

class OnlyTheDisk : public OnEitherDisk {
 protected:
  std::string object(std::uint64_t id) const { return "objects/" + to_string(id_of(id)); }

  // The lines the commands print, sorted.
  std::vector<std::string> run_the_document(const fs::path& out) {
    Command command;
    command.arguments = {"bash", "-euo", "pipefail", "-c", commands_of_the_document()};
    command.environment = {"ROOT=" + folder_.string(), "OUT=" + out.string(), "LC_ALL=C.UTF-8"};
    const Outcome outcome = run(command);
    EXPECT_TRUE(outcome.ok()) << describe(outcome);
    std::vector<std::string> lines;
    std::istringstream text(outcome.output);
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    std::sort(lines.begin(), lines.end());
    return lines;
  }
};
INSTANTIATE_TEST_SUITE_P(Node, OnlyTheDisk, ::testing::Values(true), name_of_disk);

TEST_P(OnlyTheDisk, AndAShellGiveEveryFileAndTellWhichAreWhole) {
  for (const char* tool : {"/usr/bin/getfattr", "/usr/bin/xxhsum"})
    if (!fs::exists(tool)) GTEST_SKIP() << "no " << tool;
  const std::map<std::string, std::string> contents{
      {"empty", ""},
      {"one", "x"},
      {"block", patterned(65'536, 1)},
      {"sixteen blocks", patterned(1'048'576, 2)},
      {"gr\u00fc\u00dfe \"<&>'", patterned(65'537, 3)},
      {"large", patterned(3'000'001, 4)},
  };
  std::uint64_t id = 1;
  for (const auto& [name, content] : contents) store(id++, 5, content, {{root_directory, name}});
  store(20, 6, patterned(100'000, 5), {{id_of(50), "deep"}}, {{id_of(50), 4, root_directory, "folder"}});
  store(21, 6, patterned(200'000, 6), {{root_directory, "rotten"}});
  store(22, 6, patterned(2'000'000, 7), {{root_directory, "rotten at the end"}});
  store(23, 6, patterned(2'000'000, 8), {{root_directory, "rotten list"}});
  store(24, 6, patterned(2'000'000, 9), {{root_directory, "list gone"}});
  store(25, 6, "cut short", {{root_directory, "short"}});
  store(26, 6, "not shown", {{root_directory, "hidden"}});
  ASSERT_TRUE(node_->put(id_of(27), {7, 1}, "never committed").ok());
  node_->stop();
  flip_byte(object(21), 150'000);
  flip_byte(object(22), 1'999'999);
  flip_byte("checksums/" + to_string(id_of(23)) + ".6-1", 9);
  ASSERT_TRUE(disk_->unlink("checksums/" + to_string(id_of(24)) + ".6-1").ok());
  fs::resize_file(folder_ / object(25), 3);
  ASSERT_TRUE(disk_->unlink("tree/hidden").ok());
  std::ofstream(folder_ / "tree/foreign") << "put here by hand";

  const TemporaryFolder out;
  std::vector<std::string> expected{"whole ./folder/deep",
                                    "DAMAGED ./rotten",
                                    "DAMAGED ./rotten at the end",
                                    "DAMAGED ./rotten list",
                                    "DAMAGED ./list gone",
                                    "DAMAGED ./short",
                                    "whole unnamed " + to_string(id_of(26)),
                                    "unknown ./foreign"};
  for (const auto& [name, content] : contents) expected.push_back("whole ./" + name);
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(run_the_document(out.path() / "out"), expected);
  for (const auto& [name, content] : contents)
    EXPECT_TRUE(content_of_file(out.path() / "out/tree" / name) == content) << name;
  EXPECT_TRUE(content_of_file(out.path() / "out/tree/folder/deep") == patterned(100'000, 5));
  EXPECT_EQ(content_of_file(out.path() / "out/unnamed" / to_string(id_of(26))), "not shown");
}

}  // namespace
}  // namespace tandem::test
