// Small contents that are kept open: read again with a glance and a read, never past a change of the file,
// whoever made it, and never in the way of what is removed.

#include <atomic>
#include <functional>
#include <thread>

#include "protocol/contract/limits.hpp"
#include "tests/support/local_cluster/local_cluster.hpp"
#include "tests/unit/storaged_guarded/either_disk.hpp"

namespace tandem::test {
namespace {

namespace fs = std::filesystem;

class OpenObjects : public OnEitherDisk {
 protected:
  // Only a file that has been left alone for a moment is kept open.
  void let_rest(std::uint64_t id) {
    ASSERT_TRUE(wait_until([&] {
      const auto status = disk_->status(object(id));
      return status.ok() && runtime_.wall_now() - status->changed_ns > 150'000'000;
    }));
  }
  // Stored, and read so that it is kept open.
  void keep(std::uint64_t id, std::string_view content) {
    store(id, 5, content, {{root_directory, "f" + std::to_string(id)}});
    let_rest(id);
    for (int time = 0; time < 2; ++time) ASSERT_EQ(*node_->get(id_of(id), {5, 1}), content);
  }
  static std::string object(std::uint64_t id) { return "objects/" + to_string(id_of(id)); }

  // Descriptors of this process that lead into the folder; those of removed files apart.
  struct Descriptors {
    std::size_t of_files = 0;
    std::size_t of_removed_files = 0;
  };
  Descriptors descriptors() const {
    Descriptors found;
    for (const auto& entry : fs::directory_iterator("/proc/self/fd")) {
      std::error_code gone;
      const std::string target = fs::read_symlink(entry.path(), gone).string();
      if (!target.starts_with(folder_.string() + "/objects/")) continue;
      ++(target.ends_with(" (deleted)") ? found.of_removed_files : found.of_files);
    }
    return found;
  }

  protocol::SystemRuntime runtime_;
};

INSTANTIATE_TEST_SUITE_P(Node, OpenObjects, ::testing::Bool(), name_of_disk);

TEST_P(OpenObjects, NoticeWhateverHappensToTheFile) {
  const std::string content = patterned(100'000, 1);
  struct Damage {
    std::string name;
    std::function<void()> happen;
    Answer answer;
  };
  const auto with_file = [&](const std::function<void(storaged::File&)>& act) {
    auto file = disk_->open(object(1), storaged::OpenMode::read_write);
    ASSERT_TRUE(file.ok());
    act(**file);
  };
  const std::vector<Damage> damages{
      {"its attribute is another",
       [&] {
         with_file([](storaged::File& file) {
           std::string value = **file.attribute("tandem.content");
           value[value.size() / 2] ^= 1;
           EXPECT_TRUE(file.set_attribute("tandem.content", value).ok());
         });
       },
       Answer::damaged},
      {"its attribute is gone",
       [&] { with_file([](auto& file) { EXPECT_TRUE(file.remove_attribute("tandem.content").ok()); }); },
       Answer::damaged},
      {"it was cut off", [&] { with_file([](auto& file) { EXPECT_TRUE(file.truncate(70'000).ok()); }); },
       Answer::damaged},
      {"it has grown", [&] { with_file([](auto& file) { EXPECT_TRUE(file.truncate(100'001).ok()); }); },
       Answer::damaged},
      {"it was removed", [&] { ASSERT_TRUE(disk_->unlink(object(1)).ok()); }, Answer::absent},
      {"another file was put in its place", [&] { ASSERT_TRUE(disk_->rename(object(2), object(1)).ok()); },
       Answer::damaged},
  };
  for (const Damage& damage : damages) {
    SCOPED_TRACE(damage.name);
    TearDown();
    SetUp();
    store(2, 5, patterned(100'000, 2), {{root_directory, "f2"}});
    keep(1, content);
    damage.happen();
    EXPECT_EQ(node_->fetch_answer(id_of(1), {5, 1}), damage.answer);
    EXPECT_EQ(node_->fetch_answer(id_of(1), {5, 1}), damage.answer) << "nor the second time";
  }
}

TEST_P(OpenObjects, NoticeBytesThatTurnedAtEveryRead) {
  keep(1, patterned(100'000, 1));
  flip_byte(object(1), 70'000);
  EXPECT_EQ(node_->get(id_of(1), {5, 1}).code(), Code::corrupt);
  flip_byte(object(1), 70'000);
  EXPECT_EQ(*node_->get(id_of(1), {5, 1}), patterned(100'000, 1));
}

TEST_P(OpenObjects, LetGoOfWhatIsReplacedOrRemovedAtOnce) {
  keep(1, "old");
  keep(2, "to be removed");
  ASSERT_TRUE(node_->put(id_of(1), {9, 1}, "new").ok());
  EXPECT_EQ(*node_->get(id_of(1), {9, 1}), "new") << "staged";
  EXPECT_EQ(*node_->get(id_of(1), {5, 1}), "old");
  ASSERT_EQ(node_->settle(file_item(1, 9, {9, 1}, "new", {{root_directory, "f1"}})), Answer::ok);
  ASSERT_EQ(node_->settle(removal_of(2, 9)), Answer::ok);
  EXPECT_EQ(descriptors().of_removed_files, 0U) << "their space would not be free";
  EXPECT_EQ(node_->fetch_answer(id_of(1), {5, 1}), Answer::newer);
  EXPECT_EQ(*node_->get(id_of(1), {9, 1}), "new");
  EXPECT_EQ(node_->fetch_answer(id_of(2), {5, 1}), Answer::absent);
}

TEST_P(OpenObjects, AreBounded) {
  constexpr std::uint64_t count = 80;
  for (std::uint64_t id = 1; id <= count; ++id)
    store(id, 5, patterned(100, id), {{root_directory, "f" + std::to_string(id)}});
  let_rest(count);
  for (int round = 0; round < 2; ++round)
    for (std::uint64_t id = 1; id <= count; ++id)
      ASSERT_EQ(*node_->get(id_of(id), {5, 1}), patterned(100, id));
  if (!GetParam()) return;
  EXPECT_EQ(descriptors().of_files, NodeOnDisk::small_options().open_objects_max);
}

// Readers get, at any moment, the content they ask for or the answer that there is another.
TEST_P(OpenObjects, NeverMixContentsUpWhileTheyAreReplaced) {
  store(1, 1, patterned(5000, 1), {{root_directory, "f"}});
  std::atomic<std::uint64_t> settled = 1;
  std::atomic<bool> over = false;
  std::vector<std::thread> readers;
  readers.reserve(3);
  for (int reader = 0; reader < 3; ++reader)
    readers.emplace_back([&] {
      while (!over) {
        const std::uint64_t asked = settled;
        const auto content = node_->get(id_of(1), {asked, 1});
        if (content.ok())
          EXPECT_TRUE(*content == patterned(5000, asked));
        else
          EXPECT_EQ(content.code(), Code::stale) << to_string(content.error());
      }
    });
  for (std::uint64_t version = 2; version <= 60; ++version) {
    ASSERT_TRUE(node_->put(id_of(1), {version, 1}, patterned(5000, version)).ok());
    ASSERT_EQ(
        node_->settle(file_item(1, version, {version, 1}, patterned(5000, version), {{root_directory, "f"}})),
        Answer::ok);
    settled = version;
    if (version % 20 == 0) let_rest(1);
  }
  over = true;
  for (auto& reader : readers) reader.join();
  EXPECT_EQ(descriptors().of_removed_files, 0U);
}

}  // namespace
}  // namespace tandem::test
