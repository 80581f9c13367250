// `tandem heal --watch` on a terminal: it waits for who is away, shows how it goes, and may be broken off.
#include <regex>

#include "tests/support/local_cluster/local_cluster.hpp"
#include "tests/support/local_cluster/terminal.hpp"

namespace tandem::test {
namespace {

namespace fs = std::filesystem;

constexpr int files = 24;
constexpr std::size_t file_bytes = 256 << 10;

// One pair whose first member is away and misses six MiB in 24 files.
class HealWatch : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(cluster.start_and_init());
    ASSERT_TRUE(cluster.stop(0));
    const TemporaryFolder local;
    std::vector<std::string> put{"put"};
    for (int file = 0; file < files; ++file) {
      put.push_back((local.path() / ("f" + std::to_string(file))).string());
      write_file(put.back(), bytes_of(static_cast<std::uint64_t>(file), file_bytes));
    }
    put.emplace_back("/");
    const auto done = cluster.tandem(put);
    ASSERT_TRUE(done.ok()) << describe(done);
  }

  Command watch(const std::string& rate) {
    return cluster.tandem_command(
        {"--set", "heal.rate=" + rate, "--set", "heal.foreground_share=0", "heal", "--watch"});
  }

  LocalCluster cluster{{.nodes = 2}};
};

// The rates that were shown, in KiB a second.
std::vector<double> rates_in(const std::string& text) {
  const std::regex rate(R"(([0-9.]+) (KiB|MiB)/s)");
  std::vector<double> rates;
  for (std::sregex_iterator at(text.begin(), text.end(), rate), end; at != end; ++at)
    rates.push_back(std::stod((*at)[1]) * ((*at)[2] == "MiB" ? 1024 : 1));
  return rates;
}

TEST_F(HealWatch, WaitsForWhoIsAwayShowsHowItGoesAndEndsWhenAllIsHealed) {
  Terminal terminal(watch("2MiB"));
  EXPECT_TRUE(terminal.sees("24 left, 1 waiting: " + cluster.address(0) + ": cannot connect"))
      << terminal.everything();
  ASSERT_TRUE(cluster.restart(0));
  for (const char* shown : {" files healed (", "MiB), ", " left, ", "iB/s, about ", " left"}) {
    EXPECT_TRUE(terminal.sees(shown)) << "no '" << shown << "' in:\n" << terminal.everything();
  }
  EXPECT_EQ(terminal.wait(std::chrono::seconds(60)), 0) << terminal.everything();
  EXPECT_TRUE(terminal.sees("\x1b[K24 files healed (6.0 MiB)\r\n")) << terminal.everything();
  for (const double rate : rates_in(terminal.everything())) {
    EXPECT_GT(rate, 400) << "the time it waited was counted:\n" << terminal.everything();
    EXPECT_LT(rate, 3 * 1024) << terminal.everything();
  }
  EXPECT_TRUE(cluster.tandem({"status"}).ok());
  EXPECT_TRUE(cluster.members_become_equal());
}

TEST_F(HealWatch, IsBrokenOffByCtrlCAndTheNextHealFinishes) {
  constexpr int interrupted = 130;
  ASSERT_TRUE(cluster.restart(0));
  {
    Terminal terminal(watch("1MiB"));
    ASSERT_TRUE(terminal.sees(" files healed (1.")) << terminal.everything();
    terminal.type("\x03");
    EXPECT_EQ(terminal.wait(std::chrono::seconds(3)), interrupted) << terminal.everything();
  }
  EXPECT_EQ(cluster.tandem({"catalogue", "dump", "h/"}).output, "") << "it still heals";
  EXPECT_NE(cluster.tandem({"catalogue", "dump", "w/"}).output, "") << "it was over before";
  for (const auto& entry : fs::directory_iterator(cluster.tree(0))) {
    EXPECT_EQ(fs::file_size(entry), file_bytes) << entry.path() << " is half there";
  }
  const auto healed = cluster.tandem({"heal"});
  EXPECT_TRUE(healed.ok()) << describe(healed);
  EXPECT_TRUE(cluster.tandem({"status"}).ok());
  EXPECT_TRUE(cluster.members_become_equal());
  EXPECT_TRUE(fs::is_empty(cluster.data_folder(0) / "staging"));
}

}  // namespace
}  // namespace tandem::test
