#include "storaged/disk/objects/write_behind.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

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
  Status finish_writing_out(std::uint64_t offset, std::uint64_t length) override {
    EXPECT_EQ(offset, arrived_to);
    arrived_to = offset + length;
    EXPECT_LE(arrived_to, started_to);
    return file_->finish_writing_out(offset, length);
  }

  std::uint64_t started_to = 0;
  std::uint64_t arrived_to = 0;

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
  ASSERT_TRUE(behind.synced(file_).ok());
  EXPECT_EQ(file_.arrived_to, 0U);
}

TEST_F(WritingBehind, WaitsForTheDiskWhenMoreIsUnderWayThanMayBe) {
  WriteBehind behind(WriteBehind::Memory::given_back, 0);
  for (std::uint64_t position = 1000; position < 10 * piece; position += piece / 3) {
    ASSERT_TRUE(behind.wrote(file_, position).ok());
    EXPECT_EQ(file_.started_to, position / piece * piece);
    EXPECT_LE(file_.started_to - file_.arrived_to, WriteBehind::pieces_under_way * piece);
    if (file_.arrived_to > 0) {
      EXPECT_GE(file_.started_to - file_.arrived_to, WriteBehind::pieces_under_way * piece);
    }
  }
  ASSERT_TRUE(behind.synced(file_).ok());
  EXPECT_EQ(file_.arrived_to, file_.started_to);
}

TEST_F(WritingBehind, LeavesShortContentsToTheSync) {
  WriteBehind behind(WriteBehind::Memory::given_back, 0);
  ASSERT_TRUE(behind.wrote(file_, piece - 1).ok());
  ASSERT_TRUE(behind.synced(file_).ok());
  EXPECT_EQ(file_.started_to, 0U);
  EXPECT_EQ(file_.arrived_to, 0U);
}

TEST_F(WritingBehind, BeginsWhereTheWritingBegins) {
  constexpr std::uint64_t begin = 12345;
  file_.started_to = file_.arrived_to = begin;
  WriteBehind behind(WriteBehind::Memory::given_back, begin);
  ASSERT_TRUE(behind.wrote(file_, begin + piece - 1).ok());
  EXPECT_EQ(file_.started_to, begin);
  ASSERT_TRUE(behind.wrote(file_, begin + 5 * piece).ok());
  EXPECT_EQ(file_.started_to, begin + 5 * piece);
  EXPECT_EQ(file_.arrived_to, begin + 2 * piece);
}

TEST_F(WritingBehind, AFailureOfTheDiskIsTold) {
  for (const std::string failing : {"start_writing_out", "finish_writing_out"}) {
    NotedFile file(std::move(*disk_.open(failing, OpenMode::create_new)));
    disk_.set_hook([&](const support::MemoryFilesystem::Operation& operation) {
      return operation.name == failing ? Status(Error{Code::corrupt, "a bad sector"}) : success();
    });
    WriteBehind behind(WriteBehind::Memory::given_back, 0);
    EXPECT_EQ(behind.wrote(file, 10 * piece).code(), Code::corrupt) << failing;
    disk_.set_hook({});
  }
}

}  // namespace
}  // namespace tandem::storaged
