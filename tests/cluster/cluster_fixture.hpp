// What the tests of this folder share: a cluster of four nodes in two pairs, initialised.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "tests/support/local_cluster/local_cluster.hpp"

namespace tandem::test {

class FourNodes : public testing::Test {
 protected:
  explicit FourNodes(ClusterOptions options = {}) : cluster(std::move(options)) {}
  void SetUp() override { ASSERT_TRUE(cluster.start_and_init()); }

  testing::AssertionResult succeeds(std::vector<std::string> arguments, std::string input = {}) {
    const auto outcome = cluster.tandem(std::move(arguments), std::move(input));
    return outcome.ok() ? testing::AssertionSuccess() : testing::AssertionFailure() << describe(outcome);
  }

  // The file's bytes, or the outcome in words when it cannot be read.
  std::string content(const std::string& path) {
    const auto outcome = cluster.tandem({"read", path});
    return outcome.ok() ? outcome.output : "cannot be read: " + describe(outcome);
  }

  // Everything below `path` of the store, held against a folder of this machine.
  testing::AssertionResult holds(const std::string& path, const std::filesystem::path& expected) {
    const TemporaryFolder back;
    const auto outcome = cluster.tandem({"get", "-r", path, back.path().string()});
    if (!outcome.ok()) return testing::AssertionFailure() << "get -r: " << describe(outcome);
    return same_trees(back.path() / std::filesystem::path(path).filename(), expected);
  }

  // The first node of the pair whose members show `path` (without the leading slash) in their trees.
  std::size_t first_member_holding(const std::string& path) {
    std::size_t found = cluster.nodes();
    wait_until([&] {
      for (std::size_t node = 0; node < cluster.nodes(); node += 2) {
        if (std::filesystem::exists(cluster.tree(node) / path)) found = node;
      }
      return found < cluster.nodes();
    });
    return found;
  }

  LocalCluster cluster;
};

}  // namespace tandem::test
