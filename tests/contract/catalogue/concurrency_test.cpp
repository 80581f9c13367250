#include <algorithm>
#include <atomic>
#include <thread>

#include "tests/contract/catalogue/engines.hpp"

namespace tandem::gateway {
namespace {

class CatalogueConcurrency : public CatalogueTest {
 protected:
  // Adds one to a counter; returns what it was before, or nothing when somebody else was first.
  static std::optional<int> increment(Catalogue& catalogue, Revision& revision) {
    auto present = catalogue.get("counter");
    EXPECT_TRUE(present.ok());
    if (!present.ok() || !*present) return std::nullopt;
    const int value = std::stoi((*present)->value);
    auto done = catalogue.commit({{Condition::at("counter", (*present)->revision)},
                                  {Change::put("counter", std::to_string(value + 1))}});
    EXPECT_TRUE(done.ok()) << to_string(done.error());
    if (!done.ok() || !done->committed) return std::nullopt;
    revision = done->revision;
    return value;
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, CatalogueConcurrency, testing::ValuesIn(engines()),
                         [](const auto& engine) { return engine.param.name; });

TEST_P(CatalogueConcurrency, NoIncrementIsLost) {
  make("counter", "0");
  auto other = world().connect();
  struct Done {
    int value;
    Revision revision;
  };
  std::vector<std::vector<Done>> done(6);
  std::vector<std::thread> threads;
  for (std::size_t thread = 0; thread < done.size(); ++thread) {
    threads.emplace_back([&, thread] {
      Catalogue& mine = thread % 2 == 0 ? catalogue() : *other;
      while (done[thread].size() < 40) {
        Revision revision = 0;
        if (const auto value = increment(mine, revision)) done[thread].push_back({*value, revision});
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(get("counter")->value, "240");
  std::vector<Done> all;
  for (const auto& of_thread : done) all.insert(all.end(), of_thread.begin(), of_thread.end());
  std::ranges::sort(all, {}, &Done::revision);
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i].value, static_cast<int>(i));
}

TEST_P(CatalogueConcurrency, TransactionsOfOneGroupSeeOneAnother) {
  // All take the same free name at the same time: one gets it, whatever shares a commit with what.
  for (int round = 0; round < 10; ++round) {
    const std::string name = "name/" + std::to_string(round);
    std::atomic<int> winners = 0;
    std::atomic<int> losers = 0;
    std::vector<std::thread> threads;
    threads.reserve(8);
    for (int thread = 0; thread < 8; ++thread) {
      threads.emplace_back([&, thread] {
        const std::string own = name + "/" + std::to_string(thread);
        auto done = catalogue().commit({{Condition::absent(name), Condition::absent(own)},
                                        {Change::put(name, std::to_string(thread)), Change::put(own, "")}});
        ASSERT_TRUE(done.ok());
        if (done->committed) {
          ++winners;
        } else {
          ++losers;
          EXPECT_EQ(done->current.size(), 1U);
        }
      });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(winners, 1);
    EXPECT_EQ(losers, 7);
    auto below = catalogue().scan(name + "/", "", 10);
    ASSERT_TRUE(below.ok());
    EXPECT_EQ(below->entries.size(), 1U);
  }
}

// A reader as the gateway's cache is one: it asks only when the known revision is not the one it has.
class CachingReader {
 public:
  explicit CachingReader(Catalogue& catalogue) : catalogue_(catalogue) {}

  int read() {
    const auto known = catalogue_.known_revision();
    if (!known || *known != applied_) {
      auto snapshot = catalogue_.get_many(std::vector<std::string>{"counter"});
      EXPECT_TRUE(snapshot.ok());
      if (!snapshot.ok()) return -1;
      value_ = std::stoi(snapshot->entries[0]->value);
      applied_ = snapshot->revision;
    }
    return value_;
  }

 private:
  Catalogue& catalogue_;
  Revision applied_ = 0;
  int value_ = 0;
};

TEST_P(CatalogueConcurrency, CachedReadersNeverGoBack) {
  make("counter", "0");
  std::atomic<int> seen = 0;  // by anybody
  std::atomic<bool> stop = false;
  std::atomic<int> reads = 0;
  std::vector<std::thread> threads;
  threads.reserve(3);
  for (int thread = 0; thread < 3; ++thread) {
    threads.emplace_back([&] {
      auto mine = world().connect();
      CachingReader reader(*mine);
      while (!stop) {
        const int before = seen.load();
        const int value = reader.read();
        EXPECT_GE(value, before);
        for (int most = before; most < value && !seen.compare_exchange_weak(most, value);) {
        }
        ++reads;
        if (reads % 64 == 0) std::this_thread::yield();
      }
    });
  }
  int count = 0;
  while (count < 300 || reads < 300) {
    Revision revision = 0;
    if (increment(catalogue(), revision)) ++count;
    for (int most = seen.load(); most < count && !seen.compare_exchange_weak(most, count);) {
    }
  }
  stop = true;
  for (auto& thread : threads) thread.join();
}

TEST_P(CatalogueConcurrency, RevisionsSeenByReadersNeverFall) {
  make("k", "0");
  std::atomic<bool> stop = false;
  std::thread reader([&] {
    auto mine = world().connect();
    Revision last = 0;
    while (!stop) {
      auto page = mine->scan("k", "", 10);
      ASSERT_TRUE(page.ok());
      EXPECT_GE(page->revision, last);
      EXPECT_LE(page->entries[0].revision, page->revision);
      last = page->revision;
    }
  });
  for (int i = 0; i < 200; ++i) commit({Condition::at("k", get("k")->revision)}, {Change::put("k", "")});
  stop = true;
  reader.join();
}

}  // namespace
}  // namespace tandem::gateway
