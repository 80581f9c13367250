// A fixture that runs every test on a simulated disk and on a real folder.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <string>

#include "storaged/disk/posix_filesystem.hpp"
#include "tests/support/memory_filesystem.hpp"
#include "tests/unit/storaged_guarded/node_on_disk.hpp"

namespace tandem::test {

class OnEitherDisk : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    if (GetParam()) {
      std::string pattern = (std::filesystem::temp_directory_path() / "tandem-node-XXXXXX").string();
      ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
      folder_ = pattern;
      auto opened = storaged::PosixFilesystem::open_root(folder_.string());
      ASSERT_TRUE(opened.ok()) << to_string(opened.error());
      disk_ = std::move(*opened);
    } else {
      disk_ = std::make_unique<support::MemoryFilesystem>();
    }
    node_ = std::make_unique<NodeOnDisk>(*disk_);
    const Status started = node_->start(true);
    ASSERT_TRUE(started.ok()) << to_string(started.error());
  }

  void TearDown() override {
    node_.reset();
    disk_.reset();
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
  }

  // Stages and settles; `ok` is expected.
  void store(std::uint64_t id, Revision revision, std::string_view content, std::vector<Name> names,
             std::vector<DirectoryStep> directories = {}) {
    ASSERT_TRUE(node_->put(id_of(id), {revision, 1}, content).ok());
    SettleItem item = file_item(id, revision, {revision, 1}, content, std::move(names));
    item.directories = std::move(directories);
    ASSERT_EQ(node_->settle(item), Answer::ok);
  }

  std::uint64_t inode(const std::string& path) {
    const auto status = disk_->status(path);
    return status.ok() ? status->inode : 0;
  }

  std::size_t entries(const std::string& directory) {
    std::size_t count = 0;
    EXPECT_TRUE(disk_->list(directory, [&](std::string_view, Kind) { return ++count > 0; }).ok());
    return count;
  }

  // Changes one byte in place, as a failing disk would.
  void flip_byte(const std::string& path, std::uint64_t offset) {
    auto file = disk_->open(path, storaged::OpenMode::read_write);
    ASSERT_TRUE(file.ok());
    std::byte byte{};
    ASSERT_TRUE((*file)->read_at(std::span(&byte, 1), offset).ok());
    byte ^= std::byte{1};
    ASSERT_TRUE((*file)->write_at(std::span(&byte, 1), offset).ok());
  }

  std::filesystem::path folder_;
  std::unique_ptr<storaged::Filesystem> disk_;
  std::unique_ptr<NodeOnDisk> node_;
};

inline std::string name_of_disk(const ::testing::TestParamInfo<bool>& info) {
  return info.param ? "RealFolder" : "Memory";
}

}  // namespace tandem::test
