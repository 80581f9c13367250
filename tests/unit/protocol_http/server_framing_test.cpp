// Messages in every cut and order HTTP allows.
#include "protocol/wire/call_text.hpp"
#include "tests/unit/protocol_http/http_fixture.hpp"

namespace tandem::protocol {
namespace {

class ServerFraming : public HttpFixture {
 protected:
  static std::string chunked_call(std::string_view body, std::size_t step) {
    std::string text = "POST /RPC2 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (std::size_t at = 0; at < body.size(); at += step) {
      const auto piece = body.substr(at, step);
      char head[20];
      static_cast<void>(std::snprintf(head, sizeof head, "%zx\r\n", piece.size()));
      text.append(head).append(piece).append("\r\n");
    }
    return text + "0\r\n\r\n";
  }
};

TEST_F(ServerFraming, AConnectionServesManyRequests) {
  start();
  RawClient one = client();
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(one.send(ping()));
    ASSERT_EQ(one.status(), 200);
  }
  EXPECT_EQ(server_->connections(), 1U);
}

TEST_F(ServerFraming, PipelinedRequestsAreAnsweredInOrder) {
  start();
  RawClient one = client();
  std::string many;
  for (int i = 0; i < 200; ++i) many += i % 2 == 0 ? ping() : "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n";
  ASSERT_TRUE(one.send(many));
  for (int i = 0; i < 200; ++i) ASSERT_EQ(one.status(), i % 2 == 0 ? 200 : 404) << i;
}

TEST_F(ServerFraming, RequestsMayArriveInPiecesOfAnySize) {
  start();
  for (const std::size_t step : {1U, 7U, 100U}) {
    RawClient one = client();
    const std::string request = ping() + ping();
    for (std::size_t at = 0; at < request.size(); at += step) {
      ASSERT_TRUE(one.send(std::string_view(request).substr(at, step)));
    }
    EXPECT_EQ(one.status(), 200);
    EXPECT_EQ(one.status(), 200);
  }
}

TEST_F(ServerFraming, ChunkedBodiesAreTaken) {
  start();
  RawClient one = client();
  const std::string body = write_node_call("node.identify", "");
  for (const std::size_t step : {1U, 5U, 1000U}) {
    ASSERT_TRUE(one.send(chunked_call(body, step)));
    EXPECT_EQ(one.status(), 200) << step;
  }
  ASSERT_TRUE(one.send(chunked_call(body, 50) + ping()));
  EXPECT_EQ(one.status(), 200);
  EXPECT_EQ(one.status(), 200) << "what follows the last chunk is the next request";
}

TEST_F(ServerFraming, ABodyLargerThanTheBufferIsTaken) {
  start();
  RawClient one = client();
  const std::string body(1'500'000, ' ');
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(one.send("POST /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) +
                         "\r\n\r\n"));
    ASSERT_TRUE(one.send(body));
    EXPECT_EQ(one.status(), 200) << "an XML-RPC fault";
    ASSERT_TRUE(one.send(chunked_call(body, 100'000)));
    EXPECT_EQ(one.status(), 200);
  }
}

TEST_F(ServerFraming, ExpectIsAnsweredBeforeTheBodyIsAwaited) {
  start();
  RawClient one = client();
  const std::string request = ping();
  const std::size_t head = request.find("\r\n\r\n") + 2;
  ASSERT_TRUE(one.send(request.substr(0, head) + "Expect: 100-continue\r\n\r\n"));
  EXPECT_EQ(one.status(), 100);
  ASSERT_TRUE(one.send(request.substr(head + 2)));
  EXPECT_EQ(one.status(), 200);
}

TEST_F(ServerFraming, OldClientsGetOneAnswerAndTheEnd) {
  start();
  RawClient one = client();
  ASSERT_TRUE(one.send("GET /nothing HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
  EXPECT_EQ(one.status(), 404);
  EXPECT_TRUE(one.closed_within(long_enough));
}

TEST_F(ServerFraming, CloseIsHonoured) {
  start();
  RawClient one = client();
  ASSERT_TRUE(one.send("GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
  EXPECT_NE(one.reply().find("Connection: close\r\n"), std::string::npos);
  EXPECT_TRUE(one.closed_within(long_enough));
}

TEST_F(ServerFraming, PathsAndMethodsThatAreNotServedAreTold) {
  start({}, {.metrics = [] { return std::string("tandem_up 1\n"); }});
  RawClient one = client();
  const auto ask = [&](const std::string& line) {
    EXPECT_TRUE(one.send(line + " HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"));
    return one.reply();
  };
  EXPECT_TRUE(ask("GET /").starts_with("HTTP/1.1 404 "));
  EXPECT_NE(ask("GET /RPC2").find("Allow: POST\r\n"), std::string::npos);
  EXPECT_NE(ask("POST /objects/1").find("Allow: GET, PUT\r\n"), std::string::npos);
  EXPECT_NE(ask("DELETE /metrics").find("Allow: GET\r\n"), std::string::npos);
  EXPECT_TRUE(ask("GET /metrics").ends_with("\r\n\r\ntandem_up 1\n"));
  EXPECT_TRUE(ask("GET /objects/xyz?stamp=1-1").starts_with("HTTP/1.1 400 "));
  EXPECT_TRUE(one.send("POST /RPC2 HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_EQ(one.status(), 411);
}

TEST_F(ServerFraming, EveryRequestIsReportedOnce) {
  std::mutex mutex;
  std::vector<std::string> calls;
  start({}, {.on_served = [&](const Served& served) {
          const std::scoped_lock lock(mutex);
          calls.push_back(std::string(served.call) + " " + std::to_string(served.status));
        }});
  RawClient one = client();
  ASSERT_TRUE(one.send(ping() + "GET /objects/1 HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n"));
  EXPECT_EQ(one.status(), 200);
  EXPECT_EQ(one.status(), 400);
  EXPECT_EQ(one.status(), 404);
  server_->stop(long_enough);
  EXPECT_EQ(calls, (std::vector<std::string>{"node.identify 200", "fetch 400", "other 404"}));
}

}  // namespace
}  // namespace tandem::protocol
