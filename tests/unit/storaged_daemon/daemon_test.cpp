// The program itself: how it starts, refuses, obeys signals and ends.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "protocol/http/secret.hpp"
#include "storaged/disk/node_file.hpp"
#include "storaged/disk/posix_filesystem.hpp"
#include "tests/support/local_cluster/child.hpp"
#include "tests/support/local_cluster/local_cluster.hpp"

namespace tandem::storaged {
namespace {

// One request on a connection of its own; the whole reply, or "" when nobody listens.
std::string ask(int port, const std::string& request) {
  const int connection = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const timeval patience{10, 0};
  ::setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  std::string reply;
  if (::connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      ::send(connection, request.data(), request.size(), MSG_NOSIGNAL) ==
          static_cast<ssize_t>(request.size())) {
    char piece[4096];
    for (ssize_t count = 0; (count = ::recv(connection, piece, sizeof piece, 0)) > 0;)
      reply.append(piece, static_cast<std::size_t>(count));
  }
  ::close(connection);
  return reply;
}

std::string get(const std::string& target, const std::string& secret) {
  std::string request = "GET " + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n";
  if (!secret.empty()) request += "Authorization: " + protocol::basic_credentials(secret) + "\r\n";
  return request + "\r\n";
}

std::string call(const std::string& method, const std::string& path) {
  const std::string body = "<?xml version=\"1.0\"?><methodCall><methodName>" + method +
                           "</methodName><params><param><value><string>" + path +
                           "</string></value></param></params></methodCall>";
  return "POST /RPC2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: text/xml\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

class DaemonProcess : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "daemon-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  test::Command command(std::vector<std::string> more) const {
    test::Command command;
    command.arguments = {
        test::program("storaged"), "--root", root(), "--listen", "127.0.0.1:0", "--reserve", "0"};
    command.arguments.insert(command.arguments.end(), more.begin(), more.end());
    return command;
  }
  // Runs it with its words in a file, and waits until it listens.
  test::Child start(std::vector<std::string> more = {}) {
    auto with_log = command(std::move(more));
    std::filesystem::remove(log_file());
    with_log.log_file = log_file();
    test::Child child(with_log);
    EXPECT_TRUE(test::wait_until([&] { return !child.running() || port() > 0; })) << log();
    return child;
  }
  std::string root() const { return folder_ / "root"; }
  std::string log_file() const { return folder_ / "log"; }
  std::string log() const {
    std::ostringstream text;
    text << std::ifstream(log_file()).rdbuf();
    return text.str();
  }
  int port() const {
    const std::string start_of_line = "level=info event=listening node=127.0.0.1:";
    const std::string text = log();
    const std::size_t at = text.find(start_of_line);
    if (at == std::string::npos || text.find('\n', at) == std::string::npos) return 0;
    return std::stoi(text.substr(at + start_of_line.size()));
  }
  NodeFile node_file() const {
    auto filesystem = PosixFilesystem::open_root(root());
    return **read_node_file(**filesystem);
  }

  std::filesystem::path folder_;
};

constexpr std::chrono::seconds soon{20};

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
