// The simulated catalogue's own faults: whoever follows a watch that is late and cut off, and looks again
// when he is told to, knows everything in the end.
#include "tests/sim/world/sim_catalogue.hpp"

#include <gtest/gtest.h>

#include <map>

namespace tandem::sim {
namespace {

using gateway::Change;
using gateway::Condition;
using gateway::Event;
using std::chrono::seconds;

struct Mirror {
  std::map<std::string, std::string> values{};
  Revision of = 0;
  int resets = 0;
  int late = 0;
};

class FaultyWatch : public testing::TestWithParam<std::uint64_t> {};

void look_again(gateway::Catalogue& catalogue, Mirror& mirror) {
  const auto page = catalogue.scan("k", {}, 1000);
  ASSERT_TRUE(page);
  mirror.values.clear();
  for (const auto& entry : page->entries) mirror.values[entry.key] = entry.value;
}

void follow(gateway::Catalogue& catalogue, Mirror& mirror, const Event& event) {
  if (event.kind == Event::Kind::reset) {
    ++mirror.resets;
    return look_again(catalogue, mirror);
  }
  if (catalogue.known_revision().value_or(0) > event.entry.revision) ++mirror.late;
  if (event.kind == Event::Kind::put) mirror.values[event.entry.key] = event.entry.value;
  if (event.kind == Event::Kind::erase) mirror.values.erase(event.entry.key);
}

void change_at_random(gateway::Catalogue& catalogue, Chance& chance) {
  const std::string key = "k" + std::to_string(chance.below(5));
  const auto present = catalogue.get(key);
  ASSERT_TRUE(present);
  const Condition as_it_is = *present ? Condition::at(key, (*present)->revision) : Condition::absent(key);
  const bool erases = *present && chance.happens(0.3);
  const Change change = erases ? Change::erase(key) : Change::put(key, std::to_string(chance.number()));
  ASSERT_TRUE(catalogue.commit({{as_it_is}, {change}}));
}

TEST_P(FaultyWatch, ShowsEverythingInTheEnd) {
  Scheduler scheduler(GetParam());
  support::MemoryCatalogue shared(scheduler.world());
  CatalogueFaults faults;
  faults.watch = {.late = 0.3, .late_max = seconds(2), .cut = 0.1};
  const PlantedBugs none;
  Mirror mirror;
  const RunReport report = scheduler.run([&] {
    Process& process = scheduler.make_process("client");
    auto catalogue = make_sim_catalogue(
        {&process, shared.connect(), &faults, &none, [](const gateway::Transaction&, Revision) {}});
    auto watch = catalogue->watch("k", shared.revision(),
                                  [&](const Event& event) { follow(*catalogue, mirror, event); });
    ASSERT_TRUE(watch);
    Chance chance = scheduler.chance().fork();
    for (int round = 0; round < 60; ++round) {
      change_at_random(*catalogue, chance);
      scheduler.pause(Duration(0), std::chrono::milliseconds(300));
    }
    scheduler.pause(seconds(200), seconds(200));
    watch->reset();
    Mirror truth;
    look_again(*catalogue, truth);
    EXPECT_EQ(mirror.values, truth.values);
  });
  EXPECT_FALSE(report.failure) << *report.failure;
  EXPECT_EQ(report.fibers_left, 0U);
  EXPECT_GT(mirror.resets, 0);
  EXPECT_GT(mirror.late, 0);
}

INSTANTIATE_TEST_SUITE_P(Seeds, FaultyWatch, testing::Range<std::uint64_t>(1, 11));

}  // namespace
}  // namespace tandem::sim
