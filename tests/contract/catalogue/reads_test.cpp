#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

#include "tests/contract/catalogue/engines.hpp"

namespace tandem::gateway {
namespace {

class CatalogueReads : public CatalogueTest {
 protected:
  Page page(const std::string& prefix, const std::string& after, std::size_t limit) {
    auto result = catalogue().scan(prefix, after, limit);
    EXPECT_TRUE(result.ok()) << to_string(result.error());
    return result ? *result : Page{};
  }
  static std::vector<std::string> keys(const Page& page) {
    std::vector<std::string> keys;
    for (const Entry& entry : page.entries) keys.push_back(entry.key);
    return keys;
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, CatalogueReads, testing::ValuesIn(engines()),
                         [](const auto& engine) { return engine.param.name; });

TEST_P(CatalogueReads, AScanShowsThePrefixInOrder) {
  for (const char* key : {"a/2", "a/10", "b/1", "a/1", "a", "a0"}) make(key, key);
  const Page all = page("a/", "", 100);
  EXPECT_EQ(keys(all), (std::vector<std::string>{"a/1", "a/10", "a/2"}));
  EXPECT_FALSE(all.more);
  EXPECT_EQ(all.entries[1].value, "a/10");
  EXPECT_EQ(keys(page("", "", 100)).size(), 6U);
  EXPECT_TRUE(page("c/", "", 100).entries.empty());
}

TEST_P(CatalogueReads, PagesContinueBehindTheLastKey) {
  for (int i = 0; i < 25; ++i) make("k/" + std::string(1, static_cast<char>('a' + i)), "");
  std::vector<std::string> seen;
  std::string after;
  while (true) {
    const Page next = page("k/", after, 10);
    std::ranges::copy(keys(next), std::back_inserter(seen));
    if (!next.more) break;
    ASSERT_EQ(next.entries.size(), 10U);
    after = seen.back();
  }
  EXPECT_EQ(seen.size(), 25U);
  EXPECT_TRUE(std::ranges::is_sorted(seen));
  EXPECT_FALSE(page("k/", "k/o", 10).more);  // exactly ten are left
}

TEST_P(CatalogueReads, PagingUnderChangeNeverMissesWhatStays) {
  for (int i = 100; i < 200; ++i) make("k/" + std::to_string(i), "");
  std::set<std::string> seen;
  std::string after;
  for (int round = 0;; ++round) {
    const Page next = page("k/", after, 10);
    for (const std::string& key : keys(next)) seen.insert(key);
    if (!next.more) break;
    after = next.entries.back().key;
    make("k/" + std::to_string(100 + round) + "+", "comes in between");
    const std::string gone = "k/" + std::to_string(109 + 10 * round);
    commit({Condition::present(gone)}, {Change::erase(gone)});
  }
  for (int i = 100; i < 200; ++i) EXPECT_TRUE(seen.contains("k/" + std::to_string(i))) << i;
}

TEST_P(CatalogueReads, ManyKeysAreReadInOneSnapshot) {
  const Revision a = make("a", "1");
  const Revision c = make("c", "3");
  const std::vector<std::string> wanted{"c", "b", "a", "c"};
  auto snapshot = catalogue().get_many(wanted);
  ASSERT_TRUE(snapshot.ok());
  ASSERT_EQ(snapshot->entries.size(), 4U);
  EXPECT_EQ(snapshot->entries[0], (Entry{"c", "3", c, 0}));
  EXPECT_FALSE(snapshot->entries[1]);
  EXPECT_EQ(snapshot->entries[2], (Entry{"a", "1", a, 0}));
  EXPECT_EQ(snapshot->revision, c);
}

TEST_P(CatalogueReads, AChainGoesWhereWhatIsFoundLeads) {
  make("a", "c");
  const Revision c = make("c", "nobody");
  auto chain = catalogue().get_chain(
      "a", [](const Entry* found) { return found == nullptr ? std::nullopt : std::optional(found->value); });
  ASSERT_TRUE(chain.ok()) << to_string(chain.error());
  ASSERT_EQ(chain->entries.size(), 3U);
  EXPECT_EQ(chain->entries[0]->key, "a");
  EXPECT_EQ(chain->entries[1], (Entry{"c", "nobody", c, 0}));
  EXPECT_FALSE(chain->entries[2]);
  EXPECT_EQ(chain->revision, c);
  auto endless = catalogue().get_chain("a", [](const Entry*) { return std::optional<std::string>("a"); });
  ASSERT_TRUE(endless.ok());
  EXPECT_EQ(endless->entries.size(), Catalogue::chain_max);
}

TEST_P(CatalogueReads, AChainIsOfOneMoment) {
  make("way", "0");
  make("target/0", "");
  std::atomic<bool> stop = false;
  std::thread mover([&] {
    auto mine = world().connect();
    for (int i = 0; !stop; ++i) {
      const std::string from = "target/" + std::to_string(i);
      const std::string to = "target/" + std::to_string(i + 1);
      auto moved = mine->commit(
          {{Condition::present(from)},
           {Change::put("way", std::to_string(i + 1)), Change::erase(from), Change::put(to, "")}});
      ASSERT_TRUE(moved.ok() && moved->committed);
    }
  });
  std::set<Revision> moments;
  for (int reads = 0; reads < 2000 || moments.size() < 20; ++reads) {
    auto chain = catalogue().get_chain("way", [](const Entry* found) {
      return found == nullptr || found->key != "way" ? std::nullopt : std::optional("target/" + found->value);
    });
    ASSERT_TRUE(chain.ok());
    ASSERT_EQ(chain->entries.size(), 2U);
    EXPECT_TRUE(chain->entries[1]) << "read " << reads;
    moments.insert(chain->revision);
  }
  stop = true;
  mover.join();
}

TEST_P(CatalogueReads, TheHistoryNamesWhatChangedBehindARevision) {
  const Revision first = make("a", "1");
  make("b", "1");
  const Commit last = commit({Condition::present("a")}, {Change::erase("a"), Change::put("c", "")});
  auto history = catalogue().history(first);
  ASSERT_TRUE(history.ok());
  EXPECT_FALSE(history->reset);
  EXPECT_EQ(history->revision, last.revision);
  EXPECT_EQ(history->keys, (std::vector<std::string>{"b", "a", "c"}));
  auto nothing = catalogue().history(last.revision);
  ASSERT_TRUE(nothing.ok());
  EXPECT_TRUE(nothing->keys.empty());
  EXPECT_FALSE(nothing->reset);
}

TEST_P(CatalogueReads, AHistoryThatCannotBeToldIsReset) {
  const Revision now = make("a", "1");
  for (const Revision unknown : {Revision{0}, now + 1, now + (Revision{1} << epoch_shift)}) {
    auto history = catalogue().history(unknown);
    ASSERT_TRUE(history.ok());
    EXPECT_TRUE(history->reset) << unknown;
    EXPECT_EQ(history->revision, now);
  }
}

TEST_P(CatalogueReads, TheKnownRevisionIsThatOfTheLastCommitOfAnybody) {
  auto other = world().connect();
  const Revision first = make("a", "1");
  EXPECT_EQ(catalogue().known_revision(), first);
  EXPECT_EQ(other->known_revision(), first);
  auto second = other->commit({{Condition::absent("b")}, {Change::put("b", "")}});
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(catalogue().known_revision(), second->revision);
  EXPECT_FALSE(commit({Condition::absent("b")}, {Change::put("b", "")}).committed);
  EXPECT_EQ(catalogue().known_revision(), second->revision);
}

TEST_P(CatalogueReads, HealthSaysThatItCommits) {
  const CatalogueHealth health = catalogue().health();
  EXPECT_TRUE(health.writable) << health.detail;
  EXPECT_FALSE(health.engine.empty());
}

}  // namespace
}  // namespace tandem::gateway
