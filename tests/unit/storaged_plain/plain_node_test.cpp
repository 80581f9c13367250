#include "storaged/service/plain_node.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "protocol/contract/limits.hpp"
#include "protocol/runtime/system_runtime.hpp"
#include "tests/support/memory_filesystem.hpp"

namespace tandem::storaged {
namespace {

// A node in memory. Its members go in the order a daemon takes them down.
struct Node {
  explicit Node(std::uint64_t reserve_bytes = 0) : reserve(reserve_bytes) { start(); }

  void start() {
    auto opened_folder = DataFolder::open(disk, runtime, "");
    ASSERT_TRUE(opened_folder.ok()) << to_string(opened_folder.error());
    folder = std::move(*opened_folder);
    PlainNodeOptions options{reserve, [] {
                               NodeStatus status;
                               status.files = 42;
                               return status;
                             }};
    auto opened = PlainNode::open(disk, *folder, runtime, options);
    ASSERT_TRUE(opened.ok()) << to_string(opened.error());
    plain = std::move(*opened);
  }
  std::string get(std::string_view path) {
    auto bytes = plain->read(path, 0, std::nullopt);
    return bytes ? *bytes : "<" + std::string(to_string(bytes.code())) + ">";
  }
  std::string counts() {
    auto status = plain->plain_status();
    return std::to_string(status->directories) + " " + std::to_string(status->files) + " " +
           std::to_string(status->data_bytes);
  }
  bool staging_is_empty() {
    bool empty = true;
    EXPECT_TRUE(disk.list("staging", [&](auto, auto) { return empty = false; }).ok());
    return empty;
  }

  std::uint64_t reserve;
  support::MemoryFilesystem disk;
  protocol::SystemRuntime runtime;
  std::unique_ptr<DataFolder> folder;
  std::unique_ptr<PlainNode> plain;
};

TEST(PlainNode, DoesTheSevenThings) {
  Node node;
  ASSERT_TRUE(node.plain->make_directory("/a").ok());
  ASSERT_TRUE(node.plain->create("a/empty").ok());
  EXPECT_EQ(*node.plain->write("/a/b", "hello", std::nullopt), 5U);
  EXPECT_EQ(node.get("/a//b"), "hello");
  EXPECT_EQ(node.get("a/empty"), "");
  EXPECT_EQ(*node.plain->write("a/b", "hi", std::nullopt), 2U);
  EXPECT_EQ(node.get("a/b"), "hi");
  ASSERT_TRUE(node.plain->move("a/b", "c").ok());
  EXPECT_EQ(node.get("a/b"), "<not_found>");
  EXPECT_EQ(node.get("c"), "hi");
  EXPECT_EQ(node.counts(), "1 2 2");
  EXPECT_GT(node.plain->plain_status()->free_bytes, 0U);
  ASSERT_TRUE(node.plain->remove("c").ok());
  EXPECT_EQ(node.plain->remove("a").code(), Code::not_empty);
  ASSERT_TRUE(node.plain->remove("a/empty").ok());
  ASSERT_TRUE(node.plain->remove("a").ok());
  EXPECT_EQ(node.counts(), "0 0 0");
  EXPECT_TRUE(node.staging_is_empty());
}

TEST(PlainNode, SaysWhatIsInTheWayAndOfWhichPath) {
  Node node;
  ASSERT_TRUE(node.plain->make_directory("d").ok());
  ASSERT_TRUE(node.plain->create("f").ok());
  EXPECT_EQ(node.plain->make_directory("d").code(), Code::exists);
  EXPECT_EQ(node.plain->make_directory("/").code(), Code::exists);
  EXPECT_EQ(node.plain->make_directory("x/y").code(), Code::not_found);
  EXPECT_EQ(node.plain->make_directory("f/y").code(), Code::not_directory);
  EXPECT_EQ(node.plain->create("f").code(), Code::exists);
  EXPECT_EQ(node.plain->create("d").code(), Code::exists);
  EXPECT_EQ(node.plain->write("d", "x", std::nullopt).code(), Code::is_directory);
  EXPECT_EQ(node.plain->write("/", "x", std::nullopt).code(), Code::is_directory);
  EXPECT_EQ(node.plain->write("x/y", "x", std::nullopt).code(), Code::not_found);
  EXPECT_EQ(node.plain->write("f/y", "x", std::nullopt).code(), Code::not_directory);
  EXPECT_EQ(node.get("d"), "<is_directory>");
  EXPECT_EQ(node.plain->remove("none").code(), Code::not_found);
  EXPECT_EQ(node.plain->remove("/").code(), Code::invalid);
  EXPECT_EQ(node.plain->move("none", "n").code(), Code::not_found);
  EXPECT_EQ(node.plain->move("f", "d").code(), Code::is_directory);
  EXPECT_EQ(node.plain->move("d", "f").code(), Code::not_directory);
  EXPECT_EQ(node.plain->move("d", "d/e").code(), Code::invalid);
  EXPECT_EQ(node.plain->move("/", "d/e").code(), Code::invalid);
  EXPECT_EQ(node.plain->write("/x/y", "x", std::nullopt).error().path, "/x/y");
  EXPECT_EQ(node.plain->create("d").error().path, "/d");
  EXPECT_EQ(node.plain->read("d/none", 0, 1).error().path, "/d/none");
  EXPECT_EQ(node.counts(), "1 1 0");
}

TEST(PlainNode, RefusesPathsThatLeadElsewhere) {
  Node node;
  for (const std::string& path :
       {std::string("../node.toml"), std::string("a/../../node.toml"), std::string("a\0b", 3),
        std::string(256, 'n'), std::string(5000, '/') + "..", "d/" + std::string(5000, 'n')}) {
    EXPECT_EQ(node.plain->read(path, 0, 1).code(), Code::invalid);
    EXPECT_EQ(node.plain->write(path, "x", std::nullopt).code(), Code::invalid);
    EXPECT_EQ(node.plain->create(path).code(), Code::invalid);
    EXPECT_EQ(node.plain->make_directory(path).code(), Code::invalid);
    EXPECT_EQ(node.plain->remove(path).code(), Code::invalid);
    EXPECT_EQ(node.plain->move(path, "x").code(), Code::invalid);
    EXPECT_EQ(node.plain->move("x", path).code(), Code::invalid);
  }
}

TEST(PlainNode, ReadsRangesWithinItsBound) {
  Node node;
  ASSERT_TRUE(node.plain->write("f", "0123456789", std::nullopt).ok());
  EXPECT_EQ(*node.plain->read("f", 3, 4), "3456");
  EXPECT_EQ(*node.plain->read("f", 8, 100), "89");
  EXPECT_EQ(*node.plain->read("f", 10, std::nullopt), "");
  EXPECT_EQ(*node.plain->read("f", UINT64_MAX, UINT64_MAX), "");
  ASSERT_TRUE(node.plain->write("f", "x", limits::base64_bytes_max + 5).ok());
  EXPECT_EQ(node.plain->read("f", 0, std::nullopt).code(), Code::invalid);
  EXPECT_EQ(node.plain->read("f", 0, limits::base64_bytes_max)->size(), limits::base64_bytes_max);
  EXPECT_EQ(node.plain->read("f", 6, std::nullopt)->size(), limits::base64_bytes_max);
}

TEST(PlainNode, WritesAtAnOffset) {
  Node node;
  ASSERT_TRUE(node.plain->write("f", "0123456789", std::nullopt).ok());
  EXPECT_EQ(*node.plain->write("f", "ab", 3), 2U);
  EXPECT_EQ(node.get("f"), "012ab56789");
  EXPECT_EQ(*node.plain->write("f", "z", 12), 1U);
  EXPECT_EQ(node.get("f"), std::string("012ab56789\0\0z", 13));
  EXPECT_EQ(*node.plain->write("new", "x", 2), 1U);
  EXPECT_EQ(node.get("new"), std::string("\0\0x", 3));
  EXPECT_EQ(node.counts(), "0 2 16");
  EXPECT_EQ(node.plain->write("f", "z", UINT64_MAX).code(), Code::invalid);
  EXPECT_EQ(node.plain->write("f", "z", limits::file_bytes_max).code(), Code::invalid);
  EXPECT_EQ(node.plain->write("f", std::string(limits::base64_bytes_max + 1, 'x'), 0).code(), Code::invalid);
}

TEST(PlainNode, CountsWhatIsThereAtTheStartAndAfterEveryReplacement) {
  Node node;
  for (const char* path : {"a", "a/b", "c"}) ASSERT_TRUE(node.plain->make_directory(path).ok());
  ASSERT_TRUE(node.plain->write("a/f", "12345", std::nullopt).ok());
  ASSERT_TRUE(node.plain->write("a/b/g", "123", std::nullopt).ok());
  ASSERT_TRUE(node.plain->move("a/f", "a/b/g").ok());
  ASSERT_TRUE(node.plain->move("a/b/g", "a/b/g").ok());
  ASSERT_TRUE(node.plain->move("a", "c").ok());
  EXPECT_EQ(node.counts(), "2 1 5");
  node.start();
  EXPECT_EQ(node.counts(), "2 1 5");
}

TEST(PlainNode, OfAClusterRefusesEveryChangeAndGoesOnReading) {
  Node node;
  ClusterId cluster;
  cluster.bytes.fill(7);
  ASSERT_TRUE(node.folder->join(cluster, 1).ok());
  auto file = node.disk.open("tree/f", OpenMode::create_new);
  const std::string_view text = "text";
  ASSERT_TRUE((*file)->write_at(std::as_bytes(std::span(text)), 0).ok());
  const std::vector<Status> refused = {node.plain->make_directory("d"), node.plain->create("g"),
                                       node.plain->move("f", "g"), node.plain->remove("f")};
  for (const auto& status : refused) {
    ASSERT_EQ(status.code(), Code::denied);
    const std::string text_of_it = to_string(status.error());
    EXPECT_NE(text_of_it.find("this node belongs to cluster " + to_string(cluster)), std::string::npos);
    EXPECT_NE(text_of_it.find("go through a gateway"), std::string::npos);
  }
  EXPECT_EQ(node.plain->write("f", "x", std::nullopt).code(), Code::denied);
  EXPECT_EQ(node.plain->write("f", "x", 1).code(), Code::denied);
  EXPECT_EQ(node.get("f"), "text");
  EXPECT_EQ(node.plain->plain_status()->files, 42U);
}

TEST(PlainNode, OnAFullDiskNothingIsHalfDone) {
  Node node;
  ASSERT_TRUE(node.plain->write("f", "0123456789", std::nullopt).ok());
  node.disk.set_capacity(200);  // node.toml is there too
  const std::string more(300, 'x');
  EXPECT_EQ(node.plain->write("f", more, std::nullopt).code(), Code::no_space);
  EXPECT_EQ(node.plain->write("g", more, std::nullopt).code(), Code::no_space);
  EXPECT_EQ(node.plain->write("f", more, 5).code(), Code::no_space);
  EXPECT_EQ(node.get("f"), "0123456789");
  EXPECT_EQ(node.get("g"), "<not_found>");
  EXPECT_TRUE(node.staging_is_empty());
  EXPECT_EQ(node.counts(), "0 1 10");
  EXPECT_TRUE(node.plain->remove("f").ok());
}

TEST(PlainNode, ADiskThatFillsUpDuringTheCallLeavesNothingHalfDone) {
  Node node;
  ASSERT_TRUE(node.plain->write("f", "0123456789", std::nullopt).ok());
  node.disk.set_hook([&](const auto& operation) {
    if (operation.name == "write_at") node.disk.set_capacity(230);  // node.toml, f, and a little
    return success();
  });
  const std::string more(300, 'x');
  EXPECT_EQ(node.plain->write("f", more, 10).code(), Code::no_space);
  EXPECT_EQ(node.get("f"), "0123456789");
  node.disk.set_capacity(UINT64_MAX);
  EXPECT_EQ(node.plain->write("f", more, std::nullopt).code(), Code::no_space);
  EXPECT_EQ(node.get("f"), "0123456789");
  EXPECT_TRUE(node.staging_is_empty());
  EXPECT_EQ(node.counts(), "0 1 10");
}

TEST(PlainNode, KeepsTheReserveFree) {
  Node node(1 << 20);
  node.disk.set_capacity(1 << 20);
  EXPECT_EQ(node.plain->write("f", "x", std::nullopt).code(), Code::no_space);
  EXPECT_EQ(node.plain->plain_status()->free_bytes, 0U);
  EXPECT_TRUE(node.plain->create("f").ok());
  EXPECT_TRUE(node.plain->remove("f").ok());
}

TEST(PlainNode, AReadOnlyDiskIsUnavailableAndStillRead) {
  Node node;
  ASSERT_TRUE(node.plain->write("f", "text", std::nullopt).ok());
  node.disk.set_read_only(true);
  EXPECT_EQ(node.plain->write("f", "x", std::nullopt).code(), Code::unavailable);
  EXPECT_EQ(node.plain->write("f", "x", 0).code(), Code::unavailable);
  EXPECT_EQ(node.plain->create("g").code(), Code::unavailable);
  EXPECT_EQ(node.get("f"), "text");
  EXPECT_EQ(node.counts(), "0 1 4");
}

// Wherever the power fails during a replacement: the old content or the new one, the new one once answered.
TEST(PlainNode, AReplacedFileIsOldOrNewWheneverThePowerFails) {
  const std::string old_text(2000, 'o');
  const std::string new_text(3000, 'n');
  std::set<char> seen;
  for (std::uint64_t cut_at = 1; cut_at <= 14; ++cut_at) {
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
      Node node;
      ASSERT_TRUE(node.plain->write("f", old_text, std::nullopt).ok());
      const std::uint64_t before = node.disk.operation_count();
      node.disk.set_hook([&](const auto& operation) {
        if (operation.number == before + cut_at) node.disk.halt();
        return success();
      });
      const bool answered = node.plain->write("f", new_text, std::nullopt).ok();
      node.disk.set_hook({});
      node.plain.reset();
      node.folder.reset();
      node.disk.power_cut(seed);
      node.start();
      const std::string found = node.get("f");
      ASSERT_TRUE(found == old_text || found == new_text) << found;
      EXPECT_TRUE(!answered || found == new_text);
      EXPECT_TRUE(node.staging_is_empty()) << "what was left half-written goes at the next start";
      seen.insert(found[0]);
    }
  }
  EXPECT_EQ(seen, (std::set<char>{'n', 'o'}));
}

TEST(PlainNode, AnsweredChangesOfNamesSurviveAPowerCut) {
  Node node;
  ASSERT_TRUE(node.plain->make_directory("a").ok());
  ASSERT_TRUE(node.plain->make_directory("a/b").ok());
  ASSERT_TRUE(node.plain->create("a/b/f").ok());
  ASSERT_TRUE(node.plain->write("a/g", "text", std::nullopt).ok());
  ASSERT_TRUE(node.plain->write("a/g", "TE", 0).ok());
  ASSERT_TRUE(node.plain->move("a/g", "a/b/g").ok());
  ASSERT_TRUE(node.plain->create("gone").ok());
  ASSERT_TRUE(node.plain->remove("gone").ok());
  node.disk.power_cut(0);
  node.start();
  EXPECT_EQ(node.get("a/b/f"), "");
  EXPECT_EQ(node.get("a/b/g"), "TExt");
  EXPECT_EQ(node.get("a/g"), "<not_found>");
  EXPECT_EQ(node.get("gone"), "<not_found>");
  EXPECT_EQ(node.counts(), "2 2 4");
}

TEST(PlainNode, ManyAtOnceLeaveRightCountsAndWholeFiles) {
  Node node;
  std::vector<std::thread> threads;
  for (int number = 0; number < 4; ++number) {
    threads.emplace_back([&node, number] {
      const std::string own = "own" + std::to_string(number);
      for (int round = 0; round < 50; ++round) {
        const std::string text(static_cast<std::size_t>(number * 100 + round + 1),
                               static_cast<char>('a' + number));
        EXPECT_TRUE(node.plain->write("shared", text, std::nullopt).ok());
        const std::string found = node.get("shared");
        EXPECT_EQ(found.find_first_not_of(found[0]), std::string::npos);
        EXPECT_TRUE(node.plain->create(own).ok());
        EXPECT_TRUE(node.plain->write(own, text, 7).ok());
        EXPECT_TRUE(node.plain->move(own, "target").ok());
      }
    });
  }
  for (auto& thread : threads) thread.join();
  const std::string counted = node.counts();
  node.start();
  EXPECT_EQ(node.counts(), counted);
  EXPECT_TRUE(counted.starts_with("0 2 "));
}

}  // namespace
}  // namespace tandem::storaged
