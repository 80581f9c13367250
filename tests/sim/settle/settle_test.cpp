// Seeded histories against the real node on a simulated disk. TANDEM_SETTLE_SEEDS raises their number.

#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>

#include "tests/sim/settle/history.hpp"

namespace tandem::sim::settle {
namespace {

std::uint64_t seeds(std::uint64_t usual) {
  const char* asked = std::getenv("TANDEM_SETTLE_SEEDS");
  return asked == nullptr ? usual : std::strtoull(asked, nullptr, 10);
}

// TANDEM_SETTLE_FIRST begins with another seed: to see one again that went wrong.
std::uint64_t first_seed() {
  const char* asked = std::getenv("TANDEM_SETTLE_FIRST");
  return asked == nullptr ? 1 : std::strtoull(asked, nullptr, 10);
}

void expect_right_ends(std::uint64_t count, const HistoryOptions& options) {
  for (std::uint64_t seed = first_seed(); seed < first_seed() + count; ++seed) {
    const std::string problem = History(seed, options).run();
    ASSERT_EQ(problem, "") << "seed " << seed;
  }
}

// How many seeds it took to notice that a rule is left out.
std::optional<std::uint64_t> seeds_to_notice(const HistoryOptions& options, std::uint64_t count) {
  for (std::uint64_t seed = 1; seed <= count; ++seed)
    if (!History(seed, options).run().empty()) return seed;
  return std::nullopt;
}

void expect_noticed(const char* rule, bool storaged::SettleRules::*left_out, HistoryOptions options = {}) {
  options.rules.*left_out = false;
  const auto taken = seeds_to_notice(options, 3000);
  ASSERT_TRUE(taken.has_value()) << "nothing goes wrong without the rule: " << rule;
  std::printf("without the rule \"%s\": noticed after %llu seeds\n", rule,
              static_cast<unsigned long long>(*taken));
}

TEST(SettleHistories, EndAsTheCatalogueSays) {
  expect_right_ends(seeds(300), {});
}

TEST(SettleHistories, EndAsTheCatalogueSaysWithRestarts) {
  HistoryOptions options;
  options.restarts = true;
  expect_right_ends(seeds(150), options);
}

TEST(SettleHistories, EndAsTheCatalogueSaysWhenNodesAreKilledAtAnyOperation) {
  HistoryOptions options;
  options.restarts = true;
  options.kills = true;
  expect_right_ends(seeds(300), options);
}

TEST(SettleHistories, EndAsTheCatalogueSaysWithPowerCuts) {
  HistoryOptions options;
  options.durable = true;
  options.restarts = true;
  options.kills = true;
  options.power_cuts = true;
  expect_right_ends(seeds(200), options);
}

TEST(SettleRules, StandingClaimsAreNeeded) {
  expect_noticed("claims stand", &storaged::SettleRules::claims_stand);
}

TEST(SettleRules, TheGreaterRevisionAtAPathIsNeeded) {
  expect_noticed("the greater revision keeps the path", &storaged::SettleRules::greater_revision_keeps_path);
}

TEST(SettleRules, RemovingEmptyDirectoriesIsNeeded) {
  expect_noticed("empty directories are removed", &storaged::SettleRules::empty_directories_removed);
}

TEST(SettleRules, RememberingWhatWasToldOfDirectoriesIsNeeded) {
  // Shows when a directory moves, while a node does not hold it, between a healer's look and its settle.
  HistoryOptions options;
  options.steps = 80;
  options.bytes_in_time_percent = 0;
  options.directory_moves_percent = 75;
  expect_noticed("told revisions are remembered", &storaged::SettleRules::told_revisions_remembered, options);
}

TEST(SettleRules, CheckingTheSourceOfBytesIsNeeded) {
  expect_noticed("sources are checked", &storaged::SettleRules::sources_checked);
}

}  // namespace
}  // namespace tandem::sim::settle
