// Plain changes on a disk that is full, fails or loses its power.
#include <functional>
#include <optional>
#include <set>

#include "tests/unit/storaged_plain/node_in_memory.hpp"

namespace tandem::storaged {
namespace {

TEST(PlainTrouble, OnAFullDiskNothingIsHalfDone) {
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

TEST(PlainTrouble, ADiskThatFillsUpDuringTheCallLeavesNothingHalfDone) {
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

// One disk operation after the other fails, in each of the changes.
TEST(PlainTrouble, AnErrorMeansThatNothingWasDoneUnlessItSaysOtherwise) {
  using Change = std::function<Status(PlainNode&)>;
  const auto status_of = [](auto result) { return result.ok() ? success() : Status(result.error()); };
  const std::vector<Change> changes{
      [](PlainNode& plain) { return plain.make_directory("d/new"); },
      [](PlainNode& plain) { return plain.create("d/new"); },
      [](PlainNode& plain) { return plain.move("d/f", "g"); },
      [](PlainNode& plain) { return plain.remove("d/f"); },
      [](PlainNode& plain) { return plain.remove("e"); },
      [&](PlainNode& plain) { return status_of(plain.write("d/f", "newer", std::nullopt)); },
      [&](PlainNode& plain) { return status_of(plain.write("d/f", "newer", 2)); },
      [&](PlainNode& plain) { return status_of(plain.write("d/new", "newer", std::nullopt)); },
  };
  const auto picture = [](Node& node) {
    const auto kinds = [&](const char* path) { return node.disk.status(path).ok() ? "1" : "0"; };
    return node.get("d/f") + node.get("g") + node.get("d/new") + kinds("tree/d/new") + kinds("tree/e") + " " +
           node.counts();
  };
  int unknown = 0;
  for (std::size_t change = 0; change < changes.size(); ++change) {
    for (std::uint64_t operation = 1;; ++operation) {
      SCOPED_TRACE(std::to_string(change) + ", operation " + std::to_string(operation));
      Node node;
      ASSERT_TRUE(node.plain->make_directory("d").ok() && node.plain->make_directory("e").ok());
      ASSERT_TRUE(node.plain->write("d/f", "old", std::nullopt).ok());
      const std::string before = picture(node);
      const std::uint64_t planned = node.disk.operation_count() + operation;
      node.disk.fail_operation(planned, Error{Code::corrupt, "planted"});
      const Status outcome = changes[change](*node.plain);
      if (node.disk.operation_count() < planned) break;
      if (outcome.ok()) continue;  // what failed was not needed
      const bool changed = outcome.code() == Code::outcome_unknown;
      unknown += changed ? 1 : 0;
      EXPECT_EQ(picture(node) != before, changed) << to_string(outcome.error());
      EXPECT_TRUE(node.staging_is_empty());
    }
  }
  EXPECT_GE(unknown, 4) << "a sync behind a move, a removal and both ways to write";
}

TEST(PlainTrouble, KeepsTheReserveFree) {
  Node node(1 << 20);
  node.disk.set_capacity(1 << 20);
  EXPECT_EQ(node.plain->write("f", "x", std::nullopt).code(), Code::no_space);
  EXPECT_EQ(node.plain->plain_status()->free_bytes, 0U);
  EXPECT_TRUE(node.plain->create("f").ok());
  EXPECT_TRUE(node.plain->remove("f").ok());
}

TEST(PlainTrouble, AReadOnlyDiskIsUnavailableAndStillRead) {
  Node node;
  ASSERT_TRUE(node.plain->write("f", "text", std::nullopt).ok());
  node.disk.set_read_only(true);
  EXPECT_EQ(node.plain->write("f", "x", std::nullopt).code(), Code::unavailable);
  EXPECT_EQ(node.plain->write("f", "x", 0).code(), Code::unavailable);
  EXPECT_EQ(node.plain->create("g").code(), Code::unavailable);
  EXPECT_EQ(node.get("f"), "text");
  EXPECT_EQ(node.counts(), "0 1 4");
}

struct WriteCase {
  std::string name;
  std::string bytes;
  std::optional<std::uint64_t> offset;
  std::string after;
};

const std::string old_text(2000, 'o');

std::vector<WriteCase> writes() {
  const std::string middle = old_text.substr(0, 300) + std::string(900, 'n') + old_text.substr(1200);
  const std::string hole = old_text + std::string(50, '\0') + "nnn";
  return {{"replaced", std::string(3000, 'n'), std::nullopt, std::string(3000, 'n')},
          {"in the middle", std::string(900, 'n'), 300, middle},
          {"over the end", std::string(900, 'n'), 1900, old_text.substr(0, 1900) + std::string(900, 'n')},
          {"behind the end", "nnn", 2050, hole}};
}

// The daemon ends before its operation `last` of the write, and starts again. True when it was reached; what
// a reader is told at any operation before is checked, too.
bool crash_in_write(Node& node, const WriteCase& write, std::uint64_t last, bool power_cut,
                    std::uint64_t seed) {
  const std::uint64_t before = node.disk.operation_count();
  bool reading = false;
  node.disk.set_hook([&](const auto& operation) {
    if (reading) return success();
    reading = true;
    const std::string seen = node.get("f");
    EXPECT_TRUE(seen == old_text || seen == write.after) << "a reader before " << operation.name;
    reading = false;
    if (node.disk.operation_count() - before > last) node.disk.halt();
    return success();
  });
  const bool answered = node.plain->write("f", write.bytes, write.offset).ok();
  const bool reached = node.disk.halted();
  EXPECT_NE(answered, reached);
  node.disk.set_hook({});
  node.plain.reset();
  node.folder.reset();
  power_cut ? node.disk.power_cut(seed) : node.disk.restart();
  node.start();
  return reached;
}

// Wherever the daemon is killed or the power fails during a write, also one at an offset: the old content or
// the new one, the new one once answered.
TEST(PlainTrouble, AWrittenFileIsOldOrNewWhereverTheDaemonDies) {
  for (const WriteCase& write : writes()) {
    std::set<bool> seen;
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
      bool reached = true;
      for (std::uint64_t last = 1; reached; ++last) {
        SCOPED_TRACE(write.name + ", operation " + std::to_string(last) + ", seed " + std::to_string(seed));
        Node node;
        ASSERT_TRUE(node.plain->write("f", old_text, std::nullopt).ok());
        reached = crash_in_write(node, write, last, seed != 11, seed);
        const std::string found = node.get("f");
        ASSERT_TRUE(found == old_text || found == write.after);
        EXPECT_TRUE(reached || found == write.after) << "it was answered";
        EXPECT_EQ(node.counts(), "0 1 " + std::to_string(found.size()));
        EXPECT_TRUE(node.staging_is_empty()) << "what was left half-written goes at the next start";
        seen.insert(found == write.after);
      }
    }
    EXPECT_EQ(seen, (std::set<bool>{false, true})) << write.name;
  }
}

TEST(PlainTrouble, AWriteAtAnOffsetNeedsRoomForTheWholeFile) {
  Node node(100);
  ASSERT_TRUE(node.plain->write("f", std::string(2000, 'o'), std::nullopt).ok());
  node.disk.set_capacity(node.disk.used_bytes() + 2050);
  EXPECT_EQ(node.plain->write("f", "new", 5).code(), Code::no_space) << "it would go into the reserve";
  EXPECT_EQ(*node.plain->write("f", "", 5), 0U) << "nothing to do, nothing needed";
  EXPECT_EQ(node.get("f"), std::string(2000, 'o'));
  node.disk.set_capacity(node.disk.used_bytes() + 2110);
  EXPECT_TRUE(node.plain->write("f", "new", 5).ok());
}

TEST(PlainTrouble, AnsweredChangesOfNamesSurviveAPowerCut) {
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

}  // namespace
}  // namespace tandem::storaged
