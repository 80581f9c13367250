// The program itself: how it starts, refuses, obeys signals and ends.
#include <signal.h>

#include <algorithm>
#include <fstream>

#include "protocol/http/secret.hpp"
#include "tests/unit/storaged_daemon/daemon_fixture.hpp"

namespace tandem::storaged {
namespace {

std::string get(const std::string& target, const std::string& secret) {
  std::string request = "GET " + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n";
  if (!secret.empty()) request += "Authorization: " + protocol::basic_credentials(secret) + "\r\n";
  return request + "\r\n";
}

TEST_F(DaemonProcess, SaysOnceWhereItListensAndServes) {
  auto child = start();
  ASSERT_GT(port(), 0) << log();
  const std::string words = log();
  EXPECT_EQ(std::count(words.begin(), words.end(), '\n'), 1) << words;
  EXPECT_NE(ask(port(), call("mkdir", "/d")).find("<boolean>1</boolean>"), std::string::npos);
  EXPECT_TRUE(std::filesystem::is_directory(root() + "/tree/d"));
  const std::string metrics = ask(port(), get("/metrics", ""));
  EXPECT_NE(metrics.find("tandem_requests_total{call=\"plain_mkdir\",code=\"ok\"} 1"), std::string::npos);
  EXPECT_NE(metrics.find("\ntandem_directories 1\n"), std::string::npos);
}

TEST_F(DaemonProcess, EndsInOrderOnSigtermAndRemembersIt) {
  auto child = start();
  ASSERT_FALSE(node_file().clean);
  child.signal(SIGTERM);
  EXPECT_EQ(child.wait(soon), 0) << log();
  EXPECT_TRUE(node_file().clean);
  auto again = start();
  EXPECT_NE(log().find("previous_stop=clean"), std::string::npos);
  again.signal(SIGKILL);
  EXPECT_EQ(again.wait(soon), 128 + SIGKILL);
  auto third = start();
  EXPECT_NE(log().find("previous_stop=unclean"), std::string::npos);
  third.signal(SIGINT);
  EXPECT_EQ(third.wait(soon), 0);
}

TEST_F(DaemonProcess, FinishesOnSigtermWhatIsInFlight) {
  auto child = start();
  const std::string request = call("mkdir", "/late");
  const std::size_t body = request.find("\r\n\r\n") + 4;
  Connection connection(port());
  ASSERT_TRUE(connection.send(request.substr(0, body - 2) + "Expect: 100-continue\r\n\r\n"));
  ASSERT_TRUE(connection.receives("100 Continue\r\n\r\n")) << "the daemon is at it";
  const Connection idle(port());
  child.signal(SIGTERM);
  ASSERT_TRUE(test::wait_until([&] { return log().find("event=stopping") != std::string::npos; }));
  ASSERT_TRUE(test::wait_until([&] { return Connection(port()).refused(); })) << "nobody new is let in";
  ASSERT_TRUE(connection.send(request.substr(body)));
  EXPECT_NE(connection.rest().find("<boolean>1</boolean>"), std::string::npos);
  EXPECT_EQ(child.wait(soon), 0) << log();
  EXPECT_TRUE(std::filesystem::is_directory(root() + "/tree/late"));
  EXPECT_TRUE(node_file().clean);
}

TEST_F(DaemonProcess, ReadsSecretAndLogLevelAgainOnSighup) {
  const std::string secret = folder_ / "secret";
  const std::string config = folder_ / "storaged.toml";
  std::ofstream(secret) << "hush-one\n";
  std::ofstream(config) << "log-level = \"info\"\n";
  std::filesystem::permissions(secret,
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  auto child = start({"--secret-file", secret, "--config", config});
  EXPECT_TRUE(ask(port(), get("/metrics", "hush-one")).starts_with("HTTP/1.1 200"));
  EXPECT_TRUE(ask(port(), get("/metrics", "hush-not")).starts_with("HTTP/1.1 401"));
  EXPECT_TRUE(ask(port(), get("/metrics", "")).starts_with("HTTP/1.1 401"));
  std::ofstream(secret) << "hush-two\n";
  std::ofstream(config) << "log-level = \"debug\"\n";
  child.signal(SIGHUP);
  ASSERT_TRUE(test::wait_until([&] { return log().find("event=reloaded") != std::string::npos; }));
  EXPECT_TRUE(ask(port(), get("/metrics", "hush-one")).starts_with("HTTP/1.1 401"));
  EXPECT_TRUE(ask(port(), get("/metrics", "hush-two")).starts_with("HTTP/1.1 200"));
  EXPECT_TRUE(test::wait_until([&] { return log().find("level=debug event=served") != std::string::npos; }));
  // A secret that is gone must not open the door.
  std::filesystem::remove(secret);
  child.signal(SIGHUP);
  ASSERT_TRUE(test::wait_until([&] { return log().find("event=failed") != std::string::npos; }));
  EXPECT_TRUE(ask(port(), get("/metrics", "hush-two")).starts_with("HTTP/1.1 200"));
  EXPECT_TRUE(ask(port(), get("/metrics", "")).starts_with("HTTP/1.1 401"));
  for (const char* word : {"hush-one", "hush-two", "hush-not"})
    EXPECT_EQ(log().find(word), std::string::npos) << "a secret must not be in the log";
}

TEST_F(DaemonProcess, RefusesAFolderInUse) {
  auto child = start();
  const auto second = test::run(command({}));
  EXPECT_EQ(second.status, 17) << test::describe(second);
  EXPECT_NE(second.errors.find("in use by a live daemon, pid " + std::to_string(child.pid())),
            std::string::npos);
  EXPECT_TRUE(child.running());
}

TEST_F(DaemonProcess, RefusesFoldersItCannotUseWith78AndTheMend) {
  std::filesystem::create_directories(root());
  std::ofstream(root() + "/holiday.jpg") << "x";
  const auto foreign = test::run(command({}));
  EXPECT_EQ(foreign.status, 78) << test::describe(foreign);
  EXPECT_NE(foreign.errors.find("mend="), std::string::npos);
  std::filesystem::remove(root() + "/holiday.jpg");
  std::ofstream(root() + "/node.toml") << "format = 99\n";
  const auto newer = test::run(command({}));
  EXPECT_EQ(newer.status, 78) << test::describe(newer);
  EXPECT_NE(newer.errors.find("format 99"), std::string::npos);
  std::ofstream(root() + "/node.toml") << "format = 1\nuuid = 3\n";
  const auto garbage = test::run(command({}));
  EXPECT_EQ(garbage.status, 78) << test::describe(garbage);
  EXPECT_NE(garbage.errors.find("node.toml"), std::string::npos);
  EXPECT_NE(garbage.errors.find("line 2"), std::string::npos);
}

TEST_F(DaemonProcess, EndsWith64OnAWrongCommandLineAnd78OnAMissingSecret) {
  EXPECT_EQ(test::run(command({"--unheard-of"})).status, 64);
  EXPECT_EQ(test::run(command({"--secret-file", folder_ / "none"})).status, 78);
  EXPECT_EQ(test::run(command({"--config", folder_ / "none"})).status, 78);
  const auto version = test::run(command({"--version"}));
  EXPECT_EQ(version.status, 0);
  EXPECT_TRUE(version.output.starts_with("storaged ")) << version.output;
}

}  // namespace
}  // namespace tandem::storaged
