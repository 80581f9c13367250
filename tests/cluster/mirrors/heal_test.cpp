// How members are brought up to date: by one healer at a time, what somebody waits for first, and visibly.
#include <csignal>
#include <sstream>

#include "tests/cluster/cluster_fixture.hpp"
#include "tests/support/local_cluster/terminal.hpp"

namespace tandem::test {
namespace {

constexpr int files = 40;
constexpr std::size_t file_bytes = 256 << 10;

std::string path_of(int file) {
  return "/f" + std::to_string(file);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// One pair whose first member is back and misses ten MiB in forty files.
class Healing : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(cluster.start_and_init());
    ASSERT_TRUE(cluster.stop(0));
    const TemporaryFolder local;
    std::vector<std::string> put{"put"};
    for (int file = 0; file < files; ++file) {
      write_file(local.path() / path_of(file).substr(1),
                 bytes_of(static_cast<std::uint64_t>(file), file_bytes));
      put.push_back((local.path() / path_of(file).substr(1)).string());
    }
    put.emplace_back("/");
    const auto done = cluster.tandem(put);
    ASSERT_TRUE(done.ok()) << describe(done);
    ASSERT_TRUE(cluster.restart(0));
  }

  std::vector<std::string> dump(const std::string& prefix) {
    return lines_of(cluster.tandem({"catalogue", "dump", prefix}).output);
  }
  // A healer that takes about ten seconds, or as many times longer as its rate is less than a MiB a second.
  Command slow(const std::string& command, const std::string& rate = "1MiB") {
    return cluster.tandem_command(
        {"--set", "heal.rate=" + rate, "--set", "heal.foreground_share=0", command});
  }
  bool healed_by(pid_t pid) {
    const auto leases = dump("h/");
    return leases.size() == 1 && leases.front().find(", " + std::to_string(pid) + "\"") != std::string::npos;
  }

  LocalCluster cluster{{.nodes = 2}};
};

TEST_F(Healing, IsDoneByOneProgramAtATimeAndTakenOverWhenThatDies) {
  Child first(slow("heal"));
  ASSERT_TRUE(wait_until([&] { return healed_by(first.pid()); }));
  Child second(cluster.tandem_command({"heal"}));
  EXPECT_FALSE(second.wait(std::chrono::milliseconds(1500)))
      << "it healed beside the first: " << second.output();
  EXPECT_TRUE(first.running());
  EXPECT_TRUE(healed_by(first.pid()));
  EXPECT_GT(dump("w/").size(), 0U);
  first.signal(SIGKILL);
  EXPECT_EQ(second.wait(std::chrono::seconds(20)), 0) << second.errors();
  EXPECT_TRUE(dump("w/").empty());
  EXPECT_TRUE(cluster.heals());
}

TEST_F(Healing, BringsFirstWhatSomebodyReads) {
  // Finding the file and reading it has to be done before half of them had their turn, on any machine.
  Child agent(slow("agent", "512KiB"));
  ASSERT_TRUE(wait_until([&] { return healed_by(agent.pid()); }));
  const auto marks = dump("w/");  // in the order in which they are healed
  ASSERT_GT(marks.size(), 20U);
  const std::string last = marks.back().substr(marks.back().find("w/") + 35, 32);
  std::string wanted;
  for (int file = 0; file < files && wanted.empty(); ++file) {
    const auto about = cluster.tandem({"--json", "stat", path_of(file)});
    if (about.output.find(last) != std::string::npos) wanted = path_of(file);
  }
  ASSERT_FALSE(wanted.empty()) << last;
  const auto is_healed = [&] {
    // Members take turns within one process: one of two reads meets the copy that is behind.
    EXPECT_TRUE(
        cluster.tandem({"--set", "read.hedge=0", "run", "-"}, "read " + wanted + "\nread " + wanted).ok());
    return cluster.tandem({"why", wanted}).output.find("marked") == std::string::npos;
  };
  ASSERT_TRUE(wait_until(is_healed));
  EXPECT_GT(dump("w/").size(), marks.size() / 2) << "it had its turn last";
  agent.signal(SIGTERM);
  EXPECT_TRUE(agent.wait(std::chrono::seconds(10)));
  EXPECT_TRUE(cluster.heals());
}

// Nobody says `heal`; asking for the status heals nothing.
TEST_F(Healing, IsDoneByAnInteractiveShellOnItsOwn) {
  Terminal shell(cluster.tandem_command({"shell"}));
  EXPECT_TRUE(wait_until([&] { return cluster.tandem({"status"}).ok(); }, std::chrono::seconds(60)))
      << shell.everything();
  EXPECT_TRUE(cluster.members_equal(0));
  shell.type("exit\r");
  EXPECT_EQ(shell.wait(std::chrono::seconds(20)), 0) << shell.everything();
}

TEST_F(Healing, IsDoneByAnAgentOnItsOwn) {
  Child agent(cluster.tandem_command({"agent"}));
  EXPECT_TRUE(wait_until([&] { return cluster.tandem({"status"}).ok(); }, std::chrono::seconds(60)))
      << agent.errors();
  EXPECT_TRUE(cluster.members_equal(0));
  agent.signal(SIGTERM);
  EXPECT_TRUE(agent.wait(std::chrono::seconds(10)));
}

TEST_F(Healing, TellsHowLongItStillTakes) {
  Child healer(slow("heal"));
  double seconds = -1;
  ASSERT_TRUE(wait_until([&] {
    const std::string status = cluster.tandem({"--json", "status"}).output;
    const std::string key = "\"eta_seconds\":";
    for (auto at = status.find(key); at != std::string::npos; at = status.find(key, at + 1)) {
      const std::string value = status.substr(at + key.size(), 12);
      if (value.find("null") == std::string::npos) seconds = std::stod(value);
    }
    return seconds > 0 || !healer.running();
  }));
  EXPECT_GT(seconds, 0.5);
  EXPECT_LT(seconds, 120);
  EXPECT_EQ(healer.wait(std::chrono::seconds(60)), 0);
}

}  // namespace
}  // namespace tandem::test
