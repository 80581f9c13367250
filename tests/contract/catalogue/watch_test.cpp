#include <mutex>
#include <thread>

#include "tests/contract/catalogue/engines.hpp"

namespace tandem::gateway {
namespace {

// Keeps what a watch tells.
class Ear {
 public:
  std::function<void(const Event&)> callback() {
    return [this](const Event& event) {
      const std::lock_guard lock(mutex_);
      events_.push_back(event);
    };
  }
  std::vector<Event> events() const {
    const std::lock_guard lock(mutex_);
    return events_;
  }
  // What a follower of the watch believes a key to be.
  std::optional<Entry> belief(const std::string& key) const {
    std::optional<Entry> entry;
    for (const Event& event : events()) {
      if (event.entry.key == key)
        entry = event.kind == Event::Kind::put ? std::optional(event.entry) : std::nullopt;
    }
    return entry;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Event> events_;
};

class CatalogueWatch : public CatalogueTest {
 protected:
  std::unique_ptr<Watch> watch(Catalogue& catalogue, const std::string& prefix, Revision after, Ear& ear) {
    auto result = catalogue.watch(prefix, after, ear.callback());
    EXPECT_TRUE(result.ok());
    return result ? std::move(result).value() : nullptr;
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, CatalogueWatch, testing::ValuesIn(engines()),
                         [](const auto& engine) { return engine.param.name; });

TEST_P(CatalogueWatch, TellsEveryChangeBelowThePrefixInOrder) {
  const Revision start = make("start", "");
  Ear ear;
  const auto watching = watch(catalogue(), "w/", start, ear);
  std::vector<Revision> made;
  for (int i = 0; i < 20; ++i) {
    made.push_back(make("w/" + std::to_string(i), "v"));
    make("x/" + std::to_string(i), "not watched");
  }
  ASSERT_TRUE(eventually([&] { return ear.events().size() >= 20; }));
  const auto events = ear.events();
  ASSERT_EQ(events.size(), 20U);
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].kind, Event::Kind::put);
    EXPECT_EQ(events[i].entry, (Entry{"w/" + std::to_string(i), "v", made[i], 0}));
  }
}

TEST_P(CatalogueWatch, TellsWhatHappenedBeforeItBegan) {
  const Revision start = make("w/1", "old");
  commit({Condition::at("w/1", start)}, {Change::put("w/1", "new")});
  make("w/2", "");
  commit({Condition::present("w/2")}, {Change::erase("w/2")});
  Ear ear;
  const auto watching = watch(catalogue(), "w/", start, ear);
  ASSERT_TRUE(eventually([&] { return ear.events().size() >= 2; }));
  EXPECT_EQ(ear.belief("w/1")->value, "new");
  EXPECT_FALSE(ear.belief("w/2"));
  EXPECT_EQ(ear.events().back().kind, Event::Kind::erase);
}

TEST_P(CatalogueWatch, HearsOfOtherProcesses) {
  auto other = world().connect();
  const Revision start = make("start", "");
  Ear ear;
  const auto watching = watch(catalogue(), "w/", start, ear);
  auto made = other->commit({{Condition::absent("w/1")}, {Change::put("w/1", "theirs")}});
  ASSERT_TRUE(made.ok());
  ASSERT_TRUE(eventually([&] { return !ear.events().empty(); }));
  EXPECT_EQ(ear.events()[0].entry, (Entry{"w/1", "theirs", made->revision, 0}));
}

TEST_P(CatalogueWatch, AGapInTheHistoryIsAReset) {
  const Revision start = make("w/1", "");
  Ear ear;
  const auto watching = watch(catalogue(), "w/", 1, ear);
  ASSERT_TRUE(eventually([&] { return !ear.events().empty(); }));
  EXPECT_EQ(ear.events()[0].kind, Event::Kind::reset);
  EXPECT_EQ(ear.events()[0].entry.revision, start);
  make("w/2", "behind the reset");
  ASSERT_TRUE(eventually([&] { return ear.events().size() == 2; }));
  EXPECT_EQ(ear.events()[1].entry.key, "w/2");
}

TEST_P(CatalogueWatch, AFollowerEndsWithTheTruthAfterManyWriters) {
  const Revision start = make("start", "");
  auto listener = world().connect();
  Ear ear;
  const auto watching = watch(*listener, "w/", start, ear);
  std::vector<std::thread> writers;
  writers.reserve(4);
  for (int writer = 0; writer < 4; ++writer) {
    writers.emplace_back([&, writer] {
      auto mine = world().connect();
      for (int i = 0; i < 50; ++i) {
        const std::string key = "w/" + std::to_string((writer + i) % 5);
        auto present = mine->get(key);
        const Revision at = present.ok() && *present ? (*present)->revision : 0;
        const bool erases = at != 0 && i % 7 == 0;
        auto done = mine->commit(
            {{Condition::at(key, at)}, {erases ? Change::erase(key) : Change::put(key, std::to_string(i))}});
        EXPECT_TRUE(done.ok());
      }
    });
  }
  for (auto& writer : writers) writer.join();
  EXPECT_TRUE(eventually([&] {
    for (int i = 0; i < 5; ++i) {
      const std::string key = "w/" + std::to_string(i);
      if (ear.belief(key) != get(key)) return false;
    }
    return true;
  }));
  Revision last = 0;
  for (const Event& event : ear.events()) {
    EXPECT_NE(event.kind, Event::Kind::reset);
    if (event.kind == Event::Kind::put) {
      EXPECT_GT(event.entry.revision, last);
      last = event.entry.revision;
    }
  }
}

TEST_P(CatalogueWatch, NoCallbackRunsAfterItsEnd) {
  const Revision start = make("start", "");
  for (int i = 0; i < 30; ++i) {
    bool alive = true;
    int calls_after = 0;
    auto watching = catalogue().watch("w/", start, [&](const Event&) { calls_after += alive ? 0 : 1; });
    ASSERT_TRUE(watching.ok());
    make("w/" + std::to_string(i), "");
    watching->reset();
    alive = false;
    make("v/" + std::to_string(i), "");
    EXPECT_EQ(calls_after, 0);
  }
}

}  // namespace
}  // namespace tandem::gateway
