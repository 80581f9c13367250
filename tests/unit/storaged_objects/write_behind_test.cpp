#include "storaged/disk/objects/write_behind.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/memory_filesystem.hpp"

namespace tandem::storaged {
namespace {

constexpr std::uint64_t piece = WriteBehind::piece_bytes;

// A file that notes what it is asked to write out.
class NotedFile final : public File {
 public:
  explicit NotedFile(std::unique_ptr<File> file) : file_(std::move(file)) {}
  Result<std::size_t> read_at(std::span<std::byte> out, std::uint64_t offset) override {
    return file_->read_at(out, offset);
  }
  Status write_at(std::span<const std::byte> bytes, std::uint64_t offset) override {
    return file_->write_at(bytes, offset);
  }
  Status truncate(std::uint64_t size_bytes) override { return file_->truncate(size_bytes); }
  Result<FileStatus> status() override { return file_->status(); }
  Result<std::optional<std::string>> attribute(std::string_view name) override {
    return file_->attribute(name);
  }
  Status set_attribute(std::string_view name, std::string_view value) override {
    return file_->set_attribute(name, value);
  }
  Status remove_attribute(std::string_view name) override { return file_->remove_attribute(name); }
  Status set_attributes(const Attributes& attributes) override { return file_->set_attributes(attributes); }
  Status clone_from(File& base, std::uint64_t length) override { return file_->clone_from(base, length); }
  Status sync() override { return file_->sync(); }
  Status start_writing_out(std::uint64_t offset, std::uint64_t length) override {
    EXPECT_EQ(offset, started_to);  // nothing is left out, nothing is asked twice
    started_to = offset + length;
    return file_->start_writing_out(offset, length);
  }
  void give_back(std::uint64_t offset, std::uint64_t length) override {
    EXPECT_LE(offset, given_back_to);  // nothing is left out
    given_back_to = offset + length;
    most_at_once = std::max(most_at_once, length);
    EXPECT_LE(given_back_to, started_to);
    file_->give_back(offset, length);
  }

  std::uint64_t started_to = 0;
  std::uint64_t given_back_to = 0;
  std::uint64_t most_at_once = 0;

 private:
  std::unique_ptr<File> file_;
};

class WritingBehind : public testing::Test {
 protected:
  support::MemoryFilesystem disk_;
  NotedFile file_{std::move(*disk_.open("f", OpenMode::create_new))};
};

TEST_F(WritingBehind, StartsPieceByPieceAndKeepsWhatUsersMayReadNext) {
  WriteBehind behind(WriteBehind::Memory::kept, 0);
  for (std::uint64_t position = 1000; position < 10 * piece; position += piece / 3) {
    ASSERT_TRUE(behind.wrote(file_, position).ok());
    EXPECT_EQ(file_.started_to, position / piece * piece);
  }
  behind.synced(file_);
  EXPECT_EQ(file_.given_back_to, 0U);
}

TEST_F(WritingBehind, GivesMemoryBackShortlyBehindWhatIsWritten) {
  WriteBehind behind(WriteBehind::Memory::given_back, 0);
  for (std::uint64_t position = 1000; position < 40 * piece; position += piece / 3) {
    ASSERT_TRUE(behind.wrote(file_, position).ok());
    EXPECT_EQ(file_.started_to, position / piece * piece);
    const std::uint64_t young = WriteBehind::pieces_on_their_way * piece;
    EXPECT_EQ(file_.given_back_to, file_.started_to - std::min(file_.started_to, young));
  }
  EXPECT_EQ(file_.most_at_once, WriteBehind::pieces_tried_again * piece);
  behind.synced(file_);
  EXPECT_EQ(file_.given_back_to, file_.started_to);
  EXPECT_EQ(file_.most_at_once, file_.started_to);  // whatever had not arrived before
}

TEST_F(WritingBehind, LeavesShortContentsToTheSync) {
  WriteBehind behind(WriteBehind::Memory::given_back, 0);
  ASSERT_TRUE(behind.wrote(file_, piece - 1).ok());
  behind.synced(file_);
  EXPECT_EQ(file_.started_to, 0U);
  EXPECT_EQ(file_.given_back_to, 0U);
}

TEST_F(WritingBehind, BeginsWhereTheWritingBegins) {
  constexpr std::uint64_t begin = 12345;
  file_.started_to = file_.given_back_to = begin;
  WriteBehind behind(WriteBehind::Memory::given_back, begin);
  ASSERT_TRUE(behind.wrote(file_, begin + piece - 1).ok());
  EXPECT_EQ(file_.started_to, begin);
  ASSERT_TRUE(behind.wrote(file_, begin + 5 * piece).ok());
  EXPECT_EQ(file_.started_to, begin + 5 * piece);
  EXPECT_EQ(file_.given_back_to, begin + 3 * piece);
}

TEST_F(WritingBehind, AFailureOfTheDiskIsTold) {
  disk_.set_hook([](const support::MemoryFilesystem::Operation& operation) {
    return operation.name == "start_writing_out" ? Status(Error{Code::corrupt, "a bad sector"}) : success();
  });
  WriteBehind behind(WriteBehind::Memory::kept, 0);
  EXPECT_EQ(behind.wrote(file_, 10 * piece).code(), Code::corrupt);
  disk_.set_hook({});
}

}  // namespace
}  // namespace tandem::storaged
