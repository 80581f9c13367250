#include "tests/contract/catalogue/kill_rounds.hpp"

#include <array>
#include <chrono>
#include <memory>
#include <random>
#include <thread>

#include "protocol/runtime/system_runtime.hpp"
#include "tests/contract/catalogue/temporary_database.hpp"
#include "tests/contract/catalogue/worker_process.hpp"

namespace tandem::gateway {
namespace {

class Rounds {
 public:
  explicit Rounds(unsigned seed) : database_(runtime_), random_(seed) {
    for (std::size_t i = 0; i < writers_.size(); ++i) start(i);
  }

  // Kills one, or now and then all, and looks with a process's fresh eyes.
  void round(int number) {
    const std::size_t victim = random_() % writers_.size();
    std::this_thread::sleep_for(std::chrono::milliseconds(random_() % 20));
    const bool all = number % 10 == 9;
    for (std::size_t i = 0; i < writers_.size(); ++i) {
      if (all || i == victim) hear(i, writers_[i]->kill());
    }
    const auto catalogue = database_.open();
    ASSERT_TRUE(catalogue);
    for (std::size_t i = 0; i < writers_.size(); ++i) {
      if (all || i == victim) check(*catalogue, i);
    }
    for (std::size_t i = 0; i < writers_.size(); ++i) {
      if (all || i == victim) start(i);
    }
  }

  void finish() {
    for (std::size_t i = 0; i < writers_.size(); ++i) hear(i, writers_[i]->kill());
    const auto catalogue = database_.open();
    ASSERT_TRUE(catalogue);
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < writers_.size(); ++i) total += check(*catalogue, i);
    EXPECT_EQ(number(*catalogue, "shared"), total);
    EXPECT_GT(total, 0U);
  }

 private:
  void start(std::size_t i) {
    writers_[i] = std::make_unique<WorkerProcess>(
        std::vector<std::string>{"write", database_.path(), std::to_string(i)});
    const auto first = writers_[i]->line();
    ASSERT_TRUE(first) << "a writer says nothing";
    hear(i, {*first});
  }

  void hear(std::size_t i, const std::vector<std::string>& lines) {
    for (const std::string& line : lines) {
      ASSERT_FALSE(line.starts_with("error")) << line;
      acknowledged_[i] = std::stoull(line);
    }
  }

  static std::uint64_t number(Catalogue& catalogue, const std::string& key) {
    auto entry = catalogue.get(key);
    EXPECT_TRUE(entry.ok());
    return entry.ok() && *entry ? std::stoull((*entry)->value) : 0;
  }

  // Nothing acknowledged lost, at most one commit of unknown outcome, and that whole.
  std::uint64_t check(Catalogue& catalogue, std::size_t i) {
    const std::string name = std::to_string(i);
    const std::vector<std::string> keys{"own/" + name, "left/" + name, "right/" + name};
    auto snapshot = catalogue.get_many(keys);
    EXPECT_TRUE(snapshot.ok());
    if (!snapshot.ok() || !snapshot->entries[0]) return 0;
    const std::uint64_t own = std::stoull(snapshot->entries[0]->value);
    EXPECT_GE(own, acknowledged_[i]);
    EXPECT_LE(own, acknowledged_[i] + 1);
    for (const auto& entry : snapshot->entries) EXPECT_EQ(entry->value, snapshot->entries[0]->value);
    return own;
  }

  protocol::SystemRuntime runtime_;
  TemporaryDatabase database_;
  std::minstd_rand random_;
  std::array<std::unique_ptr<WorkerProcess>, 4> writers_;
  std::array<std::uint64_t, 4> acknowledged_{};
};

}  // namespace

void kill_writers(int rounds, unsigned seed) {
  Rounds all(seed);
  for (int number = 0; number < rounds && !testing::Test::HasFatalFailure(); ++number) all.round(number);
  all.finish();
}

}  // namespace tandem::gateway
