// The cluster's secret on real daemons and clients: what a file that everybody can read, or an odd one, does.
#include "tests/cluster/cluster_fixture.hpp"

namespace tandem::test {
namespace {

namespace fs = std::filesystem;

class SharedSecret : public testing::Test {
 protected:
  SharedSecret() {
    write_file(file_, "hush \n");
    ClusterOptions options;
    options.nodes = 2;
    options.daemon_arguments = {"--secret-file", file_};
    cluster_ = std::make_unique<LocalCluster>(options);
  }
  Outcome tandem(std::vector<std::string> words) {
    words.insert(words.begin(), {"--set", "cluster.secret_file=" + client_file_});
    return cluster_->tandem(std::move(words));
  }

  TemporaryFolder folder_;
  const std::string file_ = folder_.path() / "secret";
  const std::string client_file_ = folder_.path() / "secret-of-the-client";
  std::unique_ptr<LocalCluster> cluster_;
};

TEST_F(SharedSecret, ThatEverybodyCanReadIsWarnedOfByDaemonsAndClientsAlike) {
  write_file(client_file_, "\thush");
  fs::permissions(file_, fs::perms::others_read, fs::perm_options::add);
  fs::permissions(client_file_, fs::perms::others_read, fs::perm_options::add);
  ASSERT_TRUE(cluster_->start());
  EXPECT_NE(cluster_->logs().find("level=warning event=secret_readable"), std::string::npos);
  ASSERT_TRUE(tandem({"init"}).ok()) << "white space around it is no part of it, for either";
  const auto warned = tandem({"ls"});
  EXPECT_TRUE(warned.ok());
  EXPECT_NE(
      warned.errors.find("warning: " + client_file_ + ": everybody on this machine can read the secret"),
      std::string::npos)
      << describe(warned);
  fs::permissions(client_file_, fs::perms::others_read, fs::perm_options::remove);
  EXPECT_EQ(tandem({"ls"}).errors, "");
  EXPECT_EQ((cluster_->logs() + warned.errors).find("hush"), std::string::npos);
}

}  // namespace
}  // namespace tandem::test
