#include "tests/sim/scenarios/shrink.hpp"

#include <algorithm>
#include <utility>

namespace tandem::sim {
namespace {

constexpr std::uint64_t seeds_to_try = 12;  // less work is another history: the next seeds may show it
constexpr std::size_t lines_max = 60;

std::string kind_of(const std::string& failure) {
  return failure.substr(0, failure.find(':'));
}

class Shrinker {
 public:
  Shrinker(const Scenario& scenario, std::uint64_t seed, const RunOutcome& outcome, const PlantedBugs& bugs,
           std::uint64_t runs_max)
      : scenario_(scenario),
        first_seed_(seed),
        kind_(kind_of(*outcome.failure)),
        bugs_(bugs),
        runs_left_(runs_max),
        smallest_{{}, seed, outcome} {}

  Shrunk shrink() {
    bool smaller = true;
    Changes calm;
    calm.without = faults_of(scenario_);
    if (!calm.without.empty()) fails(calm);  // mostly one look is enough
    while (smaller) {
      smaller = fewer(&Changes::operations, scenario_.workload.operations);
      smaller = fewer(&Changes::clients, scenario_.clients) || smaller;
      smaller = fewer(&Changes::fibers, scenario_.workload.fibers) || smaller;
      for (const std::string& fault : faults_of(changed(scenario_, smallest_.changes))) {
        Changes candidate = smallest_.changes;
        candidate.without.push_back(fault);
        smaller = fails(candidate) || smaller;
      }
    }
    return smallest_;
  }

 private:
  // By halves, then one by one.
  bool fewer(std::optional<std::uint32_t> Changes::*count, std::uint32_t of_the_scenario) {
    bool smaller = false;
    const auto now = [&] { return (smallest_.changes.*count).value_or(of_the_scenario); };
    const auto try_with = [&](std::uint32_t wanted) {
      Changes candidate = smallest_.changes;
      candidate.*count = wanted;
      return fails(candidate);
    };
    while (now() > 1 && try_with(now() / 2)) smaller = true;
    while (now() > 1 && try_with(now() - 1)) smaller = true;
    return smaller;
  }

  bool fails(const Changes& candidate) {
    const Scenario scenario = changed(scenario_, candidate);
    for (std::uint64_t seed = first_seed_; seed < first_seed_ + seeds_to_try && runs_left_ > 0; ++seed) {
      --runs_left_;
      RunOutcome outcome = run_scenario(scenario, seed, bugs_, {});
      if (!outcome.failure || kind_of(*outcome.failure) != kind_) continue;
      if (outcome.history.size() > smallest_.outcome.history.size()) continue;
      smallest_ = {candidate, seed, std::move(outcome)};
      return true;
    }
    return false;
  }

  const Scenario& scenario_;
  const std::uint64_t first_seed_;
  const std::string kind_;
  const PlantedBugs& bugs_;
  std::uint64_t runs_left_;
  Shrunk smallest_;
};

}  // namespace

Shrunk shrink(const Scenario& scenario, std::uint64_t seed, const RunOutcome& outcome,
              const PlantedBugs& bugs, std::uint64_t runs_max) {
  return Shrinker(scenario, seed, outcome, bugs, runs_max).shrink();
}

std::string tell_history(const RunOutcome& outcome) {
  const auto& all = outcome.history.everything();
  const std::size_t first = all.size() - std::min(all.size(), lines_max);
  std::string text = first == 0 ? "" : "    (" + std::to_string(first) + " operations before)\n";
  for (std::size_t at = first; at < all.size(); ++at) text += "    " + to_string(all[at]) + "\n";
  return text;
}

}  // namespace tandem::sim
