#include "storaged/disk/node_file.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <string>

#include "tests/support/memory_filesystem.hpp"

namespace tandem::storaged {
namespace {

NodeFile some_file(Run run) {
  NodeFile file;
  file.uuid.bytes.fill(0xab);
  file.cluster.bytes.fill(0x12);
  file.epoch = 65535;
  file.run = run;
  return file;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(NodeFile, IsReadAsItWasWritten) {
  for (NodeFile file : {some_file(1), some_file(UINT64_MAX)}) {
    EXPECT_EQ(*decode_node_file(encode_node_file(file)), file);
    file.cluster = {};
    file.clean = true;
    EXPECT_EQ(*decode_node_file(encode_node_file(file)), file);
  }
}

TEST(NodeFile, OfANewerFormatIsRefusedWithTheMend) {
  const auto text = replaced(encode_node_file(some_file(1)), "format = 1", "format = 2\nunheard_of = [1]");
  const auto decoded = decode_node_file(text);
  ASSERT_EQ(decoded.code(), Code::unsupported);
  EXPECT_NE(decoded.error().cause.find("format 2"), std::string::npos);
  EXPECT_FALSE(decoded.error().mend.empty());
}

TEST(NodeFile, GarbageIsRefusedWithFileAndLine) {
  const std::string good = encode_node_file(some_file(1));
  const std::string uuid_line = "uuid = \"" + to_string(some_file(1).uuid) + "\"";
  const std::string wrong[] = {
      replaced(good, uuid_line, "uuid = \"abc\""),
      replaced(good, uuid_line, "uuid = 7"),
      replaced(good, uuid_line, "uuid = \"00000000000000000000000000000000\""),
      replaced(good, uuid_line, "uuid = "),
      replaced(good, "epoch = 65535", "epoch = 65536"),
      replaced(good, "epoch = 65535", "epoch = -1"),
      replaced(good, "epoch = 65535", "epoch = 1.5"),
      replaced(good, "run = \"1\"", "run = \"xyz\""),
      replaced(good, "run = \"1\"", "run = \"11111111111111111\""),
      replaced(good, "clean = false", "clean = 0"),
      replaced(good, "clean = false", "clean = false\nsurprise = 1"),
      replaced(good, "format = 1", "format = 0"),
  };
  for (const auto& text : wrong) {
    const auto decoded = decode_node_file(text);
    ASSERT_EQ(decoded.code(), Code::invalid) << text;
    EXPECT_EQ(decoded.error().path, "node.toml");
    EXPECT_TRUE(decoded.error().cause.starts_with("line ")) << decoded.error().cause;
  }
  EXPECT_EQ(decode_node_file("").code(), Code::invalid);
  EXPECT_EQ(decode_node_file(std::string(200, '\0')).code(), Code::invalid);
  EXPECT_EQ(decode_node_file(std::string(5000, '[')).code(), Code::invalid);
}

TEST(NodeFile, ThatIsMissingIsNoError) {
  support::MemoryFilesystem disk;
  const auto read = read_node_file(disk);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(*read, std::nullopt);
}

// Whatever instruction the power fails at, and whatever the disk keeps of what was not synced: the old
// file or the new one, and the new one once it was answered ok.
TEST(NodeFile, SurvivesAPowerCutAtEveryInstruction) {
  std::set<tandem::Run> seen;
  for (std::uint64_t cut_at = 1; cut_at <= 12; ++cut_at) {
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
      support::MemoryFilesystem disk;
      ASSERT_TRUE(write_node_file(disk, some_file(1)).ok());
      const std::uint64_t before = disk.operation_count();
      disk.set_hook([&](const auto& operation) {
        if (operation.number == before + cut_at) disk.halt();
        return success();
      });
      const bool answered = write_node_file(disk, some_file(2)).ok();
      disk.set_hook({});
      disk.power_cut(seed);
      const auto found = read_node_file(disk);
      ASSERT_TRUE(found.ok()) << to_string(found.error());
      ASSERT_TRUE(found->has_value());
      EXPECT_TRUE((*found)->run == 2 || !answered);
      EXPECT_TRUE(**found == some_file(1) || **found == some_file(2));
      seen.insert((*found)->run);
      ASSERT_TRUE(write_node_file(disk, some_file(3)).ok()) << "a leftover must not be in the way";
    }
  }
  EXPECT_EQ(seen, (std::set<tandem::Run>{1, 2}));
}

TEST(NodeFile, AFailingDiskLeavesTheOldOne) {
  for (std::uint64_t fail_at = 1; fail_at <= 5; ++fail_at) {
    support::MemoryFilesystem disk;
    ASSERT_TRUE(write_node_file(disk, some_file(1)).ok());
    disk.fail_operation(disk.operation_count() + fail_at, Error{Code::corrupt, "Input/output error"});
    EXPECT_EQ(write_node_file(disk, some_file(2)).code(), Code::corrupt);
    EXPECT_EQ(**read_node_file(disk), some_file(1));
  }
}

}  // namespace
}  // namespace tandem::storaged
