#include "tests/contract/catalogue/engines.hpp"

namespace tandem::gateway {
namespace {

class CatalogueConditions : public CatalogueTest {};
INSTANTIATE_TEST_SUITE_P(Engines, CatalogueConditions, testing::ValuesIn(engines()),
                         [](const auto& engine) { return engine.param.name; });

TEST_P(CatalogueConditions, AnEntryCarriesTheRevisionThatWroteIt) {
  const Revision first = make("k", "one");
  EXPECT_EQ(get("k"), (Entry{"k", "one", first, 0}));
  const Commit second = commit({Condition::at("k", first)}, {Change::put("k", "two")});
  EXPECT_TRUE(second.committed);
  EXPECT_GT(second.revision, first);
  EXPECT_EQ(get("k"), (Entry{"k", "two", second.revision, 0}));
}

TEST_P(CatalogueConditions, TheFirstEpochIsOne) {
  EXPECT_EQ(epoch_of(make("k", "v")), 1);
}

TEST_P(CatalogueConditions, AnOldRevisionConflictsAndShowsThePresentEntry) {
  const Revision first = make("k", "one");
  const Commit second = commit({Condition::at("k", first)}, {Change::put("k", "two")});
  const Commit late =
      commit({Condition::at("k", first)}, {Change::put("k", "three"), Change::put("other", "x")});
  EXPECT_FALSE(late.committed);
  EXPECT_EQ(late.revision, second.revision);
  EXPECT_EQ(late.current, (std::vector<Entry>{{"k", "two", second.revision, 0}}));
  EXPECT_FALSE(get("other"));
}

TEST_P(CatalogueConditions, RevisionZeroMeansAbsent) {
  const Commit made = commit({Condition::at("k", 0)}, {Change::put("k", "v")});
  EXPECT_TRUE(made.committed);
  EXPECT_FALSE(commit({Condition::at("k", 0)}, {Change::put("k", "w")}).committed);
}

TEST_P(CatalogueConditions, AbsentHoldsOnlyWhileTheKeyIsMissing) {
  const Revision first = make("k", "v");
  EXPECT_FALSE(commit({Condition::absent("k")}, {Change::put("k", "w")}).committed);
  EXPECT_TRUE(commit({Condition::at("k", first)}, {Change::erase("k")}).committed);
  EXPECT_TRUE(commit({Condition::absent("k")}, {Change::put("k", "w")}).committed);
}

TEST_P(CatalogueConditions, PresentHoldsWhateverTheRevision) {
  const Revision parent = make("parent", "1");
  EXPECT_TRUE(commit({Condition::at("parent", parent)}, {Change::put("parent", "2")}).committed);
  EXPECT_TRUE(commit({Condition::present("parent"), Condition::absent("child")}, {Change::put("child", "")})
                  .committed);
  const Commit orphan =
      commit({Condition::present("nobody"), Condition::absent("child2")}, {Change::put("child2", "")});
  EXPECT_FALSE(orphan.committed);
  EXPECT_TRUE(orphan.current.empty());
}

TEST_P(CatalogueConditions, AnEmptyPrefixIsBrokenByAnyKeyBelowIt) {
  const Revision directory = make("d", "");
  const Revision child = make("d/child", "");
  make("d0", "not below it");
  const Commit refused =
      commit({Condition::at("d", directory), Condition::empty("d/")}, {Change::erase("d")});
  EXPECT_FALSE(refused.committed);
  EXPECT_EQ(refused.current, (std::vector<Entry>{{"d", "", directory, 0}, {"d/child", "", child, 0}}));
  EXPECT_TRUE(commit({Condition::at("d/child", child)}, {Change::erase("d/child")}).committed);
  EXPECT_TRUE(
      commit({Condition::at("d", directory), Condition::empty("d/")}, {Change::erase("d")}).committed);
}

TEST_P(CatalogueConditions, KeysAndValuesMayHoldAnyBytes) {
  const std::string key("e/\0\xff\x80\n", 6);
  const std::string value("\0\xfe\0", 3);
  const Revision revision = make(key, value);
  EXPECT_EQ(get(key), (Entry{key, value, revision, 0}));
  make("empty", "");
  ASSERT_TRUE(get("empty"));
  EXPECT_EQ(get("empty")->value, "");
}

TEST_P(CatalogueConditions, AllChangesOfATransactionHaveOneRevision) {
  const Commit made =
      commit({Condition::absent("a")}, {Change::put("a", "1"), Change::put("b", "2"), Change::erase("c")});
  EXPECT_EQ(get("a")->revision, made.revision);
  EXPECT_EQ(get("b")->revision, made.revision);
  EXPECT_FALSE(get("c"));
}

TEST_P(CatalogueConditions, AResendConflicts) {
  const Transaction rename{{Condition::at("from", make("from", "x")), Condition::absent("to")},
                           {Change::erase("from"), Change::put("to", "x")}};
  auto first = catalogue().commit(rename);
  ASSERT_TRUE(first.ok());
  EXPECT_TRUE(first->committed);
  auto again = catalogue().commit(rename);
  ASSERT_TRUE(again.ok());
  EXPECT_FALSE(again->committed);
  ASSERT_EQ(again->current.size(), 1U);
  EXPECT_EQ(again->current[0].revision, first->revision);
}

TEST_P(CatalogueConditions, WhatBreaksALimitIsRefusedWhole) {
  const auto refused = [this](const Transaction& transaction) {
    return catalogue().commit(transaction).code() == Code::invalid;
  };
  Transaction many{{Condition::absent("k0")}, {}};
  for (int i = 0; i <= 100; ++i) many.changes.push_back(Change::put("k" + std::to_string(i), ""));
  EXPECT_TRUE(refused(many));
  many.changes.pop_back();
  EXPECT_FALSE(refused(many));

  Transaction guarded{{}, {Change::put("g0", "")}};
  for (int i = 0; i <= 100; ++i) guarded.conditions.push_back(Condition::absent("g" + std::to_string(i)));
  EXPECT_TRUE(refused(guarded));
  guarded.conditions.pop_back();
  EXPECT_FALSE(refused(guarded));

  const std::string longest(Transaction::value_bytes_max, 'v');
  EXPECT_FALSE(refused({{Condition::absent("long")}, {Change::put("long", longest)}}));
  EXPECT_TRUE(refused({{Condition::absent("longer")}, {Change::put("longer", longest + "v")}}));

  Transaction heavy{{Condition::absent("h0")}, {}};
  for (int i = 0; i < 17; ++i) heavy.changes.push_back(Change::put("h" + std::to_string(i), longest));
  EXPECT_TRUE(refused(heavy));
  EXPECT_FALSE(get("h0"));
}

TEST_P(CatalogueConditions, WhatAResendCouldApplyTwiceIsRefused) {
  const auto code = [this](const Transaction& transaction) { return catalogue().commit(transaction).code(); };
  EXPECT_EQ(code({{}, {Change::put("k", "v")}}), Code::invalid);
  EXPECT_EQ(code({{Condition::absent("other")}, {Change::put("k", "v")}}), Code::invalid);
  EXPECT_EQ(code({{Condition::present("k")}, {Change::put("k", "v")}}), Code::invalid);
  EXPECT_EQ(code({{Condition::absent("k")}, {Change::put("k", "v"), Change::erase("k")}}), Code::invalid);
  EXPECT_EQ(code({{Condition::absent("k")}, {}}), Code::invalid);
  EXPECT_EQ(code({{Condition::absent("")}, {Change::put("", "v")}}), Code::invalid);
  EXPECT_EQ(code({{Condition::empty("k")}, {Change::put("k1", "v")}}), Code::ok);
  EXPECT_EQ(code({{Condition::present("k1")}, {Change::erase("k1")}}), Code::ok);
}

TEST_P(CatalogueConditions, ErasingWhatIsNotThereChangesNothing) {
  const Revision before = make("k", "v");
  const Commit done = commit({Condition::at("k", before)}, {Change::put("k", "w"), Change::erase("ghost")});
  EXPECT_TRUE(done.committed);
  auto history = catalogue().history(before);
  ASSERT_TRUE(history.ok());
  EXPECT_EQ(history->keys, (std::vector<std::string>{"k"}));
}

}  // namespace
}  // namespace tandem::gateway
