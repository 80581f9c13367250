// A node dies by SIGKILL in the middle of each kind of change; nobody notices, and it is equal again after
// it has come back and healed.
#include "tests/cluster/cluster_fixture.hpp"
#include "tests/cluster/journal.hpp"

namespace tandem::test {
namespace {

constexpr int steps = 240;
constexpr int steps_before_the_death = 20;

// Everything happens below /w. `sign` is a path whose coming (or going) tells that the work is under way.
struct Story {
  Journal before{};
  Journal during{};
  std::string sign{};
  bool sign_comes = true;
};

std::string file(int number) {
  return "/w/f" + std::to_string(number);
}
std::string folder(int number) {
  return "/w/d" + std::to_string(number);
}
std::string text(int number) {
  return std::string(static_cast<std::size_t>(number) * 7 + 1, 'a') + std::to_string(number);
}

Story story_of(const std::string& verb) {
  Story story;
  story.before.mkdir("/w");
  story.sign = file(steps_before_the_death);
  story.sign_comes = verb == "write" || verb == "mkdir";
  for (int number = 0; number < steps; ++number) {
    if (verb == "write") {
      story.during.write(file(number), text(number));
    } else if (verb == "overwrite" || verb == "append") {
      story.before.write(file(number), text(number));
      if (verb == "append") {
        story.during.append(file(number), "more");
      } else {
        story.during.write(file(number), "replaced");
      }
      if (number < steps_before_the_death) story.during.mv(file(number), file(number) + "-done");
    } else if (verb == "mv") {
      story.before.write(file(number), text(number));
      story.during.mv(file(number), file(number) + "-moved");
    } else if (verb == "mkdir") {
      story.during.mkdir(folder(number)).write(folder(number) + "/f", text(number));
    } else if (verb == "rm") {
      story.before.write(file(number), text(number));
      story.during.rm(file(number));
    }
  }
  if (verb == "mkdir") story.sign = folder(steps_before_the_death);
  if (verb == "overwrite" || verb == "append") story.sign = file(steps_before_the_death - 1);
  return story;
}

class NodeKilled : public FourNodes, public testing::WithParamInterface<std::string> {};

TEST_P(NodeKilled, LosesNothingAndIsEqualAfterHealing) {
  const auto story = story_of(GetParam());
  ASSERT_TRUE(succeeds({"run", "-"}, story.before.script()));
  Child client(cluster.tandem_command({"run", "-"}, story.during.script()));
  ASSERT_TRUE(wait_until([&] {
    return !client.running() || cluster.tandem({"stat", story.sign}).ok() == story.sign_comes;
  }));
  ASSERT_TRUE(client.running()) << "it was over before the node could die: " << client.errors();
  cluster.kill(0);
  const auto status = client.wait(std::chrono::seconds(120));
  EXPECT_EQ(status, 0) << client.errors();

  const TemporaryFolder model;
  story.before.apply_to(model.path());
  story.during.apply_to(model.path());
  EXPECT_TRUE(holds("/w", model.path() / "w")) << "while the node is away";
  EXPECT_NE(cluster.tandem({"status"}).status, 0) << "a cluster with a dead node is not healthy";
  ASSERT_TRUE(cluster.restart(0));
  EXPECT_TRUE(cluster.ends_as_the_catalogue_says());
  EXPECT_TRUE(holds("/w", model.path() / "w")) << "after healing";
  cluster.kill(1);
  EXPECT_TRUE(holds("/w", model.path() / "w")) << "from the healed member alone";
}

INSTANTIATE_TEST_SUITE_P(During, NodeKilled,
                         testing::Values("write", "overwrite", "append", "mv", "mkdir", "rm"),
                         [](const auto& each) { return each.param; });

TEST_F(FourNodes, ReadersNoticeNothingOfANodeKilledWhileTheyRead) {
  const auto bytes = bytes_of(3, 8'000);
  ASSERT_TRUE(succeeds({"write", "/f", "-"}, bytes));
  const auto victim = first_member_holding("f");
  constexpr int reads = 15'000;  // enough to be still under way when the node dies
  std::string script;
  std::string expected;
  for (int read = 0; read < reads; ++read) {
    script += "read /f\n";
    expected += bytes;
  }
  Child client(cluster.tandem_command({"run", "-"}, script));
  ASSERT_TRUE(wait_until([&] { return client.output().size() > bytes.size() * 20 || !client.running(); }));
  ASSERT_TRUE(client.running()) << "it was over before the node could die: " << client.errors();
  cluster.kill(victim);
  EXPECT_EQ(client.wait(std::chrono::seconds(120)), 0) << client.errors();
  EXPECT_TRUE(client.output() == expected) << "bytes were lost, repeated or changed";
  ASSERT_TRUE(cluster.restart(victim));
  EXPECT_TRUE(cluster.ends_as_the_catalogue_says());
}

}  // namespace
}  // namespace tandem::test
