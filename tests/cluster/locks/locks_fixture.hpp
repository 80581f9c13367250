// What the tests of locks share: a cluster with a short lease, programs that hold locks, what `locks` tells.
#pragma once

#include <nlohmann/json.hpp>

#include "tests/cluster/cluster_fixture.hpp"

namespace tandem::test {

inline constexpr int locked_status = 17;
inline constexpr int stale_status = 18;

class Locks : public FourNodes {
 protected:
  Locks() : FourNodes({.extra_config = "[session]\nlease = \"2s\"\n[timeouts]\nlock_wait = \"20s\"\n"}) {}

  // `tandem lock ARGUMENTS...`, running beside the test.
  Child lock(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "lock");
    return Child(cluster.tandem_command(std::move(arguments)));
  }
  // Holds a lock until it is let go or ended.
  Child hold(const std::string& path, std::vector<std::string> options = {}) {
    options.push_back(path);
    options.insert(options.end(), {"--", "sleep", "100"});
    Child holder = lock(std::move(options));
    EXPECT_TRUE(wait_until([&] { return is_locked(path); })) << holder.errors();
    return holder;
  }

  nlohmann::json locks() {
    const auto outcome = cluster.tandem({"--json", "locks"});
    EXPECT_TRUE(outcome.ok()) << describe(outcome);
    return nlohmann::json::parse(outcome.output)["locks"];
  }
  nlohmann::json locks_on(const std::string& path) {
    nlohmann::json found = nlohmann::json::array();
    for (const auto& one : locks()) {
      if (one["path"] == path && one["explicit"]) found.push_back(one);
    }
    return found;
  }
  bool is_locked(const std::string& path) { return !locks_on(path).empty(); }
  bool is_waited_for(const std::string& path, std::size_t waiters = 1) {
    const auto found = locks_on(path);
    return !found.empty() && found[0]["waiters"].size() == waiters;
  }

  Outcome write_waiting(const std::string& path, const std::string& text, const std::string& wait) {
    return cluster.tandem({"--set", "timeouts.lock_wait=" + wait, "write", path, text});
  }
  // Of a shell script that CMD of a lock is.
  static std::string tandem() { return program("tandem"); }
};

}  // namespace tandem::test
