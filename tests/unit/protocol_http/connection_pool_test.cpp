#include "protocol/http/connection_pool.hpp"

#include "tests/unit/protocol_http/http_fixture.hpp"

namespace tandem::protocol {
namespace {

using Wanted = ConnectionPool::Wanted;

class Pool : public HttpFixture {
 protected:
  std::string address() const { return "127.0.0.1:" + std::to_string(server_->port()); }
  static bool call(ConnectionPool::Lease& lease) {
    const std::string request = ping();
    if (lease->send(std::as_bytes(std::span(request))).outcome != Moved::ok) return false;
    const auto head = lease->receive_head();
    return head && (*head)->status == 200 && lease->whole_body(10'000);
  }
};

TEST_F(Pool, AConnectionIsUsedAgain) {
  start();
  ConnectionPool pool(address(), runtime_, {.connect = long_enough, .request = long_enough});
  for (int i = 0; i < 10; ++i) {
    auto lease = pool.acquire(Wanted::any);
    ASSERT_TRUE(lease);
    EXPECT_EQ(lease->is_fresh(), i == 0);
    ASSERT_TRUE(call(*lease));
  }
  EXPECT_EQ(server_->connections(), 1U);
}

TEST_F(Pool, AConnectionWhoseReplyWasNotReadIsNotUsedAgain) {
  start();
  ConnectionPool pool(address(), runtime_, {.connect = long_enough, .request = long_enough});
  {
    auto lease = pool.acquire(Wanted::any);
    ASSERT_TRUE(lease);
    const std::string request = ping();
    ASSERT_EQ((*lease)->send(std::as_bytes(std::span(request))).outcome, Moved::ok);
  }
  auto lease = pool.acquire(Wanted::any);
  ASSERT_TRUE(lease);
  EXPECT_TRUE(lease->is_fresh());
}

TEST_F(Pool, NoMoreConnectionsThanAllowed) {
  start();
  ConnectionPool pool(address(), runtime_,
                      {.connect = long_enough, .request = milliseconds(50), .connections_max = 2});
  auto one = pool.acquire(Wanted::any);
  auto two = pool.acquire(Wanted::any);
  ASSERT_TRUE(one && two);
  const auto three = pool.acquire(Wanted::any);
  ASSERT_FALSE(three);
  EXPECT_EQ(three.code(), Code::unavailable);
  EXPECT_EQ(three.error().node, address());
  one->release();
  EXPECT_TRUE(pool.acquire(Wanted::any));
}

TEST_F(Pool, AWaiterGetsTheConnectionThatIsGivenBack) {
  start();
  ConnectionPool pool(address(), runtime_,
                      {.connect = long_enough, .request = long_enough, .connections_max = 1});
  auto one = pool.acquire(Wanted::any);
  ASSERT_TRUE(one);
  std::atomic<bool> served = false;
  auto waiter = runtime_.spawn("waiter", [&] { served = pool.acquire(Wanted::any).ok(); });
  one->release();
  waiter.reset();
  EXPECT_TRUE(served);
}

TEST_F(Pool, ACheckedConnectionIsNotOneThePeerHasClosed) {
  start({.idle_deadline = milliseconds(30)});
  ConnectionPool pool(address(), runtime_, {.connect = long_enough, .request = long_enough});
  {
    auto lease = pool.acquire(Wanted::any);
    ASSERT_TRUE(lease);
    ASSERT_TRUE(call(*lease));
  }
  ASSERT_TRUE(becomes_true([&] { return server_->connections() == 0; }));
  auto lease = pool.acquire(Wanted::checked);
  ASSERT_TRUE(lease);
  EXPECT_TRUE(lease->is_fresh());
  EXPECT_TRUE(call(*lease));
}

TEST_F(Pool, AnUnreachablePeerIsUnavailable) {
  start();
  const std::string gone = address();
  server_->stop(Duration::zero());
  ConnectionPool pool(gone, runtime_, {.connect = long_enough, .request = long_enough, .connections_max = 1});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(pool.acquire(Wanted::any).code(), Code::unavailable);
}

}  // namespace
}  // namespace tandem::protocol
