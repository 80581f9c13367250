// Mistakes are met with one line that says what happened and what to do: held to the letter.
#include "tests/cluster/cluster_fixture.hpp"
#include "tests/support/local_cluster/terminal.hpp"

namespace tandem::test {
namespace {

using Strings = std::vector<std::string>;

constexpr int invalid = 15;
constexpr int denied = 16;
constexpr int unavailable = 20;
constexpr int usage = 64;
constexpr int configuration = 78;

class Mistakes : public testing::Test {
 protected:
  // `tandem ARGUMENTS`, in an empty folder.
  Outcome tandem(Strings arguments, Strings environment = {}) {
    Command command;
    command.arguments = std::move(arguments);
    command.arguments.insert(command.arguments.begin(), program("tandem"));
    command.working_folder = folder.path().string();
    command.environment = std::move(environment);
    return run(command);
  }

  TemporaryFolder folder;
};

testing::AssertionResult says(const Outcome& outcome, int status, const std::string& line) {
  if (outcome.status == status && outcome.errors == line + "\n" && outcome.output.empty()) {
    return testing::AssertionSuccess();
  }
  return testing::AssertionFailure() << "not " << status << " and\n"
                                     << line << "\nbut\n"
                                     << describe(outcome);
}

TEST_F(Mistakes, OfUse) {
  EXPECT_TRUE(says(tandem({"staus"}), usage, "tandem: unknown command 'staus' (did you mean 'status'?)"));
  EXPECT_TRUE(
      says(tandem({"--jsno", "status"}), usage, "tandem: unknown option '--jsno' (did you mean '--json'?)"));
  EXPECT_TRUE(
      says(tandem({"ls", "--logn"}), usage,
           "tandem: ls: unknown option '--logn' (did you mean '--long'?; usage: ls [-l] [-d] [--bytes] [-h] "
           "[PATH...])"));
  EXPECT_TRUE(says(tandem({"read"}), usage,
                   "tandem: read: PATH is missing (usage: read [--offset N] [--length N] PATH)"));
}

TEST_F(Mistakes, OfAConfigurationThatIsNotThere) {
  EXPECT_TRUE(
      says(tandem({"--config", "none.toml", "status"}), configuration,
           "tandem: none.toml: there is no such configuration file, though --config names it (correct the "
           "name, or leave it away: then ./tandem.toml or /etc/tandem/tandem.toml is taken)"));
  EXPECT_TRUE(
      says(tandem({"status"}, {"TANDEM_CONFIG=none.toml"}), configuration,
           "tandem: none.toml: there is no such configuration file, though TANDEM_CONFIG names it (correct "
           "the name, or leave it away: then ./tandem.toml or /etc/tandem/tandem.toml is taken)"));
  if (std::filesystem::exists("/etc/tandem/tandem.toml")) return;
  EXPECT_TRUE(
      says(tandem({"status"}, {"TANDEM_CONFIG="}), configuration,
           "tandem: no configuration: looked for --config, $TANDEM_CONFIG, ./tandem.toml and "
           "/etc/tandem/tandem.toml (write a tandem.toml that names the pairs, or point --config at one)"));
}

TEST(MistakesOnACluster, ADaemonThatWasNotStartedIsToldWithItsCommand) {
  LocalCluster cluster;
  ASSERT_TRUE(cluster.start());
  cluster.kill(2);
  EXPECT_TRUE(says(cluster.tandem({"init"}), unavailable,
                   "tandem: cannot connect: Connection refused on " + cluster.address(2) +
                       " (start it: storaged --root DIR --listen " + cluster.address(2) + ")"));
  ASSERT_TRUE(cluster.restart(2));
  ASSERT_TRUE(cluster.tandem({"init"}).ok());
  cluster.kill(2);
  const auto status = cluster.tandem({"status"});
  EXPECT_NE(status.output.find("is it running? storaged --root DIR --listen " + cluster.address(2) + "\n"),
            std::string::npos)
      << status.output;
  Terminal terminal(cluster.tandem_command({}));
  EXPECT_TRUE(terminal.sees("warning: " + cluster.address(2) +
                            " of p2 not reached: cannot connect: Connection refused "
                            "(is it running? storaged --root DIR --listen " +
                            cluster.address(2) + ")"))
      << terminal.everything();
}

TEST(MistakesOnACluster, AWrongSecretIsToldAsOne) {
  const TemporaryFolder secrets;
  const auto right = (secrets.path() / "right").string();
  const auto wrong = (secrets.path() / "wrong").string();
  for (const auto& file : {right, wrong}) {
    write_file(file, file);
    std::filesystem::permissions(file, std::filesystem::perms::owner_read);
  }
  ClusterOptions options;
  options.daemon_arguments = {"--secret-file", right};
  LocalCluster cluster(options);
  ASSERT_TRUE(cluster.start());
  const std::string mend = "cluster.secret_file must hold what its --secret-file holds";
  EXPECT_TRUE(says(cluster.tandem({"--set", "cluster.secret_file=" + wrong, "init"}), denied,
                   "tandem: the secret is wrong or missing on " + cluster.address(0) + " (" + mend + ")"));
  const Strings knowing{"--set", "cluster.secret_file=" + right};
  ASSERT_TRUE(cluster.tandem({knowing[0], knowing[1], "init"}).ok());
  const auto status = cluster.tandem({"--set", "cluster.secret_file=" + wrong, "status"});
  EXPECT_EQ(status.status, 3) << describe(status);
  EXPECT_NE(status.output.find("the secret is wrong or missing\n         " + mend + "\n"), std::string::npos)
      << status.output;
  const auto none = (secrets.path() / "none").string();
  EXPECT_TRUE(says(cluster.tandem({"--set", "cluster.secret_file=" + none, "ls"}), invalid,
                   "tandem: " + none + ": the secret file cannot be read (check secret_file)"));
}

TEST(MistakesOnACluster, ALostCatalogueIsNeverAnEmptyCluster) {
  LocalCluster cluster;
  ASSERT_TRUE(cluster.start_and_init());
  std::filesystem::remove(cluster.folder() / "catalogue.db");
  const auto outcome = cluster.tandem({"ls"});
  EXPECT_NE(outcome.status, 0);
  EXPECT_EQ(outcome.output, "");
  EXPECT_EQ(outcome.errors,
            "tandem: " + (cluster.folder() / "catalogue.db").string() +
                ": there is no catalogue (a lost one comes back with `tandem catalogue restore` or "
                "`tandem catalogue rebuild`, a new one with `tandem init`)\n");
}

TEST(MistakesOnACluster, WhyOwnsUpToWhatItCannotKnow) {
  LocalCluster cluster;
  ASSERT_TRUE(cluster.start_and_init());
  ASSERT_TRUE(cluster.tandem({"write", "/f", "x"}).ok());
  ASSERT_TRUE(cluster.members_become_equal());
  const std::size_t first = std::filesystem::exists(cluster.tree(0) / "f") ? 0 : 2;
  cluster.kill(first);
  const auto before = cluster.tandem({"why", "/f"}).output;
  EXPECT_NE(before.find("/f: degraded"), std::string::npos) << before;
  EXPECT_EQ(before.find("to be healed"), std::string::npos) << "it misses nothing:\n" << before;
  ASSERT_TRUE(cluster.tandem({"write", "/f", "y"}).ok());
  const auto behind = cluster.tandem({"why", "/f"}).output;
  EXPECT_NE(behind.find("  to be healed from " + cluster.address(first + 1) + "; waiting for " +
                        cluster.address(first)),
            std::string::npos)
      << behind;
  ASSERT_TRUE(cluster.restart(first));
  ASSERT_TRUE(cluster.heals());
  const auto after = cluster.tandem({"why", "/f"}).output;
  EXPECT_NE(after.find("/f: ok"), std::string::npos) << after;
  EXPECT_EQ(after.find("to be healed"), std::string::npos) << after;
}

}  // namespace
}  // namespace tandem::test
