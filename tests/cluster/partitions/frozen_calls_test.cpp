// Three calls wait in three sockets of a member that stands still: a write, a rename and a delete of one
// object, or of one path. It is put out, wakes, and runs them in whatever order it likes. Nothing comes back
// and nothing is lost.
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
bool some_order_explains(std::vector<Change> changes, const Contents& before, const Contents& after) {
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
  std::size_t frozen;
};

std::vector<Case> cases() {
  const std::map<std::string, std::vector<std::vector<std::string>>> targets{
      {"SameObject", {{"write", "/d/f", "new"}, {"mv", "/d/f", "/d/g"}, {"rm", "/d/g"}}},
      {"SamePath", {{"write", "/d/f", "new"}, {"mv", "/d/other", "/d/f"}, {"rm", "/d/f"}}}};
  std::vector<Case> all;
  for (const auto& [name, changes] : targets) {
    std::vector<std::size_t> order{0, 1, 2};
    do {
      Case one{name, {}, all.size() % 2};
      for (const auto next : order) {
        one.changes.push_back(changes[next]);
        one.name += changes[next][0] == "write" ? "Write" : changes[next][0] == "mv" ? "Rename" : "Delete";
      }
      all.push_back(std::move(one));
    } while (std::next_permutation(order.begin(), order.end()));
  }
  return all;
}

class FrozenCalls : public ProxiedPair, public testing::WithParamInterface<Case> {
 protected:
  FrozenCalls() : ProxiedPair("[timeouts]\nrequest = \"1500ms\"\n") {}

  Contents contents() {
    Contents all;
    for (const auto* name : {"/d/f", "/d/g", "/d/other"}) {
      const auto read = cluster.tandem({"read", name});
      EXPECT_TRUE(read.ok() || read.status == not_found) << describe(read);
      if (read.ok()) all[name] = read.output;
    }
    return all;
  }

  // Starts the changes one after the other, each when the one before has a call waiting in the frozen
  // member's socket, or has ended without one.
  std::vector<Change> change_while_frozen(std::size_t frozen) {
    const auto waiting = [&] { return proxies[frozen]->counts().forwarded; };
    std::vector<Change> changes;
    std::vector<Child> clients;
    for (const auto& arguments : GetParam().changes) {
      const auto before = waiting();
      clients.emplace_back(cluster.tandem_command(arguments));
      EXPECT_TRUE(wait_until([&] { return waiting() > before || !clients.back().running(); }));
      changes.push_back({arguments});
    }
    calls_waiting_ = waiting();
    for (std::size_t index = 0; index < clients.size(); ++index) {
      const auto status = clients[index].wait(std::chrono::seconds(60));
      EXPECT_TRUE(status.has_value()) << GetParam().changes[index].front();
      changes[index].status = status.value_or(-1);
    }
    return changes;
  }

  std::uint64_t calls_waiting_ = 0;
};

TEST_P(FrozenCalls, EndRightWhenTheMemberWakes) {
  ASSERT_TRUE(succeeds({"run", "-"}, "mkdir /d\nwrite /d/f old\nwrite /d/other another\n"));
  ASSERT_TRUE(cluster.members_become_equal());
  const std::size_t frozen = GetParam().frozen;
  const Contents before = contents();
  const auto passed = proxies[frozen]->counts().forwarded;
  cluster.freeze(frozen);
  const auto changes = change_while_frozen(frozen);
  EXPECT_GE(calls_waiting_ - passed, 2U) << "too few calls wait in its sockets to say anything";
  const Contents after = contents();
  std::string told;
  for (const auto& change : changes) told += change.arguments[0] + " " + std::to_string(change.status) + " ";
  for (const auto& [path, text] : after) told += path + "=" + text + " ";
  EXPECT_TRUE(some_order_explains(changes, before, after)) << told;
  EXPECT_NE(cluster.tandem({"status"}).output.find(" out "), std::string::npos) << "it was put out";
  cluster.thaw(frozen);
  EXPECT_TRUE(ends_as_the_catalogue_says());
  EXPECT_EQ(contents(), after) << "what the late calls did";
}

INSTANTIATE_TEST_SUITE_P(Orders, FrozenCalls, testing::ValuesIn(cases()),
                         [](const auto& one) { return one.param.name; });

}  // namespace
}  // namespace tandem::test
