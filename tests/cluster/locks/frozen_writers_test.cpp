// Writers that are frozen at any moment of a locked write, and wake when their lease has ended and somebody
// else has written: none of their bytes counts, on no member.
#include <sys/stat.h>

#include <csignal>
#include <fstream>
#include <random>
#include <thread>

#include "tests/cluster/locks/locks_fixture.hpp"

namespace tandem::test {
namespace {

constexpr std::size_t writers = 6;

// Whether somebody has the catalogue for itself, as the kernel tells: the gate, or locks of the database.
bool has_the_catalogue(const std::filesystem::path& folder) {
  std::vector<std::string> inodes;
  for (const auto* name : {"catalogue.db.gate", "catalogue.db", "catalogue.db-shm"}) {
    struct stat state {};
    if (::stat((folder / name).c_str(), &state) == 0)
      inodes.push_back(":" + std::to_string(state.st_ino) + " ");
  }
  std::ifstream held("/proc/locks");
  for (std::string line; std::getline(held, line);) {
    if (line.find(" WRITE ") == std::string::npos || line.find("->") != std::string::npos) continue;
    for (const auto& inode : inodes) {
      if (line.find(inode) != std::string::npos) return true;
    }
  }
  return false;
}

// Anywhere but where it has the catalogue for itself: who stands still there keeps everybody out until it
// goes on, and is named (docs/OPERATIONS.md).
void freeze_outside_commits(Child& child, const LocalCluster& cluster) {
  child.signal(SIGSTOP);
  while (has_the_catalogue(cluster.folder()) && child.running()) {
    std::this_thread::sleep_for(
        std::chrono::milliseconds(20));  // somebody else's commit would be over by then
    if (!has_the_catalogue(cluster.folder())) continue;
    child.signal(SIGCONT);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    child.signal(SIGSTOP);
  }
}

std::string write_under_lock(const std::string& path, const std::string& from) {
  return "lock " + path + "\nwrite " + path + " --from " + from + "\nunlock " + path + "\n";
}

TEST_F(Locks, FrozenWritersChangeNothingOnceOthersHaveTakenOver) {
  std::mt19937 chance(7);
  std::uniform_int_distribution<int> delays(0, 150);
  const auto big = cluster.folder() / "big";
  write_file(big, bytes_of(1, 24 << 20));
  std::vector<Child> frozen;
  for (std::size_t number = 0; number < writers; ++number) {
    const auto path = "/f" + std::to_string(number);
    ASSERT_TRUE(succeeds({"write", path, "before"}));
    frozen.emplace_back(cluster.tandem_command({"run", "-"}, write_under_lock(path, big.string())));
    ASSERT_TRUE(wait_until([&] { return is_locked(path) || !frozen.back().running(); }));
    std::this_thread::sleep_for(std::chrono::milliseconds(delays(chance)));  // the moment is what is tried
    freeze_outside_commits(frozen.back(), cluster);
  }
  for (std::size_t number = 0; number < writers; ++number) {
    const auto path = "/f" + std::to_string(number);
    ASSERT_TRUE(succeeds({"lock", path, "--", tandem(), "write", path, "next"})) << path;
  }
  for (auto& writer : frozen) writer.signal(SIGCONT);
  for (std::size_t number = 0; number < writers; ++number) {
    const auto status = frozen[number].wait(std::chrono::seconds(30));
    EXPECT_TRUE(status == 0 || status == stale_status) << "/f" << number << ": " << frozen[number].errors();
    EXPECT_TRUE(content("/f" + std::to_string(number)) == "next")
        << "/f" << number << " holds what was frozen";
  }
  EXPECT_TRUE(cluster.heals());
}

// Without a lock of its own a write is as if it had happened when it is answered: never over what came later.
TEST_F(Locks, AFrozenWriterWithoutALockDoesNotOverwriteWhatCameAfterItsLease) {
  const auto big = cluster.folder() / "big";
  write_file(big, bytes_of(1, 32 << 20));
  ASSERT_TRUE(succeeds({"write", "/f", "before"}));
  Child writer(cluster.tandem_command({"write", "/f", "--from", big.string()}));
  ASSERT_TRUE(wait_until([&] {
    for (std::size_t node = 0; node < cluster.nodes(); ++node) {
      const auto staging = cluster.data_folder(node) / "staging";
      if (std::filesystem::exists(staging) && !std::filesystem::is_empty(staging)) return true;
    }
    return writer.wait(std::chrono::milliseconds(0)).has_value();
  }));
  freeze_outside_commits(writer, cluster);
  if (writer.wait(std::chrono::milliseconds(0)).has_value()) GTEST_SKIP() << "it was too fast to be caught";
  EXPECT_TRUE(succeeds({"lock", "/f", "--wait", "20", "--", tandem(), "write", "/f", "next"}));
  writer.signal(SIGCONT);
  const auto status = writer.wait(std::chrono::seconds(30));
  EXPECT_TRUE(status == 0 || status == stale_status) << writer.errors();
  EXPECT_TRUE(content("/f") == "next");
  EXPECT_TRUE(cluster.heals());
}

}  // namespace
}  // namespace tandem::test
