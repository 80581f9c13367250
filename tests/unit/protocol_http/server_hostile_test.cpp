// What comes in from a network that means no good; each with a bound on the time it may take.
#include <fstream>
#include <map>

#include "protocol/contract/limits.hpp"
#include "protocol/http/secret.hpp"
#include "protocol/wire/call_text.hpp"
#include "tests/unit/protocol_http/http_fixture.hpp"

namespace tandem::protocol {
namespace {

class ServerHostile : public HttpFixture {
 protected:
  int status_of(std::string_view bytes) {
    RawClient one = client();
    one.send(bytes);
    one.finish_sending();
    return one.status();
  }
  int status_of_call(const std::string& body) {
    return status_of("POST /RPC2 HTTP/1.1\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
                     body);
  }
  static std::size_t resident_bytes() {
    std::ifstream statm("/proc/self/statm");
    std::size_t total = 0;
    std::size_t resident = 0;
    statm >> total >> resident;
    return resident * 4096;
  }
};

TEST_F(ServerHostile, AmbiguousFramingIsRefused) {
  start();
  const std::string line = "POST /RPC2 HTTP/1.1\r\n";
  for (const char* fields : {
           "Content-Length: 5\r\nContent-Length: 5\r\n",
           "Content-Length: 5\r\nContent-Length: 6\r\n",
           "Content-Length: 5, 5\r\nContent-Length: 5\r\n",
           "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
           "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
           "Transfer-Encoding: gzip, chunked\r\n",
           "Transfer-Encoding: gzip\r\n",
           "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
           "Content-Length: -1\r\n",
           "Content-Length: +5\r\n",
           "Content-Length: 0x5\r\n",
           "Content-Length: 5 5\r\n",
           "Content-Length: 99999999999999999999999\r\n",
           "Content-Length:\r\n",
           "Content-Length: 5\r\n Transfer-Encoding: chunked\r\n",
           "X-Folded: one\r\n two\r\n",
           "Content-Length : 5\r\n",
           ": nothing\r\n",
           "Bad\x01Name: 5\r\n",
       }) {
    EXPECT_EQ(status_of(line + fields + "\r\nhello"), 400) << fields;
  }
  EXPECT_TRUE(healthy());
}

TEST_F(ServerHostile, WrongStartLinesAreRefused) {
  start();
  for (const char* text : {"GET / HTTP/2.0\r\n\r\n", "GET  / HTTP/1.1\r\n\r\n", "GET /\r\n\r\n",
                           "\x16\x03\x01\x02\x01\x01\xfc\x03\x03", "GET / HTTP/1.1\n\n", "{}\r\n\r\n"}) {
    const int status = status_of(text);
    EXPECT_TRUE(status == 400 || status == 0) << text << status;
  }
  EXPECT_TRUE(healthy());
}

TEST_F(ServerHostile, GarbageOfAnyKindEndsTheConnectionOnly) {
  start();
  std::uint64_t state = 1;
  for (int round = 0; round < 200; ++round) {
    std::string garbage(1 + static_cast<std::size_t>(round) * 13 % 3000, ' ');
    for (char& c : garbage) {
      state = state * 6364136223846793005U + 1442695040888963407U;
      c = static_cast<char>(state >> 57);
    }
    if (round % 3 == 0) garbage.insert(0, "POST /RPC2 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
    if (round % 3 == 1) garbage.insert(0, "GET / HTTP/1.1\r\n");
    RawClient one = client();
    one.send(garbage);
    one.finish_sending();
    EXPECT_TRUE(one.closed_within(long_enough));
  }
  EXPECT_TRUE(healthy());
}

TEST_F(ServerHostile, HeadsAreBounded) {
  start();
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nX: " + std::string(limits::http_header_bytes_max, 'x') + "\r\n\r\n"),
            431);
  EXPECT_EQ(status_of("GET /" + std::string(1 << 20, 'x') + " HTTP/1.1\r\n\r\n"), 431);
  std::string many = "GET / HTTP/1.1\r\n";
  for (int i = 0; i < 2000; ++i) many += "A: b\r\n";
  EXPECT_EQ(status_of(many + "\r\n"), 431);
  EXPECT_TRUE(healthy());
}

TEST_F(ServerHostile, BodiesAreBounded) {
  start();
  EXPECT_EQ(status_of("POST /RPC2 HTTP/1.1\r\nContent-Length: 1000000000000\r\n\r\n"), 413);
  RawClient one = client();
  one.send("POST /RPC2 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "10000\r\n" + std::string(0x10000, 'x') + "\r\n";
  for (int i = 0; i < 100 && one.send(chunk); ++i) {
  }
  EXPECT_EQ(one.status(), 400);
  EXPECT_TRUE(one.closed_within(long_enough));
}

TEST_F(ServerHostile, WrongChunksAreRefused) {
  start();
  const std::string head = "POST /RPC2 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const char* body : {"xyz\r\n", "-5\r\nhello\r\n", "5\r\nhelloworld\r\n", "fffffffffffffffff\r\n",
                           "5;\x01=\r\n", "0\r\nbad trailer\r\n\r\n"}) {
    EXPECT_EQ(status_of(head + body), 400) << body;
  }
  EXPECT_EQ(status_of(head + "1;" + std::string(100'000, 'x')), 400) << "an extension without end";
  EXPECT_TRUE(healthy());
}

TEST_F(ServerHostile, ASlowHeadIsCutOff) {
  start({.head_deadline = milliseconds(200)});
  const Instant before = runtime_.now();
  RawClient one = client();
  ASSERT_TRUE(one.send("GET / HTT"));
  EXPECT_EQ(one.status(), 408);
  EXPECT_TRUE(one.closed_within(long_enough));
  RawClient mute = client();
  EXPECT_TRUE(mute.closed_within(long_enough)) << "also one that says nothing at all";
  EXPECT_LT(since(before), std::chrono::seconds(10));
}

TEST_F(ServerHostile, AHeadHasOneDeadlineHoweverItTrickles) {
  start({.head_deadline = milliseconds(300)});
  const Instant before = runtime_.now();
  RawClient one = client();
  ASSERT_TRUE(one.send("GET / HTTP/1.1\r\n"));
  while (since(before) < long_enough && one.silent() && one.send("A: b\r\n")) {
    runtime_.sleep_until(runtime_.now() + milliseconds(20));
  }
  EXPECT_GE(since(before), milliseconds(250));
  EXPECT_LT(since(before), std::chrono::seconds(10));
  EXPECT_TRUE(one.closed_within(long_enough));
}

TEST_F(ServerHostile, AStalledBodyIsCutOff) {
  start({.progress_deadline = milliseconds(200)});
  RawClient one = client();
  ASSERT_TRUE(one.send(ping().substr(0, ping().size() - 10)));
  EXPECT_TRUE(one.closed_within(std::chrono::seconds(10)));
  EXPECT_TRUE(becomes_true([&] { return server_->connections() == 0; }));
}

TEST_F(ServerHostile, ADocumentHasOneDeadlineHoweverItTrickles) {
  start({.document_deadline = milliseconds(300)});
  const Instant before = runtime_.now();
  RawClient one = client();
  ASSERT_TRUE(one.send("POST /RPC2 HTTP/1.1\r\nContent-Length: 100000\r\n\r\n"));
  while (since(before) < long_enough && one.silent() && one.send("x")) {
    runtime_.sleep_until(runtime_.now() + milliseconds(20));
  }
  EXPECT_LT(since(before), std::chrono::seconds(10));
}

TEST_F(ServerHostile, AReaderWhoStopsReadingIsCutOff) {
  const CallGuard guard = guard_of_joined();
  ObjectId id;
  id.bytes.fill(1);
  auto sink = node_.stage(guard, {.id = id, .stamp = {1, 1}, .session = 1});
  ASSERT_TRUE(sink);
  const std::string content(15 << 20, 'x');
  ASSERT_TRUE((*sink)->write(std::as_bytes(std::span(content))));
  ASSERT_TRUE((*sink)->finish());
  start({.progress_deadline = milliseconds(200)});
  RawClient one = client();
  const std::string get = "GET /objects/" + to_string(id) +
                          "?stamp=1-1 HTTP/1.1\r\nTandem-Guard: " + to_string(guard.cluster) + " " +
                          to_string(guard.node) + " 1 29\r\n\r\n";
  ASSERT_TRUE(one.send(get));
  EXPECT_TRUE(becomes_true([&] { return server_->connections() == 0; }));
}

TEST_F(ServerHostile, IdleConnectionsAreClosed) {
  start({.idle_deadline = milliseconds(200)});
  RawClient one = client();
  ASSERT_TRUE(one.send(ping()));
  EXPECT_EQ(one.status(), 200);
  EXPECT_TRUE(one.closed_within(std::chrono::seconds(10)));
}

TEST_F(ServerHostile, AFloodIsToldToComeBackAndOthersAreServed) {
  start({.connections_max = 4});
  std::vector<RawClient> healthy_ones;
  for (int i = 0; i < 4; ++i) {
    healthy_ones.push_back(client());
    ASSERT_TRUE(healthy_ones.back().send(ping()));
    ASSERT_EQ(healthy_ones.back().status(), 200);
  }
  const Instant before = runtime_.now();
  for (int i = 0; i < 200; ++i) {
    RawClient refused = client();
    refused.send(ping());
    ASSERT_EQ(refused.status(), 503) << i;
  }
  EXPECT_LT(since(before), std::chrono::seconds(10));
  for (RawClient& one : healthy_ones) {
    ASSERT_TRUE(one.send(ping()));
    EXPECT_EQ(one.status(), 200);
  }
  healthy_ones.clear();
  EXPECT_TRUE(becomes_true([&] { return healthy(); })) << "room again once they have gone";
}

TEST_F(ServerHostile, ACrowdOfSilentCallersKeepsNobodyOut) {
  start({.secret = "right", .connections_max = 8, .caller_patience = milliseconds(50)});
  std::string request = ping();
  request.insert(request.find("Content-Length"), "Authorization: " + basic_credentials("right") + "\r\n");
  RawClient known = client();
  ASSERT_TRUE(known.send(request));
  ASSERT_EQ(known.status(), 200);
  std::vector<RawClient> crowd;
  crowd.reserve(7);
  for (int i = 0; i < 7; ++i) crowd.push_back(client());
  for (int i = 0; i < 3; ++i) crowd[static_cast<std::size_t>(i)].send("GET / HTTP/1.1\r\n");
  EXPECT_TRUE(becomes_true([&] { return server_->connections() == 8; }));
  const Instant before = runtime_.now();
  std::vector<RawClient> served;
  EXPECT_TRUE(becomes_true([&] {
    RawClient one = client();
    one.send(request);
    if (one.status() == 200) served.push_back(std::move(one));
    return served.size() == 7;
  }));
  EXPECT_LT(since(before), std::chrono::seconds(5)) << "long before the deadline of a head";
  ASSERT_TRUE(known.send(request));
  EXPECT_EQ(known.status(), 200) << "who has been let in stays";
}

TEST_F(ServerHostile, WhatIsTurnedAwayIsReportedOnce) {
  start({.connections_max = 1, .head_deadline = milliseconds(100), .on_refused = refusals()});
  const auto once_free = [&](std::string_view bytes, int expected) {
    EXPECT_TRUE(becomes_true([&] { return server_->connections() == 0; }));
    EXPECT_EQ(status_of(bytes), expected);
  };
  once_free("nonsense\r\n\r\n", 400);
  once_free("GET /" + std::string(100'000, 'x') + " HTTP/1.1\r\n\r\n", 431);
  EXPECT_TRUE(becomes_true([&] { return server_->connections() == 0; }));
  RawClient slow = client();
  ASSERT_TRUE(slow.send("GET /"));
  EXPECT_TRUE(becomes_true([&] { return server_->connections() == 1; }));
  EXPECT_EQ(status_of(ping()), 503);
  EXPECT_EQ(slow.status(), 408);
  EXPECT_TRUE(becomes_true([&] { return refused().size() == 4; }));
  server_->stop(long_enough);
  EXPECT_EQ(refused(), (std::map<int, int>{{400, 1}, {408, 1}, {431, 1}, {503, 1}}));
}

TEST_F(ServerHostile, AbandonedConnectionsAreGivenUp) {
  start();
  for (int i = 0; i < 100; ++i) {
    RawClient one = client();
    one.send(ping().substr(0, static_cast<std::size_t>(i)));
  }
  EXPECT_TRUE(becomes_true([&] { return server_->connections() == 0; }));
}

TEST_F(ServerHostile, XmlBombsCostNeitherTimeNorMemory) {
  start();
  const std::size_t memory = resident_bytes();
  const Instant before = runtime_.now();
  std::string laughs = "<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY l0 \"ha\">";
  for (int i = 1; i < 30; ++i) {
    const std::string below = "&l" + std::to_string(i - 1) + ";";
    laughs += "<!ENTITY l" + std::to_string(i) + " \"";
    laughs.append(below).append(below).append("\">");
  }
  EXPECT_EQ(status_of_call(laughs + "]><methodCall><methodName>&l29;</methodName></methodCall>"), 200);
  std::string nested;
  for (int i = 0; i < 500'000; ++i) nested += "<a>";
  EXPECT_EQ(status_of_call(nested), 200);
  std::string elements = "<a>";
  for (int i = 0; i < 400'000; ++i) elements += "<b/>";
  EXPECT_EQ(status_of_call(elements + "</a>"), 200);
  EXPECT_LT(since(before), std::chrono::seconds(10));
  EXPECT_LT(resident_bytes(), memory + (64U << 20));
  EXPECT_TRUE(healthy());
}

TEST_F(ServerHostile, BodiesInFlightShareOneBudget) {
  start({}, {.xml_bytes_in_flight_max = 1000});
  RawClient slow = client();
  ASSERT_TRUE(slow.send("POST /RPC2 HTTP/1.1\r\nContent-Length: 900\r\nExpect: 100-continue\r\n\r\n"));
  ASSERT_EQ(slow.status(), 100);
  EXPECT_EQ(status_of_call(std::string(200, ' ')), 503);
  ASSERT_TRUE(slow.send(std::string(900, ' ')));
  EXPECT_EQ(slow.status(), 200);
  // What was taken is given back behind the answer.
  EXPECT_TRUE(becomes_true([&] { return status_of_call(std::string(200, ' ')) == 200; }));
}

TEST_F(ServerHostile, StoppingEndsIdleConnectionsAtOnce) {
  start();
  RawClient one = client();
  ASSERT_TRUE(one.send(ping()));
  ASSERT_EQ(one.status(), 200);
  const Instant before = runtime_.now();
  server_->stop(long_enough);
  EXPECT_LT(since(before), std::chrono::seconds(5));
  EXPECT_TRUE(one.closed_within(long_enough));
}

TEST_F(ServerHostile, StoppingLetsARequestInFlightFinish) {
  start();
  RawClient one = client();
  const std::string request = ping();
  const std::size_t head = request.find("\r\n\r\n") + 2;
  ASSERT_TRUE(one.send(request.substr(0, head) + "Expect: 100-continue\r\n\r\n"));
  ASSERT_EQ(one.status(), 100);
  auto stopping = runtime_.spawn("stop", [&] { server_->stop(long_enough); });
  ASSERT_TRUE(becomes_true([&] {
    auto address = PeerAddress::resolve({"127.0.0.1", std::to_string(server_->port())});
    return !address->connect(runtime_, long_enough);  // it listens no more
  }));
  ASSERT_TRUE(one.send(request.substr(head + 2)));
  EXPECT_EQ(one.status(), 200);
  stopping.reset();
}

TEST_F(ServerHostile, StoppingCutsWhatDoesNotFinish) {
  start();
  RawClient one = client();
  const std::string request = ping();
  const std::size_t head = request.find("\r\n\r\n") + 2;
  ASSERT_TRUE(one.send(request.substr(0, head) + "Expect: 100-continue\r\n\r\n"));
  ASSERT_EQ(one.status(), 100);
  const Instant before = runtime_.now();
  server_->stop(milliseconds(100));
  EXPECT_LT(since(before), std::chrono::seconds(5));
}

}  // namespace
}  // namespace tandem::protocol
