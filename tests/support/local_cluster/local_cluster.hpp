// Real daemons and the real client on this machine, for one test: free ports, a temporary folder with
// tandem.toml, and nothing left behind. Pairs are neighbours: nodes 0 and 1 are pair 0 (p1), 2 and 3 pair 1.
//
// Used from the test's main thread, except tandem(), which any thread may call.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/local_cluster/child.hpp"
#include "tests/support/local_cluster/ports.hpp"
#include "tests/support/local_cluster/trees.hpp"

namespace tandem::test {

// The program `name` as it was built (TANDEM_BIN).
std::string program(std::string_view name);

// Asks again and again until it holds; false when `limit` passes first.
bool wait_until(const std::function<bool()>& condition,
                std::chrono::seconds limit = std::chrono::seconds(30));

struct ClusterOptions {
  std::size_t nodes = 4;
  std::size_t members_per_pair = 2;
  std::string extra_config{};                   // TOML tables, put behind the [[pair]] tables
  std::vector<std::string> daemon_arguments{};  // for every daemon
  std::vector<std::string> daemon_environment{};
  // Where gateways reach a node whose daemon listens on that port, when something stands between them.
  std::function<std::string(std::uint16_t daemon_port)> reached_at{};
};

class LocalCluster {
 public:
  explicit LocalCluster(ClusterOptions options = {});
  ~LocalCluster();  // after a failed test the daemons' last words are printed

  testing::AssertionResult start();           // the daemons
  testing::AssertionResult start_and_init();  // and `tandem init`

  // `tandem --config tandem.toml ARGUMENTS...`, in the cluster's folder.
  Outcome tandem(std::vector<std::string> arguments, std::string input = {},
                 std::chrono::seconds deadline = std::chrono::seconds(60)) const;
  Command tandem_command(std::vector<std::string> arguments, std::string input = {}) const;

  void kill(std::size_t node);                      // SIGKILL, and gone
  testing::AssertionResult stop(std::size_t node);  // SIGTERM, in order
  void freeze(std::size_t node);                    // SIGSTOP
  void thaw(std::size_t node);                      // SIGCONT
  testing::AssertionResult restart(std::size_t node);

  std::size_t nodes() const { return nodes_.size(); }
  std::size_t pairs() const { return nodes_.size() / options_.members_per_pair; }
  pid_t pid(std::size_t node) const;                          // of its daemon; 0 when it does not run
  std::string address(std::size_t node) const;                // HOST:PORT, as gateways know it
  std::filesystem::path data_folder(std::size_t node) const;  // --root
  std::filesystem::path tree(std::size_t node) const;         // the names it shows
  const std::filesystem::path& folder() const { return folder_.path(); }
  std::filesystem::path config_file() const { return folder() / "tandem.toml"; }

  testing::AssertionResult members_equal(std::size_t pair) const;
  // Waits for it: settles run behind the answer.
  testing::AssertionResult members_become_equal() const;
  // `tandem heal` until `tandem status` says healthy; then the members of every pair are equal.
  testing::AssertionResult heals() const;
  // heals(), and then every member shows what the catalogue puts on its pair: these files with the bytes a
  // reader gets, and nothing else. (Links and directories without a file below them are the catalogue's
  // alone.)
  testing::AssertionResult ends_as_the_catalogue_says() const;

  std::string logs() const;  // the end of every daemon's

 private:
  struct Node;

  testing::AssertionResult launch(Node& node);
  testing::AssertionResult members_show(const std::filesystem::path& all) const;
  void write_config() const;

  ClusterOptions options_;
  TemporaryFolder folder_;
  std::vector<std::unique_ptr<Node>> nodes_;
};

}  // namespace tandem::test
