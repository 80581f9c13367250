#include "storaged/service/plain_node.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "protocol/contract/limits.hpp"
#include "tests/unit/storaged_plain/node_in_memory.hpp"

namespace tandem::storaged {
namespace {

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

// A link that somebody made beside the daemon keeps what it shows; a symbolic link is never followed.
TEST(PlainNode, AWriteChangesItsPathAlone) {
  Node node;
  ASSERT_TRUE(node.plain->write("f", "0123456789", std::nullopt).ok());
  ASSERT_TRUE(node.disk.link("tree/f", "tree/other").ok());
  node.disk.plant_symlink("tree/symlink");
  auto file = node.disk.open("tree/f", OpenMode::read_write);
  Attributes attributes = (*file)->status()->attributes;
  attributes.mode = 0640;
  ASSERT_TRUE((*file)->set_attributes(attributes).ok());
  ASSERT_TRUE(node.plain->write("f", "ab", 3).ok());
  EXPECT_EQ(node.get("f"), "012ab56789");
  EXPECT_EQ(node.get("other"), "0123456789");
  EXPECT_EQ(node.disk.status("tree/f")->attributes.mode, 0640U);
  EXPECT_EQ(node.plain->write("symlink", "ab", 3).code(), Code::not_directory);
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

TEST(PlainNode, ManyAtOnceLeaveRightCountsAndWholeFiles) {
  Node node;
  std::vector<std::thread> threads;
  threads.reserve(4);
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
