// A client dies by SIGKILL at any moment: the next one finds the old state or the new one of each change,
// never a mixture, what the dead one owed the nodes is settled, and members end equal.
#include <random>
#include <thread>

#include "tests/cluster/cluster_fixture.hpp"

namespace tandem::test {
namespace {

using ClientKilled = FourNodes;

constexpr int deaths = 12;

class Aftermath {
 public:
  explicit Aftermath(LocalCluster& cluster) : cluster_(cluster) {}

  // Exactly one of the two, or a failure.
  void expect_one_of(const std::string& path, const std::string& old_content,
                     const std::string& new_content) {
    const auto outcome = cluster_.tandem({"read", path});
    EXPECT_TRUE(outcome.ok()) << describe(outcome);
    EXPECT_TRUE(outcome.output == old_content || outcome.output == new_content)
        << path << " holds " << outcome.output.size() << " bytes that nobody wrote";
  }

  void expect_exactly_one_name(const std::string& left, const std::string& right) {
    const auto left_status = cluster_.tandem({"stat", left});
    const auto right_status = cluster_.tandem({"stat", right});
    EXPECT_NE(left_status.ok(), right_status.ok()) << left << ": " << describe(left_status) << "\n"
                                                   << right << ": " << describe(right_status);
  }

  // The file is whole or was never there.
  void expect_whole_or_absent(const std::string& path, const std::string& content) {
    constexpr int not_found = 10;
    const auto outcome = cluster_.tandem({"read", path});
    if (outcome.status == not_found) return;
    EXPECT_TRUE(outcome.ok()) << describe(outcome);
    EXPECT_TRUE(outcome.output == content) << path << " is half there: " << outcome.output.size() << " bytes";
  }

 private:
  LocalCluster& cluster_;
};

std::string changes_below(const std::string& at, const std::string& base) {
  return "write " + at + "/overwritten --from " + base + "\n" +  //
         "mv " + at + "/left " + at + "/right\n" +               //
         "mkdir " + at + "/deep\n" +                             //
         "write " + at + "/deep/fresh --from " + base + "\n" +   //
         "mv " + at + "/deep " + at + "/moved\n" +               //
         "write " + at + "/overwritten tail --append\n" +        //
         "rm " + at + "/right\n";
}

TEST_F(ClientKilled, LeavesOldOrNewAndTheNextClientSettlesWhatItOwed) {
  std::mt19937 chance(20);
  std::uniform_int_distribution<int> delays(0, 120);
  const auto old_content = bytes_of(1, 200'000);
  const auto new_content = bytes_of(2, 300'000);
  const auto base = cluster.folder() / "new";
  write_file(base, new_content);
  Aftermath next(cluster);
  for (int death = 0; death < deaths; ++death) {
    const auto at = "/r" + std::to_string(death);
    ASSERT_TRUE(succeeds({"mkdir", at}));
    ASSERT_TRUE(succeeds({"write", at + "/overwritten", "-"}, old_content));
    ASSERT_TRUE(succeeds({"write", at + "/left", "moving"}));
    const auto moment = std::chrono::milliseconds(delays(chance));
    {
      Child client(cluster.tandem_command({"run", "-"}, changes_below(at, base.string())));
      std::this_thread::sleep_for(moment);  // the moment of death is the chance this test is about
    }
    SCOPED_TRACE(at + " killed after " + std::to_string(moment.count()) + " ms");
    const auto overwritten = cluster.tandem({"read", at + "/overwritten"});
    EXPECT_TRUE(overwritten.ok()) << describe(overwritten);
    EXPECT_TRUE(overwritten.output == old_content || overwritten.output == new_content ||
                overwritten.output == new_content + "tail")
        << overwritten.output.size() << " bytes that nobody wrote";
    if (cluster.tandem({"stat", at + "/moved"}).ok()) {
      next.expect_one_of(at + "/moved/fresh", new_content, new_content);
    } else {
      next.expect_exactly_one_name(at + "/left", at + "/right");
      next.expect_whole_or_absent(at + "/deep/fresh", new_content);
    }
  }
  EXPECT_TRUE(cluster.ends_as_the_catalogue_says());
  for (std::size_t node = 0; node < cluster.nodes(); ++node) {
    cluster.kill(node);
    ASSERT_TRUE(cluster.restart(node));
  }
  EXPECT_TRUE(cluster.ends_as_the_catalogue_says()) << "after every daemon was restarted";
}

TEST_F(ClientKilled, InTheMiddleOfAnUploadLeavesNoHalfFile) {
  const auto content = bytes_of(5, 64 << 20);
  const auto local = cluster.folder() / "upload";
  write_file(local, content);
  {
    Child client(cluster.tandem_command({"put", local.string(), "/upload"}));
    EXPECT_FALSE(client.wait(std::chrono::milliseconds(40)).has_value()) << "too fast to be killed";
  }
  Aftermath(cluster).expect_whole_or_absent("/upload", content);
  ASSERT_TRUE(succeeds({"put", local.string(), "/upload"}));
  EXPECT_TRUE(content == cluster.tandem({"read", "/upload"}).output);
  EXPECT_TRUE(cluster.ends_as_the_catalogue_says());
}

}  // namespace
}  // namespace tandem::test
