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

  testing::AssertionResult ends_as_the_catalogue_says() { return cluster.ends_as_the_catalogue_says(); }

  // Of /name's entries in the catalogue, in words.
  std::string dump(const std::string& prefix) { return cluster.tandem({"catalogue", "dump", prefix}).output; }

  std::vector<std::unique_ptr<FaultProxy>> proxies;
  LocalCluster cluster;
};

}  // namespace tandem::test
