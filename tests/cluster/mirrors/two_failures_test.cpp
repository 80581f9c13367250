// Every order of two failures and returns of the members of one pair, with a change of every kind between any
// two of them: it all ends in what the catalogue says, nothing acknowledged is lost, and what only a dead
// member holds is refused naming it.
#include <set>

#include "tests/cluster/cluster_fixture.hpp"

namespace tandem::test {
namespace {

constexpr int unavailable = 20;

// One of each: mkdir, create, write over, append, mv of a file, mv of a directory over an existing one, rm,
// making a removed name anew, link.
const std::vector<std::string>& changes() {
  static const std::vector<std::string> all{"mkdir",  "create", "write", "append", "mv",
                                            "mv_dir", "rm",     "anew",  "link"};
  return all;
}

// What stands before, for the change number `number` to work on.
std::string scenery(const std::string& change, int number) {
  const std::string at = "/" + change + std::to_string(number);
  if (change == "mkdir" || change == "create") return "";
  if (change == "mv_dir") return "mkdir " + at + "\nwrite " + at + "/f inside\nmkdir " + at + "-target\n";
  return "write " + at + " before\n";
}

std::string command(const std::string& change, int number) {
  const std::string at = "/" + change + std::to_string(number);
  if (change == "mkdir") return "mkdir " + at + "\n";
  if (change == "create") return "create " + at + "\n";
  if (change == "write") return "write " + at + " after\n";
  if (change == "append") return "write " + at + " more --append\n";
  if (change == "mv") return "mv " + at + " " + at + "-moved\n";
  if (change == "mv_dir") return "mv -T " + at + " " + at + "-target\n";
  if (change == "rm") return "rm " + at + "\n";
  if (change == "anew") return "rm " + at + "\nwrite " + at + " anew\n";
  return "ln " + at + " " + at + "-linked\n";
}

struct Order {
  std::string name;
  std::vector<std::string> steps;  // "-0": node 0 is killed, "+0": it comes back
};

const std::vector<Order>& orders() {
  static const std::vector<Order> all{
      {"FirstThenSecondFirstReturns", {"-0", "-1", "+0", "+1"}},
      {"FirstThenSecondSecondReturns", {"-0", "-1", "+1", "+0"}},
      {"FirstReturnsThenSecondFails", {"-0", "+0", "-1", "+1"}},
      {"FirstFailsTwice", {"-0", "+0", "-0", "+0"}},
      {"SecondThenFirstFirstReturns", {"-1", "-0", "+0", "+1"}},
      {"SecondThenFirstSecondReturns", {"-1", "-0", "+1", "+0"}},
      {"SecondReturnsThenFirstFails", {"-1", "+1", "-0", "+0"}},
      {"SecondFailsTwice", {"-1", "+1", "-1", "+1"}},
  };
  return all;
}

class TwoFailures : public testing::TestWithParam<Order> {
 protected:
  void SetUp() override {
    ASSERT_TRUE(cluster.start_and_init());
    std::string script;
    for (std::size_t step = 0; step <= GetParam().steps.size(); ++step)
      for (const auto& change : changes()) script += scenery(change, static_cast<int>(step));
    const auto made = cluster.tandem({"run", "-"}, script);
    ASSERT_TRUE(made.ok()) << describe(made);
    ASSERT_TRUE(cluster.members_become_equal());
  }

  void take(const std::string& step) {
    const std::size_t node = step[1] == '0' ? 0 : 1;
    if (step[0] == '-') {
      cluster.kill(node);
      dead_.insert(node);
    } else {
      ASSERT_TRUE(cluster.restart(node));
      dead_.erase(node);
    }
  }

  // Every kind of change, each on its own; whether it was acknowledged is remembered.
  void change_everything(int number) {
    for (const auto& change : changes()) {
      const auto outcome = cluster.tandem({"run", "-"}, command(change, number));
      EXPECT_FALSE(outcome.timed_out) << change;
      if (outcome.ok()) {
        acknowledged_.insert(change + std::to_string(number));
        continue;
      }
      EXPECT_EQ(outcome.status, unavailable) << change << ": " << describe(outcome);
      EXPECT_FALSE(dead_.empty()) << "nobody is missing: " << describe(outcome);
    }
  }

  std::string content(const std::string& path) {
    const auto read = cluster.tandem({"read", path});
    return read.ok() ? read.output : "status " + std::to_string(read.status);
  }

  void expect_change(const std::string& change, int number) {
    const std::string at = "/" + change + std::to_string(number);
    const bool done = acknowledged_.contains(change + std::to_string(number));
    SCOPED_TRACE(at + (done ? " acknowledged" : " refused"));
    const std::string missing = "status 10";
    if (change == "mkdir") {
      EXPECT_EQ(cluster.tandem({"stat", at}).status, done ? 0 : 10);
    } else if (change == "create") {
      EXPECT_EQ(content(at), done ? "" : missing);
    } else if (change == "write") {
      EXPECT_EQ(content(at), done ? "after" : "before");
    } else if (change == "append") {
      EXPECT_EQ(content(at), done ? "beforemore" : "before");
    } else if (change == "mv") {
      EXPECT_EQ(content(at), done ? missing : "before");
      EXPECT_EQ(content(at + "-moved"), done ? "before" : missing);
    } else if (change == "mv_dir") {
      EXPECT_EQ(content(at + "/f"), done ? missing : "inside");
      EXPECT_EQ(content(at + "-target/f"), done ? "inside" : missing);
    } else if (change == "rm") {
      EXPECT_EQ(content(at), done ? missing : "before");
    } else if (change == "anew") {
      const std::string now = content(at);
      EXPECT_TRUE(done ? now == "anew" : now == "before" || now == missing) << now;
    } else {
      EXPECT_EQ(content(at), "before");
      EXPECT_EQ(content(at + "-linked"), done ? "before" : missing);
    }
  }

  LocalCluster cluster{{.nodes = 2}};
  std::set<std::size_t> dead_;
  std::set<std::string> acknowledged_;
};

TEST_P(TwoFailures, EndInEqualMembersAndNothingAcknowledgedIsLost) {
  int number = 0;
  for (const auto& step : GetParam().steps) {
    take(step);
    if (dead_.size() == 2) {
      const auto read = cluster.tandem({"read", "/write4"});
      EXPECT_EQ(read.status, unavailable) << describe(read);
      for (const std::size_t node : {0U, 1U})
        EXPECT_NE(read.errors.find(cluster.address(node)), std::string::npos) << read.errors;
    }
    change_everything(number++);
  }
  ASSERT_TRUE(cluster.ends_as_the_catalogue_says());
  for (int done = 0; done < number; ++done)
    for (const auto& change : changes()) expect_change(change, done);
  for (const std::size_t node : {0U, 1U}) {  // each member alone holds all of it
    cluster.kill(node);
    for (const auto& change : changes()) expect_change(change, number - 1);
    ASSERT_TRUE(cluster.restart(node));
    ASSERT_TRUE(cluster.ends_as_the_catalogue_says());
  }
}

INSTANTIATE_TEST_SUITE_P(Orders, TwoFailures, testing::ValuesIn(orders()),
                         [](const auto& order) { return order.param.name; });

}  // namespace
}  // namespace tandem::test
