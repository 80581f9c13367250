// What the tests of this folder share: one pair of real daemons, each reached through a proxy of its own that
// can be made to fail in every way a network does.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/fault_proxy/fault_proxy.hpp"
#include "tests/support/local_cluster/local_cluster.hpp"

namespace tandem::test {

class ProxiedPair : public testing::Test {
 protected:
  explicit ProxiedPair(const std::string& config = {})
      : cluster({.nodes = 2, .extra_config = config, .reached_at = [this](std::uint16_t daemon_port) {
                   proxies.push_back(std::make_unique<FaultProxy>(daemon_port));
                   return proxies.back()->address();
                 }}) {}
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

  // Heals, and holds both trees against what the catalogue says and can read. Directories without a file
  // below them are in the catalogue only.
  testing::AssertionResult ends_as_the_catalogue_says() {
    if (auto healed = cluster.heals(); !healed) return healed;
    const TemporaryFolder back;
    const auto got = cluster.tandem({"get", "-r", "/", (back.path() / "all").string()});
    if (!got.ok()) return testing::AssertionFailure() << "get -r: " << describe(got);
    remove_empty_directories(back.path() / "all");
    for (const std::size_t node : {0U, 1U}) {
      if (auto same = same_trees(back.path() / "all", cluster.tree(node)); !same)
        return same << " on " << node;
    }
    return testing::AssertionSuccess();
  }

  // Of /name's entries in the catalogue, in words.
  std::string dump(const std::string& prefix) { return cluster.tandem({"catalogue", "dump", prefix}).output; }

  std::vector<std::unique_ptr<FaultProxy>> proxies;
  LocalCluster cluster;

 private:
  static void remove_empty_directories(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> below;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.is_directory() && !entry.is_symlink()) below.push_back(entry.path());
    }
    for (const auto& each : below) {
      remove_empty_directories(each);
      if (std::filesystem::is_empty(each)) std::filesystem::remove(each);
    }
  }
};

}  // namespace tandem::test
