// One pair of real daemons, each on a disk of its own that a test can bring into trouble and out of it again.
#pragma once

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/local_cluster/local_cluster.hpp"

namespace tandem::test {

enum class Disk : std::uint8_t { plain_folder, small_memory, small_ext4 };

class PairOnDisks {
 public:
  static constexpr std::size_t members = 2;

  PairOnDisks();
  ~PairOnDisks();
  PairOnDisks(const PairOnDisks&) = delete;
  PairOnDisks& operator=(const PairOnDisks&) = delete;

  // Each member on a disk of that kind, seen by this process and its children alone; says what is missing
  // where that cannot be had. Before start().
  testing::AssertionResult put_on(Disk kind);
  testing::AssertionResult start();
  LocalCluster& cluster() { return *cluster_; }

  // The troubles. Each ends with its counterpart.
  void fill(std::size_t member, std::uint64_t free_bytes);  // of a small disk; about so much is left
  void empty(std::size_t member);
  void set_read_only(std::size_t member, bool read_only);  // the mount of a small disk
  void fail(std::size_t member, const std::vector<std::string>& calls, int number);
  void mend(std::size_t member);
  void take_descriptors(std::size_t member);  // none is left for another file or connection
  void give_descriptors(std::size_t member);

 private:
  std::filesystem::path disk(std::size_t member) const;
  bool mount(std::size_t member, Disk kind) const;

  TemporaryFolder disks_;
  std::unique_ptr<LocalCluster> cluster_;
  rlimit usual_descriptors_{};
};

}  // namespace tandem::test
