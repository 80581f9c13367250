#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "gateway/config/config.hpp"

namespace tandem::gateway {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr const char* two_pairs = R"([cluster]
name = "home"
[[pair]]
name = "p1"
members = ["127.0.0.1:7001", "127.0.0.1:7002"]
[[pair]]
name = "p2"
members = ["127.0.0.1:7003", "127.0.0.1:7004"]
)";

Config parsed(const std::string& text, const std::vector<std::string>& overrides = {}) {
  auto config = parse_config(text, "/etc/tandem/tandem.toml", overrides);
  EXPECT_TRUE(config.ok()) << (config.ok() ? "" : to_string(config.error()));
  return config.ok() ? *config : Config{};
}

class ConfigFile : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "tandem-config-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
};

TEST(Config, ASmallFileGetsTheDocumentedDefaults) {
  const Config config = parsed(two_pairs);
  EXPECT_EQ(config.cluster.name, "home");
  EXPECT_EQ(config.cluster.catalogue, "sqlite:/etc/tandem/catalogue.db");
  EXPECT_EQ(config.cluster.placement, PlacementPolicy::round_robin);
  EXPECT_EQ(config.cluster.write_quorum, 1U);
  EXPECT_TRUE(config.cluster.durable);
  EXPECT_EQ(config.cluster.secret_file, "");
  EXPECT_EQ(config.timeouts.connect, milliseconds(300));
  EXPECT_EQ(config.read.hedge, milliseconds(10));
  EXPECT_EQ(config.limits.reserve_bytes, std::uint64_t{1} << 30);
  EXPECT_EQ(config.heal.rate_bytes_per_second, 0U);
  EXPECT_EQ(config.scrub.rate_bytes_per_second, 20U << 20);
  ASSERT_EQ(config.pairs.size(), 2U);
  EXPECT_EQ(config.pairs[1].name, "p2");
  EXPECT_EQ(config.pairs[1].members, (std::vector<std::string>{"127.0.0.1:7003", "127.0.0.1:7004"}));
}

TEST(Config, EveryKeyCanBeSet) {
  const Config config = parsed(R"([cluster]
name = "lab"
catalogue = "sqlite:/var/lib/tandem/c.db"
placement = "most-free"
write_quorum = 2
read_quorum = 2
durability = "memory"
secret_file = "keys/secret"
[timeouts]
connect = "1s"
request = "2s"
retries = 7
verdict = "3s"
lock_wait = "4s"
operation = "5m"
[read]
hedge = "0"
[session]
lease = "20s"
[cache]
entries = 5000
[limits]
connections_per_node = 3
transfers = 2
reserve = "2GiB"
backlog_names = 10
[heal]
automatic = false
rate = "5MiB/s"
foreground_share = 0.25
[scrub]
every = "7d"
rate = "unlimited"
[log]
level = "debug"
[[pair]]
name = "p1"
members = ["Node-A:7001", "[::1]:7002", "10.0.0.3:7003"]
)");
  EXPECT_EQ(config.cluster.name, "lab");
  EXPECT_EQ(config.cluster.catalogue, "sqlite:/var/lib/tandem/c.db");
  EXPECT_EQ(config.cluster.placement, PlacementPolicy::most_free);
  EXPECT_EQ(config.cluster.write_quorum, 2U);
  EXPECT_EQ(config.cluster.read_quorum, 2U);
  EXPECT_FALSE(config.cluster.durable);
  EXPECT_EQ(config.cluster.secret_file, "/etc/tandem/keys/secret");
  EXPECT_EQ(config.timeouts.connect, seconds(1));
  EXPECT_EQ(config.timeouts.request, seconds(2));
  EXPECT_EQ(config.timeouts.retries, 7U);
  EXPECT_EQ(config.timeouts.verdict, seconds(3));
  EXPECT_EQ(config.timeouts.lock_wait, seconds(4));
  EXPECT_EQ(config.timeouts.operation, seconds(300));
  EXPECT_EQ(config.read.hedge, Duration::zero());
  EXPECT_EQ(config.session.lease, seconds(20));
  EXPECT_EQ(config.cache.entries, 5000U);
  EXPECT_EQ(config.limits.connections_per_node, 3U);
  EXPECT_EQ(config.limits.transfers, 2U);
  EXPECT_EQ(config.limits.reserve_bytes, std::uint64_t{2} << 30);
  EXPECT_EQ(config.limits.backlog_names, 10U);
  EXPECT_FALSE(config.heal.automatic);
  EXPECT_EQ(config.heal.rate_bytes_per_second, 5U << 20);
  EXPECT_DOUBLE_EQ(config.heal.foreground_share, 0.25);
  EXPECT_EQ(config.scrub.every, hours(24 * 7));
  EXPECT_EQ(config.scrub.rate_bytes_per_second, 0U);
  EXPECT_EQ(config.log.level, "debug");
  EXPECT_EQ(config.pairs[0].members,
            (std::vector<std::string>{"node-a:7001", "[::1]:7002", "10.0.0.3:7003"}));
}

TEST(Config, OverridesWinOverTheFile) {
  const Config config =
      parsed(two_pairs, {"cluster.name=other", "timeouts.request=250ms", "heal.automatic=false",
                         "cluster.write_quorum=2", "heal.foreground_share=1"});
  EXPECT_EQ(config.cluster.name, "other");
  EXPECT_EQ(config.timeouts.request, milliseconds(250));
  EXPECT_FALSE(config.heal.automatic);
  EXPECT_EQ(config.cluster.write_quorum, 2U);
  EXPECT_DOUBLE_EQ(config.heal.foreground_share, 1.0);
}

TEST(Config, AnEtcdAddressIsKeptAsItIs) {
  const Config config = parsed(two_pairs, {"cluster.catalogue=etcd://10.0.0.1:2379,10.0.0.2:2379"});
  EXPECT_EQ(config.cluster.catalogue, "etcd://10.0.0.1:2379,10.0.0.2:2379");
}

TEST_F(ConfigFile, RelativePathsCountFromItsFolder) {
  const auto file = folder_ / "tandem.toml";
  std::ofstream(file) << "[cluster]\ncatalogue = \"sqlite:data/../c.db\"\nsecret_file = \"secret\"\n"
                      << "[[pair]]\nname = \"p1\"\nmembers = [\"a:1\", \"b:1\"]\n";
  const auto config = load_config(file.string(), {});
  ASSERT_TRUE(config.ok()) << to_string(config.error());
  EXPECT_EQ(config->file, file.string());
  EXPECT_EQ(config->cluster.catalogue, "sqlite:" + (folder_ / "c.db").string());
  EXPECT_EQ(config->cluster.secret_file, (folder_ / "secret").string());
}

TEST_F(ConfigFile, AMissingFileOrAFolderIsInvalidAndNamed) {
  const auto missing = load_config((folder_ / "none.toml").string(), {});
  ASSERT_EQ(missing.code(), Code::invalid);
  EXPECT_EQ(missing.error().path, (folder_ / "none.toml").string());
  EXPECT_NE(missing.error().mend.find("--config"), std::string::npos);
  EXPECT_EQ(load_config(folder_.string(), {}).code(), Code::invalid);
}

TEST_F(ConfigFile, AnEndlessFileIsNotReadToItsEnd) {
  EXPECT_EQ(load_config("/dev/zero", {}).code(), Code::invalid);
}

TEST(Config, TheSampleFilesAreAccepted) {
  const char* source = std::getenv("TANDEM_SOURCE");
  ASSERT_NE(source, nullptr);
  std::size_t samples = 0;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(source) / "configs")) {
    if (entry.path().extension() != ".toml") continue;
    const auto config = load_config(entry.path().string(), {});
    EXPECT_TRUE(config.ok()) << to_string(config.error());
    ++samples;
  }
  EXPECT_GE(samples, 2U);
}

}  // namespace
}  // namespace tandem::gateway
