// SQLite before 3.51.3 loses acknowledged commits when one process writes while another checkpoints and the
// log starts anew. The engine's answer is its gate; the same load past the gate shows that it is needed, and
// that this test would notice.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <chrono>
#include <iostream>

#include "protocol/runtime/system_runtime.hpp"
#include "tests/contract/catalogue/temporary_database.hpp"
#include "tests/contract/catalogue/worker_process.hpp"

namespace tandem::gateway {
namespace {

using namespace std::chrono_literals;

constexpr Duration round_time = 4s;

struct Round {
  std::uint64_t commits = 0;
  std::string violation{};  // the first that was seen
};

class LogRestart : public testing::Test {
 protected:
  // A writer and a checkpointer at full speed for a while; then all that was acknowledged is looked for.
  Round race(const std::string& how) {
    const TemporaryDatabase database(runtime_);
    Round round;
    const auto hear = [&round](const std::string& line) {
      if (line.starts_with("error")) round.violation = line;
      if (!line.starts_with("error")) round.commits = std::stoull(line) + 1;
    };
    {
      WorkerProcess checkpointer({"checkpoint", database.path(), how, "-"}, BARE_WORKER);
      WorkerProcess writer({"append", database.path(), how, "k"}, BARE_WORKER);
      const Instant end = runtime_.now() + round_time;
      while (runtime_.now() < end && round.violation.empty()) {
        const auto line = writer.line();
        if (!line) ADD_FAILURE() << "the writer says nothing";
        if (!line) break;
        hear(*line);
      }
      for (const std::string& line : writer.kill()) hear(line);
    }
    if (round.violation.empty()) round.violation = first_lost(database, round.commits);
    return round;
  }

  static std::string first_lost(const TemporaryDatabase& database, std::uint64_t acknowledged) {
    const auto catalogue = database.open();
    if (!catalogue) return "it cannot be opened";
    for (std::uint64_t number = 0; number < acknowledged; ++number) {
      const std::string key = "k/" + std::to_string(number);
      const auto entry = catalogue->get(key);
      if (!entry) return "reading " + key + ": " + to_string(entry.error());
      if (!*entry) return key + " of " + std::to_string(acknowledged) + " is lost";
    }
    return {};
  }

  // Rounds until a violation is seen or the time is over.
  Round race_for(const std::string& how, Duration time) {
    Round all;
    const Instant begin = runtime_.now();
    while (all.violation.empty() && runtime_.now() - begin < time) {
      Round round = race(how);
      all.commits += round.commits;
      all.violation = std::move(round.violation);
    }
    std::cout << how << ": " << all.commits << " commits in " << (runtime_.now() - begin) / 1s << " s; "
              << (all.violation.empty() ? "nothing lost" : all.violation) << std::endl;
    return all;
  }

  protocol::SystemRuntime runtime_;
};

TEST_F(LogRestart, BehindTheGateNothingIsLost) {
  const Round round = race_for("gated", 60s);
  EXPECT_EQ(round.violation, "");
  EXPECT_GT(round.commits, 5000U);
}

TEST_F(LogRestart, PastTheGateAcknowledgedCommitsAreLost) {
  if (sqlite3_libversion_number() >= 3'051'003) GTEST_SKIP() << "this SQLite does not lose any";
  EXPECT_NE(race_for("ungated", 240s).violation, "") << "the load above shows nothing then";
}

}  // namespace
}  // namespace tandem::gateway
