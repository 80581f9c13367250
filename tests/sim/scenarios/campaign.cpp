#include "tests/sim/scenarios/campaign.hpp"

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "tests/sim/scenarios/shrink.hpp"

namespace tandem::sim {
namespace {

constexpr std::uint64_t seeds_per_child = 25;
constexpr std::uint64_t runs_to_shrink = 2000;

// What parent and child share.
struct Board {
  std::uint64_t seed = 0;  // being run
  std::uint64_t failed = 0;
  std::uint64_t runs = 0;
  std::uint64_t operations = 0;
  std::uint64_t steps = 0;
  std::uint64_t undecided = 0;
};

Board* make_board() {
  void* memory = mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? nullptr : new (memory) Board;
}

void print_replay(const Scenario& scenario, std::uint64_t seed, const Changes& changes) {
  std::printf("  replay: ./dev sim --scenario %s --from %llu --seeds 1%s --trace\n", scenario.name.c_str(),
              static_cast<unsigned long long>(seed), as_options(changes).c_str());
  static_cast<void>(std::fflush(stdout));
}

// The smallest run that still fails like this, and what its clients saw.
void tell_smallest(const Campaign& campaign, const Scenario& scenario, std::uint64_t seed,
                   const RunOutcome& outcome) {
  const Scenario as_run = changed(scenario, campaign.changes);
  Shrunk smallest = shrink(as_run, seed, outcome, {}, runs_to_shrink);
  Changes& changes = smallest.changes;
  if (!changes.operations) changes.operations = campaign.changes.operations;
  if (!changes.fibers) changes.fibers = campaign.changes.fibers;
  if (!changes.clients) changes.clients = campaign.changes.clients;
  changes.without.insert(changes.without.end(), campaign.changes.without.begin(),
                         campaign.changes.without.end());
  std::printf("  shrunk to %zu operations: %s\n%s", smallest.outcome.history.size(),
              smallest.outcome.failure->c_str(), tell_history(smallest.outcome).c_str());
  print_replay(scenario, smallest.seed, changes);
}

bool run_one(const Campaign& campaign, const Scenario& scenario, std::uint64_t seed, Board& board) {
  board.seed = seed;
  Scheduler::TraceSink sink;
  if (campaign.trace) {
    sink = [](std::string_view line) { std::printf("%.*s\n", static_cast<int>(line.size()), line.data()); };
  }
  const RunOutcome outcome = run_scenario(changed(scenario, campaign.changes), seed, {}, sink);
  board.runs += 1;
  board.operations += outcome.history.size();
  board.steps += outcome.steps;
  board.undecided += outcome.undecided;
  if (!outcome.failure) return true;
  std::printf("FAILED %s, seed %llu: %s\n", scenario.name.c_str(), static_cast<unsigned long long>(seed),
              outcome.failure->c_str());
  print_replay(scenario, seed, campaign.changes);
  if (!campaign.trace && !campaign.keep_going) tell_smallest(campaign, scenario, seed, outcome);
  return false;
}

// In the child; its exit status is whether all went well.
[[noreturn]] void child(const Campaign& campaign, const Scenario& scenario, std::uint64_t from,
                        std::uint64_t count, Board& board) {
  for (std::uint64_t seed = from; seed < from + count; ++seed) {
    if (run_one(campaign, scenario, seed, board)) continue;
    ++board.failed;
    if (!campaign.keep_going) break;
  }
  static_cast<void>(std::fflush(stdout));
  _exit(0);
}

// True when the campaign may go on.
bool run_batch(const Campaign& campaign, const Scenario& scenario, std::uint64_t from, std::uint64_t count,
               Board& board) {
  const std::uint64_t failed_before = board.failed;
  static_cast<void>(std::fflush(stdout));
  const pid_t process = fork();
  if (process == 0) child(campaign, scenario, from, count, board);
  int status = 0;
  waitpid(process, &status, 0);
  if (!WIFEXITED(status)) {
    ++board.failed;
    std::printf("FAILED %s, seed %llu: the program stopped, signal %d\n", scenario.name.c_str(),
                static_cast<unsigned long long>(board.seed), WTERMSIG(status));
    print_replay(scenario, board.seed, campaign.changes);
  }
  return board.failed == failed_before || campaign.keep_going;
}

bool run_seeds(const Campaign& campaign, std::uint64_t from, Board& board) {
  for (const Scenario& scenario : campaign.scenarios) {
    for (std::uint64_t done = 0; done < campaign.seeds; done += seeds_per_child) {
      const std::uint64_t count = std::min(seeds_per_child, campaign.seeds - done);
      if (!run_batch(campaign, scenario, from + done, count, board)) return false;
    }
  }
  return true;
}

// Spent by the children.
double seconds_of_one_core() {
  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

std::uint64_t run_campaign(const Campaign& campaign) {
  Board* board = make_board();
  if (!board) return 1;
  const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(campaign.minutes.value_or(0));
  std::uint64_t from = campaign.first_seed;
  bool go_on = run_seeds(campaign, from, *board);
  while (go_on && std::chrono::steady_clock::now() < until) {
    from += campaign.seeds;
    go_on = run_seeds(campaign, from, *board);
  }
  const double seconds = seconds_of_one_core();
  std::printf("%llu runs, %llu failed; %llu operations in %.1f s of one core (%.0f a second), %llu steps\n",
              static_cast<unsigned long long>(board->runs), static_cast<unsigned long long>(board->failed),
              static_cast<unsigned long long>(board->operations), seconds,
              static_cast<double>(board->operations) / seconds,
              static_cast<unsigned long long>(board->steps));
  if (board->undecided > 0) {
    std::printf("%llu histories had too many orders to try them all\n",
                static_cast<unsigned long long>(board->undecided));
  }
  return board->failed;
}

}  // namespace tandem::sim
