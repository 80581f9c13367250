#include <algorithm>

#include "gateway/catalogue/records/keys.hpp"
#include "gateway/catalogue/records/records.hpp"
#include "tests/contract/catalogue/engines.hpp"

namespace tandem::gateway {
namespace {

using namespace std::chrono_literals;

class CatalogueSessions : public CatalogueTest {
 protected:
  std::unique_ptr<Session> open(Catalogue& catalogue, Duration lease = 30s) {
    auto session = catalogue.open_session(lease, "a test");
    EXPECT_TRUE(session.ok()) << to_string(session.error());
    return session ? std::move(session).value() : nullptr;
  }
  bool is_dead(Catalogue& catalogue, SessionId session) {
    auto dead = catalogue.dead_sessions();
    EXPECT_TRUE(dead.ok());
    return dead.ok() && std::ranges::find(*dead, session) != dead->end();
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, CatalogueSessions, testing::ValuesIn(engines()),
                         [](const auto& engine) { return engine.param.name; });

TEST_P(CatalogueSessions, ANewSessionIsItsRevisionAndStandsInTheCatalogue) {
  const Revision before = make("k", "");
  const auto session = open(catalogue());
  EXPECT_GT(session->id(), before);
  EXPECT_TRUE(session->valid());
  const auto entry = get(keys::session(session->id()));
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->revision, session->id());
  auto record = decode<SessionRecord>(entry->value);
  ASSERT_TRUE(record.ok());
  EXPECT_EQ(record->about, "a test");
  EXPECT_FALSE(is_dead(catalogue(), session->id()));
}

TEST_P(CatalogueSessions, ItsOrderlyEndTakesItsKeysAlong) {
  auto session = open(catalogue());
  const SessionId id = session->id();
  commit({session->condition(), Condition::absent("mine")},
         {Change::put("mine", "", id), Change::put("ours", "")});
  EXPECT_EQ(get("mine")->session, id);
  auto before = catalogue().known_revision();
  session.reset();
  EXPECT_FALSE(get("mine"));
  EXPECT_FALSE(get(keys::session(id)));
  EXPECT_TRUE(get("ours"));
  auto history = catalogue().history(*before);
  ASSERT_TRUE(history.ok());
  EXPECT_EQ(history->keys.size(), 2U);
  EXPECT_FALSE(is_dead(catalogue(), id));
}

TEST_P(CatalogueSessions, AKeyOverwrittenWithoutTheSessionOutlivesIt) {
  auto session = open(catalogue());
  commit({session->condition(), Condition::absent("k")}, {Change::put("k", "1", session->id())});
  commit({Condition::at("k", get("k")->revision)}, {Change::put("k", "2")});
  session.reset();
  EXPECT_TRUE(get("k"));
}

TEST_P(CatalogueSessions, EndedByAnotherItIsFenced) {
  auto other = world().connect();
  const auto session = open(catalogue(), 300ms);
  commit({session->condition(), Condition::absent("token")}, {Change::put("token", "", session->id())});
  ASSERT_TRUE(other->end_session(session->id()).ok());
  EXPECT_FALSE(get("token"));
  EXPECT_FALSE(commit({session->condition(), Condition::absent("k")}, {Change::put("k", "")}).committed);
  EXPECT_FALSE(get("k"));
  EXPECT_TRUE(eventually([&] { return !session->valid(); }));
  EXPECT_TRUE(other->end_session(session->id()).ok());  // harmless to repeat
}

TEST_P(CatalogueSessions, NoKeyCanBeTiedToAnEndedSession) {
  auto session = open(catalogue());
  const SessionId id = session->id();
  session.reset();
  const Commit late = commit({Condition::absent("late")}, {Change::put("late", "", id)});
  EXPECT_FALSE(late.committed);
  EXPECT_FALSE(get("late"));
}

TEST_P(CatalogueSessions, ASessionThatIsRenewedOutlivesItsLease) {
  auto other = world().connect();
  const auto session = open(catalogue(), 200ms);
  const Instant until = world().runtime().now() + 700ms;
  while (world().runtime().now() < until) {
    EXPECT_FALSE(is_dead(*other, session->id()));
    world().runtime().sleep_until(world().runtime().now() + 20ms);
  }
  EXPECT_TRUE(session->valid());
}

TEST_P(CatalogueSessions, EndingOneWithThousandsOfKeysErasesThemAll) {
  auto session = open(catalogue());
  const SessionId id = session->id();
  for (int i = 0; i < 25; ++i) {
    Transaction many{{session->condition(), Condition::absent("t/" + std::to_string(i) + "/0")}, {}};
    for (int k = 0; k < 100; ++k) {
      many.changes.push_back(Change::put("t/" + std::to_string(i) + "/" + std::to_string(k), "", id));
    }
    ASSERT_TRUE(commit(many.conditions, many.changes).committed);
  }
  session.reset();
  auto left = catalogue().scan("", "", 10);
  ASSERT_TRUE(left.ok());
  EXPECT_TRUE(left->entries.empty());
}

TEST_P(CatalogueSessions, ManyLiveSideBySide) {
  auto other = world().connect();
  std::vector<std::unique_ptr<Session>> sessions;
  sessions.reserve(10);
  for (int i = 0; i < 10; ++i) sessions.push_back(open(i % 2 == 0 ? catalogue() : *other));
  for (const auto& session : sessions) {
    EXPECT_FALSE(is_dead(*other, session->id()));
    EXPECT_EQ(std::ranges::count_if(sessions, [&](const auto& s) { return s->id() == session->id(); }), 1);
  }
}

}  // namespace
}  // namespace tandem::gateway
