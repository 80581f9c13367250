// Long random runs: many clients, plans that grow old before they are committed, and caches that have to keep
// up. TANDEM_SEED replays one.
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/sim/names/interleavings.hpp"

namespace tandem::simulation {
namespace {

using support::SharedTree;
using support::Tree;

class Chance {
 public:
  explicit Chance(std::uint64_t seed) : engine_(seed) {}
  std::size_t below(std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(engine_);
  }

  std::string path() {
    std::string path;
    for (std::size_t depth = 1 + below(4); depth > 0; --depth) path += std::string("/") + "abc"[below(3)];
    return path;
  }
  Operation operation(std::uint8_t number) {
    const auto kind = static_cast<Operation::Kind>(below(7));
    const bool is_directory = kind == Operation::Kind::make_file && below(2) == 0;
    const bool from_above = kind == Operation::Kind::make_symlink && below(2) == 0;
    return {is_directory ? Operation::Kind::make_directory : kind, path(), (from_above ? ".." : "") + path(),
            number};
  }

 private:
  std::mt19937_64 engine_;
};

std::vector<std::uint64_t> seeds(std::uint64_t count) {
  if (const char* one = std::getenv("TANDEM_SEED")) return {std::strtoull(one, nullptr, 10)};
  std::vector<std::uint64_t> seeds;
  for (std::uint64_t seed = 1; seed <= count; ++seed) seeds.push_back(seed);
  return seeds;
}

struct Client {
  explicit Client(SharedTree& shared) : tree(shared) {}
  Tree tree;
  std::optional<gateway::Plan> plan{};
};

void run_seed(std::uint64_t seed) {
  SCOPED_TRACE("TANDEM_SEED=" + std::to_string(seed));
  Chance chance(seed);
  SharedTree shared;
  std::vector<std::unique_ptr<Client>> clients;
  clients.reserve(4);
  for (int i = 0; i < 4; ++i) clients.push_back(std::make_unique<Client>(shared));
  std::uint8_t number = 0;
  for (int step = 0; step < 400; ++step) {
    Client& client = *clients[chance.below(clients.size())];
    if (!client.plan) {
      if (++number == 0) ++number;  // the root's
      auto plan = plan_of(client.tree, chance.operation(number));
      if (plan.ok() && !plan->transaction.changes.empty()) client.plan = *std::move(plan);
      continue;
    }
    const auto commit = client.tree.catalogue().commit(client.plan->transaction);
    ASSERT_TRUE(commit.ok()) << to_string(commit.error());
    client.plan.reset();
    if (commit->committed) {
      ASSERT_EQ(shared.damage(), "");
    }
  }
  for (const auto& [path, label] : shared.paths()) {
    for (const auto& client : clients) {
      const auto resolved = client->tree.names().resolve(path);
      ASSERT_TRUE(resolved.ok()) << path;
      EXPECT_EQ(std::to_string(resolved->id.bytes[0]), label.substr(1)) << path;
    }
  }
}

TEST(NamesAtRandom, OldPlansNeverDamageTheTree) {
  for (const std::uint64_t seed : seeds(100)) {
    run_seed(seed);
    if (HasFatalFailure()) return;
  }
}

TEST(NamesAtRandom, ThreadsAndProcessesTogetherKeepTheTreeWhole) {
  SharedTree shared;
  Tree one(shared);
  Tree two(shared);
  std::vector<std::thread> threads;
  for (std::uint64_t i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      Chance chance(i + 1);
      Tree& tree = i % 2 == 0 ? one : two;
      for (int step = 0; step < 400; ++step) {
        const auto number = static_cast<std::uint8_t>(1 + i * 60 + static_cast<std::uint64_t>(step) % 60);
        const Operation operation = chance.operation(number);
        const auto done = tree.run([&] { return plan_of(tree, operation); });
        EXPECT_NE(done.code, Code::corrupt);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(shared.damage(), "");
  for (const auto& [path, label] : shared.paths()) {
    for (Tree* tree : {&one, &two}) {
      const auto resolved = tree->names().resolve(path);
      ASSERT_TRUE(resolved.ok()) << path;
      EXPECT_EQ(std::to_string(resolved->id.bytes[0]), label.substr(1)) << path;
    }
  }
}

}  // namespace
}  // namespace tandem::simulation
