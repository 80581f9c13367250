// An empty folder in the place of a lost one is filled by whoever is there: a healer that is killed at it has
// not worked in vain.
#include <algorithm>
#include <atomic>

#include <nlohmann/json.hpp>

#include "tests/cluster/partitions/proxied_fixture.hpp"

namespace tandem::test {
namespace {

namespace fs = std::filesystem;

constexpr int files = 300;
constexpr std::size_t file_bytes = 2 << 10;
constexpr int pages = 2;  // in which a comparison that finds all of them missing writes its place down

class Filling : public ProxiedPair {
 protected:
  Filling() : ProxiedPair("[heal]\nautomatic = false\n") {}

  // A pair whose second member is an empty folder that has not been compared yet.
  void SetUp() override {
    ProxiedPair::SetUp();
    const TemporaryFolder local;
    fs::create_directory(local.path() / "all");
    for (int file = 0; file < files; ++file) {
      write_file(local.path() / "all" / std::to_string(file),
                 bytes_of(static_cast<std::uint64_t>(file), file_bytes));
    }
    ASSERT_TRUE(succeeds({"put", "-r", (local.path() / "all").string(), "/"}));
    ASSERT_TRUE(cluster.stop(1));
    fs::remove_all(cluster.data_folder(1));
    ASSERT_TRUE(cluster.restart(1));
    ASSERT_TRUE(succeeds({"node", "replace", cluster.address(1)}));
  }

  std::size_t marks() {
    const auto text = dump("w/");
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  }
  // Behind which id the comparison goes on: "start", or empty when it is done.
  std::string place() {
    const std::string key = "filling_behind=";
    const auto text = dump("n/");
    const auto at = text.find(key);
    return at == std::string::npos
               ? ""
               : text.substr(at + key.size(), text.find_first_of(" \n", at) - at - key.size());
  }
};

TEST_F(Filling, GoesOnWhereAKilledHealerCameTo) {
  std::atomic<int> asked{0};  // for a page of what the member holds
  proxies[1]->judge([&asked](std::string_view beginning) {
    const bool page = beginning.find("node.inventory") != std::string_view::npos;
    return page && ++asked == 2 ? Fate::swallow : Fate::pass;
  });
  ASSERT_EQ(place(), "start");
  {
    Child first(cluster.tandem_command({"--set", "timeouts.request=60s", "heal"}));
    ASSERT_TRUE(wait_until([&] { return asked == 2 || !first.running(); }));
    ASSERT_EQ(asked, 2) << "it compared everything at once: " << first.errors();
  }  // killed while it compares
  EXPECT_NE(place(), "start");
  EXPECT_NE(place(), "");
  EXPECT_GT(marks(), 0U);
  EXPECT_LT(marks(), files);
  {
    Child second(cluster.tandem_command({"--set", "heal.rate=512KiB", "heal"}));
    ASSERT_TRUE(wait_until([&] { return !second.running() || (place().empty() && marks() < files); }));
    ASSERT_TRUE(second.running()) << "it was over before it could be killed: " << second.errors();
  }  // killed while it copies
  EXPECT_EQ(asked, 1 + pages) << "of the page the first was killed at was asked twice, of no other";

  const auto left = marks();
  ASSERT_GT(left, 0U);
  const auto third = cluster.tandem({"--json", "heal"});
  ASSERT_TRUE(third.ok()) << describe(third);
  EXPECT_EQ(nlohmann::json::parse(third.output)["files_done"], left) << third.output;
  EXPECT_EQ(asked, 1 + pages) << "it compared again";
  EXPECT_TRUE(ends_as_the_catalogue_says());
  cluster.kill(0);
  proxies[0]->refuse();
  EXPECT_EQ(content("/all/7"), bytes_of(7, file_bytes));
}

}  // namespace
}  // namespace tandem::test
