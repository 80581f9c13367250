// The machinery of put, get and cp, from one folder of this machine to another.
#include "shell/transfer/transfer.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <boost/filesystem.hpp>
#include <fstream>
#include <sstream>

#include "protocol/runtime/system_runtime.hpp"
#include "shell/transfer/local_tree.hpp"

namespace tandem::shell {
namespace {

namespace files = boost::filesystem;

class Transfers : public testing::Test {
 protected:
  void SetUp() override {
    root_ = files::temp_directory_path() / files::unique_path("tandem-transfer-%%%%%%%%");
    files::create_directories(root_ / "from");
  }
  void TearDown() override { files::remove_all(root_); }

  std::string at(const std::string& name) const { return (root_ / name).native(); }
  void write(const std::string& name, const std::string& content) const {
    files::create_directories(files::path(at(name)).parent_path());
    std::ofstream(at(name)) << content;
  }
  std::string content(const std::string& name) const {
    std::ifstream file(at(name));
    std::stringstream all;
    all << file.rdbuf();
    return file ? all.str() : "(not there)";
  }
  TransferOutcome copy(const TransferOptions& options, Tree* to = nullptr) {
    return transfer(local_, to == nullptr ? local_ : *to, {{at("from"), at("to")}}, options, runtime_,
                    watch_);
  }
  static TransferOptions recursive() {
    TransferOptions options;
    options.recursive = true;
    return options;
  }

  files::path root_{};
  LocalTree local_{};
  protocol::SystemRuntime runtime_{};
  TransferWatch watch_{[] { return false; }, {}};
};

TEST_F(Transfers, ATreeArrivesWholeWithTimesAndModes) {
  for (int i = 0; i < 600; ++i)
    write("from/d" + std::to_string(i % 7) + "/f" + std::to_string(i), std::to_string(i));
  write("from/large", std::string(3'000'000, 'x'));
  write("from/empty", "");
  ASSERT_EQ(::chmod(at("from/d1/f1").c_str(), 0600), 0);
  const timespec times[2] = {{1, 0}, {1'600'000'000, 123'456'789}};
  ASSERT_EQ(::utimensat(AT_FDCWD, at("from/d1/f1").c_str(), times, 0), 0);
  ASSERT_EQ(::utimensat(AT_FDCWD, at("from/d1").c_str(), times, 0), 0);

  const auto done = copy(recursive());
  EXPECT_EQ(done.totals.failed, 0U);
  EXPECT_EQ(done.totals.files, 602U);
  EXPECT_EQ(done.totals.directories, 8U);
  EXPECT_EQ(content("to/d3/f10"), "10");
  EXPECT_EQ(content("to/large"), std::string(3'000'000, 'x'));
  EXPECT_EQ(content("to/empty"), "");
  for (const char* name : {"to/d1/f1", "to/d1"}) {
    struct stat status {};
    ASSERT_EQ(::stat(at(name).c_str(), &status), 0);
    EXPECT_EQ(status.st_mtim.tv_sec, 1'600'000'000) << name;
    EXPECT_EQ(status.st_mtim.tv_nsec, 123'456'789) << name;
  }
  EXPECT_EQ(local_.look(at("to/d1/f1"), false)->attributes.mode, 0600U);
}

TEST_F(Transfers, LinksArriveAsLinksAndReplaceWhatIsThere) {
  write("from/file", "x");
  files::create_symlink("file", at("from/link"));
  files::create_symlink("nowhere", at("from/d\xff"));
  const std::string long_name = "from/100%" + std::string(250, 'n');
  files::create_symlink("nowhere", at(long_name));
  write("to/link", "in the way");
  const timespec times[2] = {{1, 0}, {1'600'000'000, 5}};
  ASSERT_EQ(::utimensat(AT_FDCWD, at("from/link").c_str(), times, AT_SYMLINK_NOFOLLOW), 0);
  auto options = recursive();
  options.checksum = true;
  const auto done = copy(options);
  EXPECT_EQ(done.totals.failed, 0U);
  EXPECT_EQ(done.totals.links, 3U);
  EXPECT_EQ(done.totals.files, 1U);
  EXPECT_EQ(files::read_symlink(at("to/link")).native(), "file");
  EXPECT_EQ(files::read_symlink(at("to/d\xff")).native(), "nowhere");
  EXPECT_EQ(files::read_symlink(at("to" + long_name.substr(4))).native(), "nowhere");
  EXPECT_EQ(local_.look(at("to/link"), false)->attributes.modified_ns, 1'600'000'000'000'000'005);
  EXPECT_EQ(std::distance(files::directory_iterator(at("to")), files::directory_iterator()), 4)
      << "something is left over";
  options.update = true;
  files::remove(at("from/link"));
  files::create_symlink("nowhere", at("from/link"));
  const auto again = copy(options);
  EXPECT_EQ(again.totals.links, 1U) << "only the one that leads elsewhere now";
  EXPECT_EQ(again.totals.unchanged, 3U);
  EXPECT_EQ(files::read_symlink(at("to/link")).native(), "nowhere");
}

TEST_F(Transfers, ALinkDoesNotReplaceADirectory) {
  files::create_symlink("nowhere", at("from/name"));
  files::create_directories(at("to/name"));
  const auto done = copy(recursive());
  ASSERT_EQ(done.failures.size(), 1U);
  EXPECT_EQ(done.failures.front().error.code, Code::is_directory);
}

TEST_F(Transfers, LinksAreFollowedOnRequest) {
  write("from/d/file", "x");
  files::create_symlink("d/file", at("from/link"));
  files::create_symlink("d", at("from/directory"));
  files::create_symlink("nowhere", at("from/dangling"));
  auto options = recursive();
  options.follow = true;
  const auto done = copy(options);
  EXPECT_EQ(content("to/link"), "x");
  EXPECT_EQ(content("to/directory/file"), "x");
  EXPECT_FALSE(files::is_symlink(at("to/link")));
  ASSERT_EQ(done.failures.size(), 1U) << "there is nothing to copy";
  EXPECT_EQ(done.failures.front().path, at("from/dangling"));
}

TEST_F(Transfers, SpecialFilesAreReportedAndLeftOutOnlyOnRequest) {
  write("from/file", "x");
  ASSERT_EQ(::mkfifo(at("from/pipe").c_str(), 0600), 0);
  auto options = recursive();
  auto done = copy(options);
  EXPECT_EQ(done.totals.files, 1U);
  ASSERT_EQ(done.failures.size(), 1U);
  EXPECT_EQ(done.failures.front().path, at("from/pipe"));
  EXPECT_EQ(done.failures.front().error.cause, "a named pipe cannot be copied");
  EXPECT_EQ(done.failures.front().error.code, Code::unsupported);
  options.skip_special = true;
  done = copy(options);
  EXPECT_EQ(done.totals.failed, 0U);
  EXPECT_EQ(done.totals.skipped, 1U);
}

TEST_F(Transfers, OneFailureDoesNotStopTheOthers) {
  write("from/a", "a");
  write("from/b", "b");
  write("from/c", "c");
  files::create_directories(at("to/b"));  // a directory stands where a file is to be
  const auto done = copy(recursive());
  EXPECT_EQ(done.totals.files, 2U);
  EXPECT_EQ(done.totals.failed, 1U);
  ASSERT_EQ(done.failures.size(), 1U);
  EXPECT_EQ(done.failures[0].path, at("from/b"));
  EXPECT_EQ(done.failures[0].error.code, Code::is_directory);
  EXPECT_EQ(content("to/a") + content("to/c"), "ac");
}

TEST_F(Transfers, ADirectoryNeedsTheOption) {
  const auto done = copy({});
  EXPECT_EQ(done.totals.failed, 1U);
  EXPECT_EQ(done.failures.at(0).error.mend, "use -r to copy it with all below");
}

TEST_F(Transfers, UpdateDoesOnlyWhatIsLeft) {
  write("from/a", "aaaa");
  write("from/b", "bbbb");
  auto options = recursive();
  options.update = true;
  ASSERT_EQ(copy(options).totals.files, 2U);
  write("from/b", "changed");
  const auto done = copy(options);
  EXPECT_EQ(done.totals.unchanged, 1U);
  EXPECT_EQ(done.totals.files, 1U);
  EXPECT_EQ(content("to/b"), "changed");
}

// Stores something else than it is given.
class LyingTree : public LocalTree {
 public:
  Result<std::unique_ptr<Source>> open(const std::string& path, std::uint64_t size_bytes) override {
    return LocalTree::open(path.ends_with("/b") ? path.substr(0, path.size() - 1) + "a" : path, size_bytes);
  }
};

TEST_F(Transfers, ChecksumComparesWhatArrived) {
  write("from/a", std::string(500'000, 'a'));
  write("from/b", std::string(500'000, 'b'));
  auto options = recursive();
  options.checksum = true;
  EXPECT_EQ(copy(options).totals.failed, 0U);
  LyingTree lying;
  const auto done = copy(options, &lying);
  ASSERT_EQ(done.totals.failed, 1U);
  EXPECT_EQ(done.failures[0].path, at("from/b"));
  EXPECT_EQ(done.failures[0].error.code, Code::corrupt);
}

// A store that nobody answers for.
class DeadTree : public LocalTree {
 public:
  Result<std::unique_ptr<Target>> replace(const std::string& path, const Entry&) override {
    ++asked;
    return Error{Code::unavailable, "nobody answers", path};
  }
  std::atomic<int> asked{0};
};

TEST_F(Transfers, GivesUpWhenEverythingFails) {
  for (int i = 0; i < 2000; ++i) write("from/" + std::to_string(i), "x");
  DeadTree dead;
  const auto done = copy(recursive(), &dead);
  EXPECT_TRUE(done.gave_up);
  EXPECT_EQ(done.totals.files, 0U);
  EXPECT_LT(dead.asked.load(), 100);
}

TEST_F(Transfers, StopsWhenToldAndLeavesNothingHalf) {
  for (int i = 0; i < 500; ++i) write("from/" + std::to_string(i), std::string(10'000, 'x'));
  std::atomic<int> asked{0};
  watch_.stop = [&asked] { return ++asked > 300; };
  const auto done = copy(recursive());
  EXPECT_TRUE(done.interrupted);
  EXPECT_LT(done.totals.files, 500U);
  for (const auto& entry : files::directory_iterator(at("to"))) {
    EXPECT_EQ(files::file_size(entry.path()), 10'000U) << entry.path();
  }
}

TEST_F(Transfers, ProgressCountsWhatIsAhead) {
  write("from/a", std::string(100'000, 'a'));
  std::vector<TransferProgress> seen;
  watch_.progress = [&seen](const TransferProgress& progress) { seen.push_back(progress); };
  EXPECT_EQ(copy(recursive()).totals.failed, 0U);
  EXPECT_FALSE(seen.empty());
}

TEST(BaseName, IsTheLastComponent) {
  EXPECT_EQ(base_name("/a/b"), "b");
  EXPECT_EQ(base_name("a/"), "a");
  EXPECT_EQ(base_name("/"), "/");
  EXPECT_EQ(base_name("."), ".");
}

}  // namespace
}  // namespace tandem::shell
