// Groups of two to five members, of which two must hold a write and two must answer a read.
#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/local_cluster/local_cluster.hpp"

namespace tandem::test {

using Json = nlohmann::json;

class Group : public testing::Test {
 protected:
  explicit Group(std::size_t members) : cluster({.nodes = members, .members_per_pair = members}) {}
  void SetUp() override { ASSERT_TRUE(cluster.start_and_init()); }

  Outcome tandem(std::vector<std::string> arguments, std::string input = {}) const;
  void put(const std::string& text) const;
  // In one process, where the members take turns: every one is asked. Returns what it told beside the bytes.
  std::string expect_content(const std::string& text) const;
  // Neither read nor written, naming these.
  void expect_refused_naming(const std::vector<std::size_t>& nodes) const;

  std::string copy_on(std::size_t node) const { return content_of_file(cluster.tree(node) / "f"); }
  void corrupt(std::size_t node, const std::string& name = "f") const;
  void expect_every_copy(const std::string& text) const;

  Json status() const { return Json::parse(tandem({"--json", "status"}).output); }
  // "NODE PATH: MESSAGE" of every event of the kind, in the order of happening.
  std::vector<std::string> events(const std::string& kind) const;

  LocalCluster cluster;
};

}  // namespace tandem::test
