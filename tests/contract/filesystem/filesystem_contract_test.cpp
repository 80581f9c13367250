// What every Filesystem answers, held against the real one and the one in memory.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "storaged/disk/posix_filesystem.hpp"
#include "tests/support/memory_filesystem.hpp"

namespace tandem::storaged {
namespace {

class Candidate {
 public:
  virtual ~Candidate() = default;
  virtual Filesystem& filesystem() = 0;
  virtual void plant_symlink(const std::string& path) = 0;
};

class PosixCandidate : public Candidate {
 public:
  PosixCandidate() {
    std::string pattern = (std::filesystem::temp_directory_path() / "filesystem-XXXXXX").string();
    EXPECT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    auto opened = PosixFilesystem::open_root(folder_);
    EXPECT_TRUE(opened.ok());
    filesystem_ = std::move(*opened);
  }
  ~PosixCandidate() override { std::filesystem::remove_all(folder_); }
  Filesystem& filesystem() override { return *filesystem_; }
  void plant_symlink(const std::string& path) override {
    std::filesystem::create_symlink("/etc", folder_ / path);
  }

 private:
  std::filesystem::path folder_;
  std::unique_ptr<PosixFilesystem> filesystem_;
};

class MemoryCandidate : public Candidate {
 public:
  Filesystem& filesystem() override { return filesystem_; }
  void plant_symlink(const std::string& path) override { filesystem_.plant_symlink(path); }

 private:
  support::MemoryFilesystem filesystem_;
};

template <class Which>
class FilesystemContract : public ::testing::Test {
 protected:
  void put(const std::string& path, std::string_view text) {
    auto file = disk().open(path, OpenMode::create_new);
    ASSERT_TRUE(file.ok()) << to_string(file.error());
    ASSERT_TRUE((*file)->write_at(std::as_bytes(std::span(text)), 0).ok());
  }
  std::string get(const std::string& path) {
    auto file = disk().open(path, OpenMode::read);
    if (!file) return to_string(file.error());
    return get(**file);
  }
  static std::string get(File& file) {
    std::string text(100, '?');
    auto count = file.read_at(std::as_writable_bytes(std::span(text)), 0);
    EXPECT_TRUE(count.ok());
    text.resize(*count);
    return text;
  }
  std::map<std::string, Kind> entries(const std::string& path) {
    std::map<std::string, Kind> found;
    auto listed = disk().list(path, [&](std::string_view name, Kind kind) {
      found.emplace(name, kind);
      return true;
    });
    EXPECT_TRUE(listed.ok());
    return found;
  }
  Filesystem& disk() { return candidate_.filesystem(); }

  Which candidate_;
};

using Candidates = ::testing::Types<PosixCandidate, MemoryCandidate>;
TYPED_TEST_SUITE(FilesystemContract, Candidates);

TYPED_TEST(FilesystemContract, WhatIsWrittenIsRead) {
  this->put("a", "hello");
  EXPECT_EQ(this->get("a"), "hello");
  auto file = this->disk().open("a", OpenMode::read_write);
  ASSERT_TRUE(file.ok());
  ASSERT_TRUE((*file)->write_at(std::as_bytes(std::span(std::string_view("LL"))), 2).ok());
  EXPECT_EQ(this->get("a"), "heLLo");
  ASSERT_TRUE((*file)->truncate(3).ok());
  EXPECT_EQ(this->get("a"), "heL");
  ASSERT_TRUE((*file)->write_at(std::as_bytes(std::span(std::string_view("x"))), 5).ok());
  EXPECT_EQ(this->get("a"), std::string("heL\0\0x", 6));
  EXPECT_EQ((*file)->status()->size_bytes, 6U);
  EXPECT_TRUE((*file)->sync().ok());
  EXPECT_TRUE(this->disk().sync_directory("").ok());
  EXPECT_TRUE(this->disk().sync_everything().ok());
}

TYPED_TEST(FilesystemContract, WritingOutChangesNothingThatIsRead) {
  this->put("a", "hello");
  auto file = this->disk().open("a", OpenMode::read_write);
  ASSERT_TRUE(file.ok());
  ASSERT_TRUE((*file)->start_writing_out(0, 5).ok());
  (*file)->give_back(0, 5);
  EXPECT_EQ(this->get(**file), "hello");
  ASSERT_TRUE((*file)->start_writing_out(3, 1000).ok());  // more than there is
  (*file)->give_back(3, 1000);
  EXPECT_EQ(this->get("a"), "hello");
  EXPECT_EQ((*file)->status()->size_bytes, 5U);
}

TYPED_TEST(FilesystemContract, ReadingBehindTheEndGivesNothing) {
  this->put("a", "hello");
  auto file = this->disk().open("a", OpenMode::read);
  std::array<std::byte, 10> out{};
  EXPECT_EQ(*(*file)->read_at(out, 3), 2U);
  EXPECT_EQ(*(*file)->read_at(out, 5), 0U);
  EXPECT_EQ(*(*file)->read_at(out, 500), 0U);
}

TYPED_TEST(FilesystemContract, AFileOpenedForReadingIsNotWritten) {
  this->put("a", "hello");
  auto file = this->disk().open("a", OpenMode::read);
  EXPECT_FALSE((*file)->write_at(std::as_bytes(std::span(std::string_view("x"))), 0).ok());
  EXPECT_EQ(this->get("a"), "hello");
}

TYPED_TEST(FilesystemContract, OpeningSaysWhatIsInTheWay) {
  this->put("a", "");
  ASSERT_TRUE(this->disk().make_directory("d").ok());
  EXPECT_EQ(this->disk().open("a", OpenMode::create_new).code(), Code::exists);
  EXPECT_EQ(this->disk().open("d", OpenMode::create_new).code(), Code::exists);
  EXPECT_EQ(this->disk().open("d", OpenMode::read).code(), Code::is_directory);
  EXPECT_EQ(this->disk().open("d", OpenMode::read_write).code(), Code::is_directory);
  EXPECT_EQ(this->disk().open("b", OpenMode::read).code(), Code::not_found);
  EXPECT_EQ(this->disk().open("b/c", OpenMode::create_new).code(), Code::not_found);
  EXPECT_EQ(this->disk().open("a/c", OpenMode::create_new).code(), Code::not_directory);
  EXPECT_EQ(this->disk().open("a/c", OpenMode::read).code(), Code::not_directory);
}

TYPED_TEST(FilesystemContract, NothingIsReachedThroughASymbolicLink) {
  this->candidate_.plant_symlink("s");
  auto& disk = this->disk();
  this->put("a", "");
  EXPECT_EQ(disk.status("s")->kind, Kind::symlink);
  EXPECT_EQ(this->entries("").at("s"), Kind::symlink);
  EXPECT_EQ(disk.open("s", OpenMode::read).code(), Code::not_directory);
  EXPECT_EQ(disk.open("s", OpenMode::create_new).code(), Code::exists);
  EXPECT_EQ(disk.open("s/passwd", OpenMode::read).code(), Code::not_directory);
  EXPECT_EQ(disk.open("s/new", OpenMode::create_new).code(), Code::not_directory);
  EXPECT_EQ(disk.status("s/passwd").code(), Code::not_directory);
  EXPECT_EQ(disk.link("a", "s/a").code(), Code::not_directory);
  EXPECT_EQ(disk.rename("a", "s/a").code(), Code::not_directory);
  EXPECT_EQ(disk.rename("s/passwd", "b").code(), Code::not_directory);
  EXPECT_EQ(disk.unlink("s/passwd").code(), Code::not_directory);
  EXPECT_EQ(disk.make_directory("s/d").code(), Code::not_directory);
  EXPECT_EQ(disk.remove_directory("s/ssl").code(), Code::not_directory);
  EXPECT_EQ(disk.list("s", [](auto, auto) { return true; }).code(), Code::not_directory);
  EXPECT_EQ(disk.attribute("s", "x").code(), Code::not_directory);
  EXPECT_EQ(disk.set_attribute("s", "x", "y").code(), Code::not_directory);
  EXPECT_EQ(disk.sync_directory("s").code(), Code::not_directory);
  EXPECT_TRUE(disk.rename("s", "t").ok());
  EXPECT_EQ(disk.status("t")->kind, Kind::symlink);
  EXPECT_TRUE(disk.unlink("t").ok());
  EXPECT_EQ(disk.status("t").code(), Code::not_found);
}

TYPED_TEST(FilesystemContract, PathsThatCouldSurpriseAreInvalid) {
  auto& disk = this->disk();
  ASSERT_TRUE(disk.make_directory("d").ok());
  this->put("a", "");
  for (const std::string& bad :
       {std::string("../a"), std::string("d/../a"), std::string("d/.."), std::string("/etc/passwd"),
        std::string("a\0b", 3), std::string(256, 'n'), "d/" + std::string(5000, 'n')}) {
    EXPECT_EQ(disk.open(bad, OpenMode::read).code(), Code::invalid) << bad;
    EXPECT_EQ(disk.open(bad, OpenMode::create_new).code(), Code::invalid) << bad;
    EXPECT_EQ(disk.status(bad).code(), Code::invalid) << bad;
    EXPECT_EQ(disk.link("a", bad).code(), Code::invalid) << bad;
    EXPECT_EQ(disk.rename("a", bad).code(), Code::invalid) << bad;
    EXPECT_EQ(disk.rename(bad, "b").code(), Code::invalid) << bad;
    EXPECT_EQ(disk.unlink(bad).code(), Code::invalid) << bad;
    EXPECT_EQ(disk.make_directory(bad).code(), Code::invalid) << bad;
    EXPECT_EQ(disk.remove_directory(bad).code(), Code::invalid) << bad;
    EXPECT_EQ(disk.attribute(bad, "x").code(), Code::invalid) << bad;
    EXPECT_EQ(disk.sync_directory(bad).code(), Code::invalid) << bad;
  }
  EXPECT_EQ(disk.unlink("").code(), Code::invalid);
  EXPECT_EQ(disk.rename("a", ".").code(), Code::invalid);
}

TYPED_TEST(FilesystemContract, NamesMayHoldAnyOtherByte) {
  std::string name;
  for (int byte = 1; byte < 256; ++byte)
    if (byte != '/') name.push_back(static_cast<char>(byte));
  this->put(name, "x");
  EXPECT_EQ(this->get(name), "x");
  EXPECT_TRUE(this->entries("").contains(name));
}

TYPED_TEST(FilesystemContract, ALinkIsTheSameFile) {
  auto& disk = this->disk();
  ASSERT_TRUE(disk.make_directory("d").ok());
  this->put("a", "one");
  ASSERT_TRUE(disk.link("a", "d/b").ok());
  EXPECT_EQ(disk.status("a")->links, 2U);
  EXPECT_EQ(disk.status("a")->inode, disk.status("d/b")->inode);
  EXPECT_EQ(disk.link("a", "d/b").code(), Code::exists);
  EXPECT_EQ(disk.link("none", "c").code(), Code::not_found);
  EXPECT_EQ(disk.link("d", "c").code(), Code::is_directory);
  EXPECT_EQ(disk.link("a", "none/c").code(), Code::not_found);
  // Renaming one link of a file onto another does nothing at all.
  EXPECT_TRUE(disk.rename("a", "d/b").ok());
  EXPECT_EQ(disk.status("a")->links, 2U);
  ASSERT_TRUE(disk.unlink("a").ok());
  EXPECT_EQ(this->get("d/b"), "one");
  EXPECT_EQ(disk.status("d/b")->links, 1U);
}

TYPED_TEST(FilesystemContract, ARenameReplaces) {
  auto& disk = this->disk();
  this->put("a", "one");
  this->put("b", "two");
  auto old = disk.open("b", OpenMode::read);
  ASSERT_TRUE(disk.rename("a", "b").ok());
  EXPECT_EQ(disk.status("a").code(), Code::not_found);
  EXPECT_EQ(this->get("b"), "one");
  EXPECT_EQ(this->get(**old), "two");  // who has it open still reads it
  EXPECT_EQ((*old)->status()->links, 0U);
}

TYPED_TEST(FilesystemContract, RenamesOfDirectoriesFollowPosix) {
  auto& disk = this->disk();
  for (const char* name : {"d", "d/e", "empty", "full", "full/x"})
    ASSERT_TRUE(disk.make_directory(name).ok());
  this->put("f", "");
  EXPECT_EQ(disk.rename("d", "f").code(), Code::not_directory);
  EXPECT_EQ(disk.rename("f", "d").code(), Code::is_directory);
  EXPECT_EQ(disk.rename("d", "full").code(), Code::not_empty);
  EXPECT_EQ(disk.rename("d", "d/e/z").code(), Code::invalid);
  EXPECT_EQ(disk.rename("none", "z").code(), Code::not_found);
  EXPECT_EQ(disk.rename("d", "none/z").code(), Code::not_found);
  ASSERT_TRUE(disk.rename("d", "empty").ok());
  EXPECT_EQ(disk.status("empty/e")->kind, Kind::directory);
}

TYPED_TEST(FilesystemContract, DirectoriesAreMadeListedAndRemoved) {
  auto& disk = this->disk();
  ASSERT_TRUE(disk.make_directory("d").ok());
  EXPECT_EQ(disk.make_directory("d").code(), Code::exists);
  EXPECT_EQ(disk.make_directory("x/y").code(), Code::not_found);
  this->put("d/f", "");
  ASSERT_TRUE(disk.make_directory("d/g").ok());
  EXPECT_EQ(this->entries("d"), (std::map<std::string, Kind>{{"f", Kind::file}, {"g", Kind::directory}}));
  int seen = 0;
  ASSERT_TRUE(disk.list("d", [&](auto, auto) { return ++seen < 1; }).ok());
  EXPECT_EQ(seen, 1);
  EXPECT_EQ(disk.list("d/f", [](auto, auto) { return true; }).code(), Code::not_directory);
  EXPECT_EQ(disk.list("none", [](auto, auto) { return true; }).code(), Code::not_found);
  EXPECT_EQ(disk.remove_directory("d").code(), Code::not_empty);
  EXPECT_EQ(disk.remove_directory("d/f").code(), Code::not_directory);
  EXPECT_EQ(disk.remove_directory("none").code(), Code::not_found);
  EXPECT_EQ(disk.unlink("d/g").code(), Code::is_directory);
  EXPECT_EQ(disk.unlink("none").code(), Code::not_found);
  ASSERT_TRUE(disk.unlink("d/f").ok());
  ASSERT_TRUE(disk.remove_directory("d/g").ok());
  ASSERT_TRUE(disk.remove_directory("d").ok());
  EXPECT_EQ(disk.status("d").code(), Code::not_found);
}

TYPED_TEST(FilesystemContract, ExtendedAttributesBelongToFilesAndDirectories) {
  auto& disk = this->disk();
  ASSERT_TRUE(disk.make_directory("d").ok());
  this->put("f", "");
  auto file = disk.open("f", OpenMode::read_write);
  EXPECT_EQ(*(*file)->attribute("t"), std::nullopt);
  const std::string value("v\0w", 3);
  ASSERT_TRUE((*file)->set_attribute("t", value).ok());
  EXPECT_EQ(*disk.attribute("f", "t"), value);
  EXPECT_EQ(*disk.attribute("f", "user.t"), value);
  ASSERT_TRUE(disk.set_attribute("f", "t", "").ok());
  EXPECT_EQ(*(*file)->attribute("t"), "");
  ASSERT_TRUE((*file)->remove_attribute("t").ok());
  EXPECT_EQ(*disk.attribute("f", "t"), std::nullopt);
  EXPECT_TRUE((*file)->remove_attribute("t").ok());
  ASSERT_TRUE(disk.set_attribute("d", "t", "dir").ok());
  EXPECT_EQ(*disk.attribute("d", "t"), "dir");
  EXPECT_EQ(*disk.attribute("", "t"), std::nullopt);
  EXPECT_EQ(disk.attribute("none", "t").code(), Code::not_found);
  EXPECT_EQ(disk.set_attribute("none", "t", "x").code(), Code::not_found);
}

TYPED_TEST(FilesystemContract, PermissionBitsKeepTheNodesOwnAccess) {
  this->put("f", "");
  auto file = this->disk().open("f", OpenMode::read_write);
  Attributes wanted;
  wanted.mode = 04440;
  wanted.modified_ns = 1'234'567'890'123'456'789;
  ASSERT_TRUE((*file)->set_attributes(wanted).ok());
  EXPECT_EQ(this->disk().status("f")->attributes.mode, 0640U);
  EXPECT_EQ(this->disk().status("f")->attributes.modified_ns, wanted.modified_ns);
  wanted.modified_ns = -1;  // a moment before 1970
  ASSERT_TRUE((*file)->set_attributes(wanted).ok());
  EXPECT_EQ((*file)->status()->attributes.modified_ns, -1);
}

TYPED_TEST(FilesystemContract, ACloneHoldsTheFirstBytesOfItsBase) {
  this->put("base", "0123456789");
  auto base = this->disk().open("base", OpenMode::read);
  auto clone = this->disk().open("clone", OpenMode::create_new);
  ASSERT_TRUE((*clone)->clone_from(**base, 4).ok());
  EXPECT_EQ(this->get("clone"), "0123");
  ASSERT_TRUE((*clone)->write_at(std::as_bytes(std::span(std::string_view("x"))), 0).ok());
  EXPECT_EQ(this->get("base"), "0123456789");
  auto longer = this->disk().open("longer", OpenMode::create_new);
  ASSERT_TRUE((*longer)->write_at(std::as_bytes(std::span(std::string_view("abcdefghijkl"))), 0).ok());
  ASSERT_TRUE((*longer)->clone_from(**base, 10).ok());
  EXPECT_EQ(this->get("longer"), "0123456789kl");
  EXPECT_EQ((*clone)->clone_from(**base, 11).code(), Code::corrupt);
  EXPECT_TRUE((*clone)->clone_from(**base, 0).ok());
}

TYPED_TEST(FilesystemContract, TheFreeSpaceIsKnown) {
  auto space = this->disk().space();
  ASSERT_TRUE(space.ok());
  EXPECT_GT(space->total_bytes, 0U);
  EXPECT_LE(space->free_bytes, space->total_bytes);
}

}  // namespace
}  // namespace tandem::storaged
