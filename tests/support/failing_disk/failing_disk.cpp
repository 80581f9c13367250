#include "tests/support/failing_disk/failing_disk.hpp"

#include "tests/support/local_cluster/local_cluster.hpp"

namespace tandem::test {

std::vector<std::string> environment_of_failing_disks(const std::filesystem::path& folder) {
  return {"LD_PRELOAD=" + program("tests/failing_disk.so"), "FAILING_DISK=" + folder.string(),
          "ASAN_OPTIONS=verify_asan_link_order=0"};
}

void fail_calls(const std::filesystem::path& disk, const std::vector<std::string>& calls, int number) {
  std::string lines;
  for (const auto& call : calls) lines += call + " " + std::to_string(number) + "\n";
  const std::filesystem::path beside = disk.string() + ".trouble.new";
  write_file(beside, lines);
  std::filesystem::rename(beside, disk.string() + ".trouble");  // whole at once
}

void mend_calls(const std::filesystem::path& disk) {
  std::filesystem::remove(disk.string() + ".trouble");
}

std::vector<std::string> changing_calls() {
  return {"create", "pwrite64", "ftruncate64", "fsync",   "syncfs",
          "linkat", "unlinkat", "renameat",    "mkdirat", "fsetxattr"};
}

std::vector<std::string> reading_calls() {
  return {"pread64", "copy_file_range"};
}

}  // namespace tandem::test
