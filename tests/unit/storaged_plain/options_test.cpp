#include "storaged/options.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <vector>

namespace tandem::storaged {
namespace {

ParsedOptions parse(std::vector<const char*> words) {
  words.insert(words.begin(), "storaged");
  return parse_options(static_cast<int>(words.size()), words.data(), "1.2.3");
}

class OptionFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "options-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string file(const std::string& name, const std::string& text) {
    const auto path = folder_ / name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  std::filesystem::path folder_;
};

TEST(Options, HaveTheirDefaults) {
  const auto parsed = parse({"--root", "/srv/data", "--listen", "127.0.0.1:7001"});
  ASSERT_TRUE(parsed.options) << parsed.text;
  EXPECT_EQ(parsed.options->root, "/srv/data");
  EXPECT_EQ(parsed.options->listen, "127.0.0.1:7001");
  EXPECT_EQ(parsed.options->connections_max, 1024U);
  EXPECT_EQ(parsed.options->reserve_bytes, std::uint64_t{1} << 30);
  EXPECT_EQ(parsed.options->log_level, LogLevel::info);
}

TEST(Options, AreTakenAsWritten) {
  const auto parsed = parse({"--root", "d", "--listen", "[::1]:0", "--max-connections", "5", "--reserve",
                             "20MiB", "--log-level", "debug"});
  ASSERT_TRUE(parsed.options) << parsed.text;
  EXPECT_EQ(parsed.options->connections_max, 5U);
  EXPECT_EQ(parsed.options->reserve_bytes, 20U << 20U);
  EXPECT_EQ(parsed.options->log_level, LogLevel::debug);
  EXPECT_EQ(parse({"--root", "d", "--listen", "[::1]:0", "--reserve", "0"}).options->reserve_bytes, 0U);
}

TEST(Options, ThatAreWrongEndWith64AndSayWhich) {
  const std::vector<std::vector<const char*>> wrong = {
      {},
      {"--root", "d"},
      {"--root", "d", "--listen", "7001"},
      {"--root", "d", "--listen", "host:"},
      {"--root", "d", "--listen", "localhost:70000"},
      {"--root", "d", "--listen", "::1:7001"},
      {"--root", "d", "--listen", "localhost:1", "--reserve", "much"},
      {"--root", "d", "--listen", "localhost:1", "--log-level", "loud"},
      {"--root", "d", "--listen", "localhost:1", "--max-connections", "0"},
      {"--root", "d", "--listen", "localhost:1", "--secret-file", "f", "--allow-unauthenticated"},
      {"--root", "d", "--listen", "localhost:1", "--unheard-of"},
      {"--root", "d", "--listen", "localhost:1", "stray"},
  };
  for (const auto& words : wrong) {
    const auto parsed = parse(words);
    EXPECT_FALSE(parsed.options);
    EXPECT_EQ(parsed.status, exit_usage) << parsed.text;
    EXPECT_TRUE(parsed.text.starts_with("storaged: ")) << parsed.text;
  }
}

TEST(Options, WithoutASecretOnlyLoopbackIsListenedOn) {
  for (const char* listen : {"127.0.0.1:1", "127.9.9.9:1", "[::1]:1", "localhost:1"})
    EXPECT_TRUE(parse({"--root", "d", "--listen", listen}).options) << listen;
  for (const char* listen : {"0.0.0.0:1", "[::]:1", "10.0.0.1:1", "example.org:1", "128.0.0.1:1"}) {
    const auto refused = parse({"--root", "d", "--listen", listen});
    EXPECT_EQ(refused.status, exit_usage);
    EXPECT_NE(refused.text.find("loopback only"), std::string::npos);
    EXPECT_TRUE(parse({"--root", "d", "--listen", listen, "--secret-file", "f"}).options);
    EXPECT_TRUE(parse({"--root", "d", "--listen", listen, "--allow-unauthenticated"}).options);
  }
}

TEST(Options, HelpAndVersionAreNoFailure) {
  EXPECT_EQ(parse({"--version"}).text, "storaged 1.2.3\n");
  EXPECT_EQ(parse({"--version"}).status, 0);
  const auto help = parse({"--help"});
  EXPECT_EQ(help.status, 0);
  for (const char* option : {"--root", "--listen", "--secret-file", "--allow-unauthenticated",
                             "--max-connections", "--reserve", "--log-level", "--config"})
    EXPECT_NE(help.text.find(option), std::string::npos) << option;
}

TEST_F(OptionFiles, MayComeFromAConfigFile) {
  const auto config = file("storaged.toml",
                           "root = \"/srv/data\"\nlisten = \"127.0.0.1:7001\"\nreserve = \"2GiB\"\n"
                           "max-connections = 9\nlog-level = \"warning\"\n");
  const auto parsed = parse({"--config", config.c_str(), "--log-level", "error"});
  ASSERT_TRUE(parsed.options) << parsed.text;
  EXPECT_EQ(parsed.options->root, "/srv/data");
  EXPECT_EQ(parsed.options->reserve_bytes, std::uint64_t{2} << 30);
  EXPECT_EQ(parsed.options->connections_max, 9U);
  EXPECT_EQ(parsed.options->log_level, LogLevel::error) << "the command line goes first";
}

TEST_F(OptionFiles, AConfigFileThatIsWrongOrMissingEndsWith78) {
  const auto unknown = file("unknown.toml", "root = \"d\"\nlisten = \"localhost:1\"\nsurprise = 1\n");
  EXPECT_EQ(parse({"--config", unknown.c_str()}).status, exit_config);
  const auto missing = (folder_ / "none.toml").string();
  EXPECT_EQ(parse({"--root", "d", "--listen", "localhost:1", "--config", missing.c_str()}).status,
            exit_config);
}

}  // namespace
}  // namespace tandem::storaged
