// Three calls wait in three sockets of a member that stands still: a write, a rename and a delete of one
// object, or of one path. It is put out, wakes, and runs them in whatever order it likes; or they are under
// way for longer still and come behind the healing. Nothing comes back and nothing is lost.
#include <algorithm>
#include <map>

#include "tests/cluster/partitions/proxied_fixture.hpp"

namespace tandem::test {
namespace {

constexpr int not_found = 10;

using Contents = std::map<std::string, std::string>;  // by path

// One change, what it says it did, and what it would do to contents in the order it is tried in.
struct Change {
  std::vector<std::string> arguments;
  int status = -1;

  // Whether a store with `contents` would have answered so; then they are as afterwards.
  bool explains(Contents& contents) const {
    if (status != 0 && status != not_found) return status > 0;  // refused: nothing happened
    const auto& verb = arguments[0];
    if (verb == "write") {
      contents[arguments[1]] = arguments[2];
      return status == 0;
    }
    const bool there = contents.contains(arguments[1]);
    if (there != (status == 0)) return false;
    if (!there) return true;
    if (verb == "mv") contents[arguments[2]] = contents[arguments[1]];
    contents.erase(arguments[1]);
    return true;
  }
};

// Whether some order of the changes gives these contents and every change's answer.
bool some_order_explains(const std::vector<Change>& changes, const Contents& before, const Contents& after) {
  std::vector<std::size_t> order{0, 1, 2};
  do {
    Contents contents = before;
    if (std::all_of(order.begin(), order.end(),
                    [&](std::size_t next) { return changes[next].explains(contents); }) &&
        contents == after) {
      return true;
    }
  } while (std::next_permutation(order.begin(), order.end()));
  return false;
}

struct Case {
  std::string name;
  std::vector<std::vector<std::string>> changes;  // in the order in which they are started
  std::size_t member;                             // that stands still
};

std::vector<Case> cases() {
  using Named = std::pair<std::string, std::vector<std::string>>;
  const std::map<std::string, std::vector<Named>> targets{
      {"SameObject",
       {{"Write", {"write", "/d/f", "new"}}, {"Rename", {"mv", "/d/f", "/d/g"}}, {"Delete", {"rm", "/d/g"}}}},
      {"SamePath",
       {{"Write", {"write", "/d/f", "new"}},
        {"Rename", {"mv", "/d/other", "/d/f"}},
        {"Delete", {"rm", "/d/f"}}}},
      // The first rename is behind what the object is afterwards, which is there to stay.
      {"ThereAndBack",
       {{"Rename", {"mv", "/d/f", "/d/g"}},
        {"Back", {"mv", "/d/g", "/d/f"}},
        {"Delete", {"rm", "/d/other"}}}}};
  std::vector<Case> all;
  for (const auto& [name, changes] : targets) {
    std::vector<std::size_t> order{0, 1, 2};
    do {
      Case one{name, {}, all.size() % 2};
      for (const auto next : order) {
        one.name += changes[next].first;
        one.changes.push_back(changes[next].second);
      }
      all.push_back(std::move(one));
    } while (std::next_permutation(order.begin(), order.end()));
  }
  return all;
}

class FrozenCalls : public ProxiedPair, public testing::WithParamInterface<Case> {
 protected:
  FrozenCalls() : ProxiedPair("[timeouts]\nrequest = \"1200ms\"\n") {}

  Contents contents() {
    Contents all;
    for (const auto* name : {"/d/f", "/d/g", "/d/other"}) {
      const auto read = cluster.tandem({"read", name});
      EXPECT_TRUE(read.ok() || read.status == not_found) << describe(read);
      if (read.ok()) all[name] = read.output;
    }
    return all;
  }

  // Starts the changes one after the other, each when the one before has one more call waiting on its way to
  // the member, or has ended without one; then waits for all of them.
  std::vector<Change> change(const std::function<std::uint64_t()>& waiting) {
    const auto already = waiting();
    std::vector<Change> changes;
    std::vector<Child> clients;
    for (const auto& arguments : GetParam().changes) {
      const auto before = waiting();
      clients.emplace_back(cluster.tandem_command(arguments));
      EXPECT_TRUE(wait_until([&] { return waiting() > before || !clients.back().running(); }));
      changes.push_back({arguments});
    }
    EXPECT_GE(waiting() - already, 2U) << "too few calls wait to say anything";
    for (std::size_t index = 0; index < clients.size(); ++index) {
      const auto status = clients[index].wait(std::chrono::seconds(60));
      EXPECT_TRUE(status.has_value()) << GetParam().changes[index].front();
      changes[index].status = status.value_or(-1);
    }
    return changes;
  }

  static void expect_explained(const std::vector<Change>& changes, const Contents& before,
                               const Contents& after) {
    std::string told;
    for (const auto& each : changes) told += each.arguments[0] + " " + std::to_string(each.status) + " ";
    for (const auto& [path, text] : after) told.append(path).append("=").append(text).append(" ");
    EXPECT_TRUE(some_order_explains(changes, before, after)) << told;
  }

  void SetUp() override {
    ProxiedPair::SetUp();
    ASSERT_TRUE(succeeds({"run", "-"}, "mkdir /d\nwrite /d/f old\nwrite /d/other another\n"));
    ASSERT_TRUE(cluster.members_become_equal());
  }
};

TEST_P(FrozenCalls, EndRightWhenTheMemberWakes) {
  const std::size_t frozen = GetParam().member;
  const Contents before = contents();
  cluster.freeze(frozen);
  const auto changes = change([&] { return proxies[frozen]->counts().forwarded; });
  const Contents after = contents();
  expect_explained(changes, before, after);
  EXPECT_NE(cluster.tandem({"status"}).output.find(" out "), std::string::npos) << "it was put out";
  cluster.thaw(frozen);
  EXPECT_TRUE(ends_as_the_catalogue_says());
  EXPECT_EQ(contents(), after) << "what the late calls did";
}

// The same calls, on their way for so long that the member has been healed before they come, the last one
// first.
TEST_P(FrozenCalls, EndRightWhenTheyComeBehindTheHealing) {
  FaultProxy& late = *proxies[GetParam().member];
  const Contents before = contents();
  late.judge([](std::string_view) { return Fate::hold_request; });
  const auto changes = change([&] { return late.counts().held_requests; });
  const Contents after = contents();
  expect_explained(changes, before, after);
  late.pass();
  EXPECT_TRUE(ends_as_the_catalogue_says());
  const auto held = late.counts().held_requests;
  late.let_go();
  EXPECT_TRUE(wait_until([&] { return late.counts().late_requests == held; }))
      << late.counts().late_requests << " of " << held << " came";
  EXPECT_TRUE(cluster.members_equal(0));
  EXPECT_EQ(contents(), after) << "what the late calls did";
  EXPECT_TRUE(ends_as_the_catalogue_says());
  EXPECT_TRUE(std::filesystem::is_empty(cluster.data_folder(GetParam().member) / "staging"));
}

INSTANTIATE_TEST_SUITE_P(Orders, FrozenCalls, testing::ValuesIn(cases()),
                         [](const auto& one) { return one.param.name; });

}  // namespace
}  // namespace tandem::test
