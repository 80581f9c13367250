// The proxy between gateways and a daemon, held against a server that echoes lines.
#include "tests/support/fault_proxy/fault_proxy.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/local_cluster/local_cluster.hpp"

namespace tandem::test {
namespace {

using std::chrono::milliseconds;

bool readable(const OwnedSocket& socket, milliseconds limit) {
  pollfd waiting{socket.handle(), POLLIN, 0};
  return ::poll(&waiting, 1, static_cast<int>(limit.count())) > 0;
}

// A line without its end; nothing: the connection ended, or nothing came in time.
std::optional<std::string> line_from(const OwnedSocket& socket, milliseconds limit = milliseconds(5000)) {
  std::string line;
  for (char byte = 0; readable(socket, limit) && ::recv(socket.handle(), &byte, 1, 0) == 1;) {
    if (byte == '\n') return line;
    line += byte;
  }
  return std::nullopt;
}

bool ended(const OwnedSocket& socket) {
  char byte = 0;
  return readable(socket, milliseconds(5000)) && ::recv(socket.handle(), &byte, 1, 0) <= 0;
}

bool say(const OwnedSocket& socket, const std::string& text) {
  return ::send(socket.handle(), text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
}

// Answers every line with "got " and the line; one connection at a time is enough.
class Echo {
 public:
  Echo() : listener_(listen_at(port_.number(), 64)), thread_([this] { serve(); }) {}
  ~Echo() {
    stopping_ = true;
    thread_.join();
  }
  std::uint16_t port() const { return port_.number(); }
  std::vector<std::string> heard() const {
    const std::scoped_lock lock(mutex_);
    return heard_;
  }
  std::size_t lines() const { return heard().size(); }

 private:
  void serve() {
    std::vector<OwnedSocket> clients;
    while (!stopping_) {
      if (readable(listener_, milliseconds(1))) {
        clients.emplace_back(::accept4(listener_.handle(), nullptr, nullptr, SOCK_CLOEXEC));
      }
      for (const auto& client : clients) {
        if (!readable(client, milliseconds(0))) continue;
        const auto line = line_from(client, milliseconds(100));
        if (!line) continue;
        const auto words = line->substr(0, line->find('\r'));
        hear(words);
        say(client, "got " + words + "\n");
      }
    }
  }

  void hear(const std::string& words) {
    const std::scoped_lock lock(mutex_);
    heard_.push_back(words);
  }

  ReservedPort port_;
  OwnedSocket listener_;
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;
  std::vector<std::string> heard_;
  std::thread thread_;
};

class AFaultProxy : public testing::Test {
 protected:
  OwnedSocket client() { return connect_to(proxy.port()); }
  // What comes back for one line on a connection of its own.
  std::optional<std::string> ask(const std::string& line, milliseconds limit = milliseconds(5000)) {
    const auto socket = client();
    if (!socket.is_open() || !say(socket, line + "\r\n")) return std::nullopt;
    return line_from(socket, limit);
  }

  Echo echo;
  FaultProxy proxy{echo.port()};
};

TEST_F(AFaultProxy, PassesAndCounts) {
  const auto socket = client();
  for (int turn = 0; turn < 3; ++turn) {
    ASSERT_TRUE(say(socket, "hello\r\n"));
    EXPECT_EQ(line_from(socket), "got hello");
  }
  EXPECT_EQ(proxy.counts().connections, 1U);
  EXPECT_EQ(proxy.counts().requests, 3U);
  EXPECT_EQ(proxy.counts().forwarded, 3U);
}

TEST_F(AFaultProxy, RefusesAndPassesAgain) {
  const auto before = client();
  ASSERT_TRUE(say(before, "hello\r\n"));
  ASSERT_EQ(line_from(before), "got hello");
  proxy.refuse();
  EXPECT_TRUE(ended(before));
  for (int turn = 0; turn < 3; ++turn) {
    proxy.refuse();
    EXPECT_FALSE(client().is_open());
    proxy.pass();
    EXPECT_EQ(ask("again"), "got again");
  }
}

TEST_F(AFaultProxy, ThatIsCutOffLetsNoConnectionComeAbout) {
  proxy.cut_off();
  const auto socket = begin_to_connect(proxy.port());
  pollfd waiting{socket.handle(), POLLOUT, 0};
  EXPECT_EQ(::poll(&waiting, 1, 400), 0) << "neither accepted nor refused";
  proxy.pass();
  EXPECT_EQ(ask("again"), "got again");
}

TEST_F(AFaultProxy, ThatIsABlackHoleAcceptsAndKeepsSilent) {
  const auto before = client();
  ASSERT_TRUE(say(before, "one\r\n"));
  ASSERT_EQ(line_from(before), "got one");
  proxy.black_hole();
  ASSERT_TRUE(say(before, "two\r\n"));
  const auto after = client();
  ASSERT_TRUE(after.is_open());
  ASSERT_TRUE(say(after, "three\r\n"));
  EXPECT_FALSE(readable(before, milliseconds(200)));
  EXPECT_FALSE(readable(after, milliseconds(200)));
  EXPECT_EQ(echo.lines(), 1U);
  EXPECT_EQ(proxy.counts().swallowed, 2U);
  proxy.pass();
  EXPECT_TRUE(ended(before)) << "what lost bytes does not go on";
  EXPECT_TRUE(ended(after));
  EXPECT_EQ(ask("four"), "got four");
}

TEST_F(AFaultProxy, ThatIsSlowDelaysEveryAnswer) {
  proxy.slow(milliseconds(150));
  const auto socket = client();
  for (int turn = 0; turn < 2; ++turn) {
    const auto begun = std::chrono::steady_clock::now();
    ASSERT_TRUE(say(socket, "hello\r\n"));
    EXPECT_EQ(line_from(socket), "got hello");
    EXPECT_GE(std::chrono::steady_clock::now() - begun, milliseconds(150));
  }
}

TEST_F(AFaultProxy, DropsRequestsBeforeAndRepliesAfterTheDaemonHasHeard) {
  proxy.judge([](std::string_view beginning) {
    return beginning.starts_with("never") ? Fate::drop_request : Fate::drop_reply;
  });
  EXPECT_EQ(ask("never heard"), std::nullopt);
  EXPECT_EQ(echo.lines(), 0U);
  EXPECT_EQ(ask("heard"), std::nullopt);
  EXPECT_EQ(echo.lines(), 1U);
  EXPECT_EQ(proxy.counts().dropped_requests, 1U);
  EXPECT_EQ(proxy.counts().dropped_replies, 1U);
}

TEST_F(AFaultProxy, HoldsAReplyUntilItIsToldToLetGo) {
  proxy.judge(only("hold", Fate::hold_reply));
  EXPECT_EQ(ask("pass"), "got pass");
  const auto socket = client();
  ASSERT_TRUE(say(socket, "hold\r\n"));
  ASSERT_TRUE(wait_until([&] { return proxy.counts().held_replies == 1; }));
  EXPECT_EQ(echo.lines(), 2U);
  EXPECT_FALSE(readable(socket, milliseconds(100)));
  proxy.let_go();
  EXPECT_TRUE(ended(socket));
}

TEST_F(AFaultProxy, HoldsRequestsThatThenComeLateThoughTheirClientsHaveGone) {
  proxy.judge(only("late", Fate::hold_request));
  for (std::uint64_t number = 1; number <= 3; ++number) {
    const auto socket = client();
    ASSERT_TRUE(say(socket, "late " + std::to_string(number) + "\r\n"));
    ASSERT_TRUE(wait_until([&] { return proxy.counts().held_requests == number; }));
    EXPECT_FALSE(readable(socket, milliseconds(50)));
  }
  proxy.pass();
  EXPECT_EQ(ask("meanwhile"), "got meanwhile");
  EXPECT_EQ(echo.heard(), (std::vector<std::string>{"meanwhile"}));
  proxy.let_go();
  EXPECT_TRUE(wait_until([&] { return proxy.counts().late_requests == 3; }));
  EXPECT_EQ(echo.heard(), (std::vector<std::string>{"meanwhile", "late 3", "late 2", "late 1"}));
}

TEST_F(AFaultProxy, KnowsAnXmlRpcCallByItsMethodHoweverItComes) {
  proxy.judge(only("node.settle", Fate::swallow));
  const auto socket = client();
  ASSERT_TRUE(say(socket, "POST /RPC2 "));
  ASSERT_TRUE(wait_until([&] { return proxy.counts().requests == 1; }));
  EXPECT_EQ(proxy.counts().swallowed, 0U);
  ASSERT_TRUE(say(socket, "<methodName>node.settle</methodName>\r\n"));
  ASSERT_TRUE(wait_until([&] { return proxy.counts().swallowed == 1; }));
  EXPECT_EQ(ask("POST <methodName>node.look</methodName>"), "got POST <methodName>node.look</methodName>");
  EXPECT_EQ(echo.lines(), 1U);
}

TEST_F(AFaultProxy, LosesTheSharesItIsAskedToAndTheSameForTheSameSeed) {
  const auto fates = [](std::uint64_t seed) {
    const auto judge = losing({.seed = seed, .requests = 0.2, .replies = 0.1});
    std::vector<Fate> dealt;
    dealt.reserve(2000);
    for (int request = 0; request < 2000; ++request) dealt.push_back(judge("any"));
    return dealt;
  };
  const auto dealt = fates(7);
  EXPECT_EQ(dealt, fates(7));
  EXPECT_NE(dealt, fates(8));
  EXPECT_NEAR(static_cast<double>(std::count(dealt.begin(), dealt.end(), Fate::drop_request)), 400, 80);
  EXPECT_NEAR(static_cast<double>(std::count(dealt.begin(), dealt.end(), Fate::drop_reply)), 200, 60);
}

TEST_F(AFaultProxy, EndsWithConnectionsInEveryState) {
  std::vector<OwnedSocket> open;
  {
    FaultProxy ending(echo.port());
    ending.judge([](std::string_view beginning) {
      return beginning.starts_with("hold") ? Fate::hold_reply : Fate::swallow;
    });
    for (const std::string text : {"hold\r\n", "swallow\r\n", "POST unfinished"}) {
      open.push_back(connect_to(ending.port()));
      ASSERT_TRUE(say(open.back(), text));
    }
    ASSERT_TRUE(
        wait_until([&] { return ending.counts().held_replies == 1 && ending.counts().requests == 3; }));
  }
  for (const auto& socket : open) EXPECT_TRUE(ended(socket));
}

}  // namespace
}  // namespace tandem::test
