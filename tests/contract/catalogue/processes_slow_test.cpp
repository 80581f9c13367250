#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <iostream>
#include <memory>

#include "gateway/catalogue/sqlite/backup.hpp"
#include "protocol/runtime/system_runtime.hpp"
#include "tests/contract/catalogue/kill_rounds.hpp"
#include "tests/contract/catalogue/temporary_database.hpp"
#include "tests/contract/catalogue/worker_process.hpp"

namespace tandem::gateway {
namespace {

TEST(CatalogueProcessesSlow, HundredsOfKillsLoseNothingAcknowledged) {
  kill_writers(400, 7);
}

// SQLite 3.40 loses acknowledged commits when one process writes while another checkpoints and the log starts
// anew. Here every process writes and checkpoints, as the engine has it, and the log starts anew hundreds of
// times.
TEST(CatalogueProcessesSlow, NothingIsLostWhereTheLogStartsAnewUnderManyWriters) {
  protocol::SystemRuntime runtime;
  const TemporaryDatabase database(runtime);
  constexpr std::size_t writers = 4;
  std::array<std::uint64_t, writers> acknowledged{};
  {
    std::vector<std::unique_ptr<WorkerProcess>> all;
    for (std::size_t i = 0; i < writers; ++i) {
      all.push_back(std::make_unique<WorkerProcess>(
          std::vector<std::string>{"append", database.path(), "w" + std::to_string(i)}));
    }
    const Instant end = runtime.now() + std::chrono::seconds(60);
    for (std::size_t i = 0; runtime.now() < end; i = (i + 1) % writers) {
      const auto line = all[i]->line();
      ASSERT_TRUE(line);
      ASSERT_FALSE(line->starts_with("error")) << *line;
      acknowledged[i] = std::stoull(*line) + 1;
    }
    for (std::size_t i = 0; i < writers; ++i) {
      for (const std::string& line : all[i]->kill()) acknowledged[i] = std::stoull(line) + 1;
    }
  }
  const auto catalogue = database.open();
  ASSERT_TRUE(catalogue);
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < writers; ++i) {
    for (std::uint64_t number = 0; number < acknowledged[i]; ++number) {
      const auto entry = catalogue->get("w" + std::to_string(i) + "/" + std::to_string(number));
      ASSERT_TRUE(entry.ok()) << to_string(entry.error());
      ASSERT_TRUE(entry->has_value()) << "writer " << i << " lost " << number;
    }
    total += acknowledged[i];
  }
  std::cout << total << " commits, none lost" << std::endl;
  EXPECT_GT(total, 5000U) << "too few for the log to have started anew often";
  EXPECT_TRUE(back_up_database(database.path(), database.path() + ".copy", runtime).ok()) << "whole";
}

}  // namespace
}  // namespace tandem::gateway
