// The troubles only a real file system has.
#include "storaged/disk/posix_filesystem.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

namespace tandem::storaged {
namespace {

class PosixTroubles : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "troubles-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    std::filesystem::create_directories(root());
  }
  void TearDown() override {
    filesystem_.reset();
    if (mounted_) {
      EXPECT_EQ(::umount2(root().c_str(), MNT_DETACH), 0);
    }
    std::filesystem::remove_all(folder_);
  }
  std::filesystem::path root() const { return folder_ / "root"; }
  Filesystem& disk() {
    if (filesystem_ == nullptr) {
      auto opened = PosixFilesystem::open_root(root());
      EXPECT_TRUE(opened.ok());
      filesystem_ = std::move(*opened);
    }
    return *filesystem_;
  }
  bool mount_small_disk() {
    mounted_ = ::mount("none", root().c_str(), "tmpfs", 0, "size=256k") == 0;
    return mounted_;
  }

  std::filesystem::path folder_;
  std::unique_ptr<PosixFilesystem> filesystem_;
  bool mounted_ = false;
};

Status write_text(File& file, const std::string& text, std::uint64_t offset) {
  return file.write_at(std::as_bytes(std::span(text)), offset);
}

TEST_F(PosixTroubles, AMissingRootSaysSo) {
  const auto opened = PosixFilesystem::open_root(folder_ / "none");
  EXPECT_EQ(opened.code(), Code::not_found);
  EXPECT_EQ(opened.error().path, folder_ / "none");
}

TEST_F(PosixTroubles, AFullDiskIsNoSpaceAndKeepsWhatItHas) {
  if (!mount_small_disk()) GTEST_SKIP() << "mounting a small tmpfs needs the rights of root";
  auto file = disk().open("a", OpenMode::create_new);
  ASSERT_TRUE(file.ok());
  ASSERT_TRUE(write_text(**file, "kept", 0).ok());
  const auto refused = write_text(**file, std::string(1 << 20, 'x'), 4);
  EXPECT_EQ(refused.code(), Code::no_space);
  EXPECT_EQ(refused.error().path, "a");
  EXPECT_FALSE(refused.error().mend.empty());
  ASSERT_TRUE((*file)->truncate(4).ok());
  EXPECT_TRUE(disk().make_directory("d").ok());
  EXPECT_GT(disk().space()->free_bytes, 0U);
}

TEST_F(PosixTroubles, AReadOnlyMountIsUnavailableAndStillRead) {
  if (!mount_small_disk()) GTEST_SKIP() << "mounting a small tmpfs needs the rights of root";
  {
    auto file = disk().open("a", OpenMode::create_new);
    ASSERT_TRUE(write_text(**file, "kept", 0).ok());
  }
  ASSERT_EQ(::mount("none", root().c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, nullptr), 0);
  EXPECT_EQ(disk().open("b", OpenMode::create_new).code(), Code::unavailable);
  EXPECT_EQ(disk().open("a", OpenMode::read_write).code(), Code::unavailable);
  EXPECT_EQ(disk().rename("a", "b").code(), Code::unavailable);
  EXPECT_EQ(disk().unlink("a").code(), Code::unavailable);
  EXPECT_EQ(disk().set_attribute("a", "x", "y").code(), Code::unavailable);
  std::string text(4, '?');
  auto file = disk().open("a", OpenMode::read);
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(*(*file)->read_at(std::as_writable_bytes(std::span(text)), 0), 4U);
  EXPECT_EQ(text, "kept");
}

// How many of a file's first bytes lie in memory, in whole pages.
std::size_t bytes_in_memory(const File& file, std::size_t size_bytes) {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  std::vector<unsigned char> resident(size_bytes / page);
  void* mapped = ::mmap(nullptr, size_bytes, PROT_READ, MAP_SHARED, *file.descriptor(), 0);
  EXPECT_NE(mapped, MAP_FAILED);
  EXPECT_EQ(::mincore(mapped, size_bytes, resident.data()), 0);
  ::munmap(mapped, size_bytes);
  std::size_t pages = 0;
  for (const unsigned char one : resident) pages += one & 1U;
  return pages * page;
}

TEST_F(PosixTroubles, MemoryOfWhatIsOnTheDiskIsGivenBack) {
  constexpr std::size_t size = std::size_t{4} << 20;
  struct statfs where {};
  ASSERT_EQ(::statfs(root().c_str(), &where), 0);
  if (where.f_type == TMPFS_MAGIC) GTEST_SKIP() << "there is no disk below " << root();
  auto file = disk().open("a", OpenMode::create_new);
  ASSERT_TRUE(file.ok());
  const std::string text(size, 'x');
  ASSERT_TRUE(write_text(**file, text, 0).ok());
  ASSERT_TRUE((*file)->start_writing_out(0, size).ok());
  EXPECT_GT(bytes_in_memory(**file, size), size / 2);
  ASSERT_TRUE((*file)->sync().ok());
  (*file)->give_back(0, size);
  EXPECT_LT(bytes_in_memory(**file, size), size / 10);
  std::string read(size, '?');
  EXPECT_EQ(*(*file)->read_at(std::as_writable_bytes(std::span(read)), 0), size);
  EXPECT_TRUE(read == text);
}

TEST_F(PosixTroubles, TooManyOpenFilesIsUnavailableAndPasses) {
  ASSERT_TRUE(disk().make_directory("d").ok());
  // A sanitizer that meets a class for the first time needs a descriptor itself.
  ASSERT_TRUE(disk().open("with descriptors to spare", OpenMode::create_new).ok());
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit small = before;
  small.rlim_cur = 40;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &small), 0);
  std::vector<std::unique_ptr<File>> files;
  Code code = Code::ok;
  for (int number = 0; number < 100 && code == Code::ok; ++number) {
    auto file = disk().open(std::to_string(number), OpenMode::create_new);
    code = file.code();
    if (file) files.push_back(std::move(*file));
  }
  EXPECT_EQ(disk().status("d").code(), Code::unavailable);
  EXPECT_EQ(disk().list("d", [](auto, auto) { return true; }).code(), Code::unavailable);
  files.clear();
  const Code later = disk().status("d").code();
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(code, Code::unavailable);
  EXPECT_EQ(later, Code::ok);
}

TEST_F(PosixTroubles, WhatIsNoRegularFileIsNotOpenedAndDoesNotBlock) {
  ASSERT_EQ(::mkfifo((root() / "fifo").c_str(), 0600), 0);
  EXPECT_EQ(disk().open("fifo", OpenMode::read).code(), Code::invalid);
  EXPECT_EQ(disk().open("fifo", OpenMode::read_write).code(), Code::invalid);
  EXPECT_EQ(disk().status("fifo")->kind, Kind::file);
  EXPECT_TRUE(disk().unlink("fifo").ok());
}

// Another process swaps a directory for a link to the outside, again and again, while calls run through it.
TEST_F(PosixTroubles, LinksPlantedDuringACallLeadNowhere) {
  const auto outside = folder_ / "outside";
  std::filesystem::create_directories(outside);
  std::ofstream(outside / "secret") << "outside";
  std::filesystem::create_directories(root() / "real");
  std::ofstream(root() / "real" / "secret") << "inside";
  std::filesystem::create_symlink(outside, root() / "link");
  std::atomic<bool> stop = false;
  std::thread attacker([&] {
    const auto real = root() / "real";
    const auto link = root() / "link";
    while (!stop) ::renameat2(AT_FDCWD, real.c_str(), AT_FDCWD, link.c_str(), RENAME_EXCHANGE);
  });
  int inside = 0;
  int refused = 0;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  const auto seen_enough = [&](int round) {
    return (round >= 3000 && inside > 0 && refused > 0) || std::chrono::steady_clock::now() > deadline;
  };
  for (int round = 0; !seen_enough(round); ++round) {
    auto file = disk().open("real/secret", OpenMode::read);
    if (file) {
      std::string text(7, '?');
      text.resize(*(*file)->read_at(std::as_writable_bytes(std::span(text)), 0));
      ASSERT_EQ(text, "inside");
      ++inside;
    } else {
      ASSERT_EQ(file.code(), Code::not_directory) << to_string(file.error());
      ++refused;
    }
    const std::string name = "real/new" + std::to_string(round);
    [[maybe_unused]] auto made = disk().open(name, OpenMode::create_new);
    [[maybe_unused]] auto directory = disk().make_directory(name + "d");
    [[maybe_unused]] auto linked = disk().link("real/secret", name + "l");
    [[maybe_unused]] auto removed = disk().unlink("real/secret2");
  }
  stop = true;
  attacker.join();
  EXPECT_GT(inside, 0);
  EXPECT_GT(refused, 0);
  int entries = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(outside)) ++entries;
  EXPECT_EQ(entries, 1) << "something was made outside the root";
}

TEST_F(PosixTroubles, AHardLinkOfADirectoryOrOverItselfIsRefused) {
  ASSERT_TRUE(disk().make_directory("d").ok());
  EXPECT_EQ(disk().link("d", "e").code(), Code::is_directory);
  EXPECT_EQ(disk().link("d", "d").code(), Code::exists);
}

TEST_F(PosixTroubles, LargeOffsetsWork) {
  auto file = disk().open("a", OpenMode::create_new);
  const std::uint64_t far = (std::uint64_t{5} << 30) + 1;
  ASSERT_TRUE(write_text(**file, "far", far).ok());
  std::string text(10, '?');
  EXPECT_EQ(*(*file)->read_at(std::as_writable_bytes(std::span(text)), far), 3U);
  EXPECT_EQ((*file)->status()->size_bytes, far + 3);
}

TEST_F(PosixTroubles, ACloneTakesOverHolesAndCostsNoSpaceForThem) {
  constexpr std::uint64_t far = std::uint64_t{3} << 30;
  auto base = disk().open("base", OpenMode::create_new);
  ASSERT_TRUE(write_text(**base, "begin", 0).ok() && write_text(**base, "middle", far).ok());
  ASSERT_TRUE((*base)->truncate(2 * far).ok());
  auto clone = disk().open("clone", OpenMode::create_new);
  ASSERT_TRUE((*clone)->clone_from(**base, 2 * far - 1).ok());
  EXPECT_EQ((*clone)->status()->size_bytes, 2 * far - 1);
  std::string found(8, 'x');
  ASSERT_TRUE((*clone)->read_at(std::as_writable_bytes(std::span(found)), far - 1).ok());
  EXPECT_EQ(found, std::string("\0middle\0", 8));
  struct stat status {};
  ASSERT_EQ(::stat((root() / "clone").c_str(), &status), 0);
  EXPECT_LE(status.st_blocks, 1024) << "three gigabytes of zeros would be six million";
}

}  // namespace
}  // namespace tandem::storaged
