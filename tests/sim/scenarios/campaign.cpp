#include "tests/sim/scenarios/campaign.hpp"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

namespace tandem::sim {
namespace {

constexpr std::uint64_t seeds_per_child = 25;

// What parent and child share.
struct Board {
  std::uint64_t seed = 0;  // being run
  std::uint64_t failed = 0;
  std::uint64_t runs = 0;
  std::uint64_t operations = 0;
  std::uint64_t steps = 0;
};

Board* make_board() {
  void* memory = mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? nullptr : new (memory) Board;
}

void print_replay(const Scenario& scenario, std::uint64_t seed) {
  std::printf("  replay: ./dev sim --scenario %s --from %llu --seeds 1 --trace\n", scenario.name.c_str(),
              static_cast<unsigned long long>(seed));
  std::fflush(stdout);
}

// The same fault plan with less work: the smallest number of operations that still fails with this seed or
// one of a few that follow.
void shrink(const Scenario& scenario, std::uint64_t seed) {
  Scenario smaller = scenario;
  for (std::uint32_t operations = scenario.workload.operations / 2; operations > 0; operations /= 2) {
    smaller.workload.operations = operations;
    for (std::uint64_t attempt = seed; attempt < seed + 10; ++attempt) {
      const RunOutcome outcome = run_scenario(smaller, attempt, {}, {});
      if (!outcome.failure) continue;
      std::printf(
          "  shrunk to %u operations a fiber, seed %llu: %s\n  replay: ./dev sim --scenario %s --from %llu "
          "--seeds 1 --operations %u --trace\n",
          operations, static_cast<unsigned long long>(attempt), outcome.failure->c_str(),
          scenario.name.c_str(), static_cast<unsigned long long>(attempt), operations);
      break;
    }
  }
}

bool run_one(const Scenario& scenario, std::uint64_t seed, bool trace, Board& board) {
  board.seed = seed;
  Scheduler::TraceSink sink;
  if (trace) {
    sink = [](std::string_view line) { std::printf("%.*s\n", static_cast<int>(line.size()), line.data()); };
  }
  const RunOutcome outcome = run_scenario(scenario, seed, {}, sink);
  board.runs += 1;
  board.operations += outcome.operations;
  board.steps += outcome.steps;
  if (!outcome.failure) return true;
  std::printf("FAILED %s, seed %llu: %s\n", scenario.name.c_str(), static_cast<unsigned long long>(seed),
              outcome.failure->c_str());
  print_replay(scenario, seed);
  return false;
}

// In the child; its exit status is whether all went well.
[[noreturn]] void child(const Campaign& campaign, const Scenario& scenario, std::uint64_t from,
                        std::uint64_t count, Board& board) {
  for (std::uint64_t seed = from; seed < from + count; ++seed) {
    if (run_one(scenario, seed, campaign.trace, board)) continue;
    ++board.failed;
    if (campaign.keep_going) continue;
    if (!campaign.trace) shrink(scenario, seed);
    break;
  }
  std::fflush(stdout);
  _exit(0);
}

// True when the campaign may go on.
bool run_batch(const Campaign& campaign, const Scenario& scenario, std::uint64_t from, std::uint64_t count,
               Board& board) {
  const std::uint64_t failed_before = board.failed;
  std::fflush(stdout);
  const pid_t process = fork();
  if (process == 0) child(campaign, scenario, from, count, board);
  int status = 0;
  waitpid(process, &status, 0);
  if (!WIFEXITED(status)) {
    ++board.failed;
    std::printf("FAILED %s, seed %llu: the program stopped, signal %d\n", scenario.name.c_str(),
                static_cast<unsigned long long>(board.seed), WTERMSIG(status));
    print_replay(scenario, board.seed);
  }
  return board.failed == failed_before || campaign.keep_going;
}

bool run_seeds(const Campaign& campaign, std::uint64_t from, Board& board) {
  for (const Scenario* scenario : campaign.scenarios) {
    for (std::uint64_t done = 0; done < campaign.seeds; done += seeds_per_child) {
      const std::uint64_t count = std::min(seeds_per_child, campaign.seeds - done);
      if (!run_batch(campaign, *scenario, from + done, count, board)) return false;
    }
  }
  return true;
}

}  // namespace

std::uint64_t run_campaign(const Campaign& campaign) {
  Board* board = make_board();
  if (!board) return 1;
  const auto begun = std::chrono::steady_clock::now();
  const auto until = begun + std::chrono::minutes(campaign.minutes.value_or(0));
  std::uint64_t from = campaign.first_seed;
  bool go_on = run_seeds(campaign, from, *board);
  while (go_on && std::chrono::steady_clock::now() < until) {
    from += campaign.seeds;
    go_on = run_seeds(campaign, from, *board);
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  std::printf("%llu runs, %llu failed; %llu operations in %.1f s (%.0f a second), %llu steps\n",
              static_cast<unsigned long long>(board->runs), static_cast<unsigned long long>(board->failed),
              static_cast<unsigned long long>(board->operations), seconds,
              static_cast<double>(board->operations) / seconds,
              static_cast<unsigned long long>(board->steps));
  return board->failed;
}

}  // namespace tandem::sim
