#include "protocol/http/socket.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>

#include "protocol/runtime/system_runtime.hpp"

namespace tandem::protocol {
namespace {

TEST(HostPort, AddressesAreParsed) {
  const auto plain = parse_host_port("node-1.example:7001");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->host, "node-1.example");
  EXPECT_EQ(plain->port, "7001");
  const auto v6 = parse_host_port("[::1]:0");
  ASSERT_TRUE(v6);
  EXPECT_EQ(v6->host, "::1");
  for (const char* wrong :
       {"", ":", "host", "host:", ":7001", "host:70x", "host:70000", "::1:7001", "[]:1", "[::1:7001"}) {
    EXPECT_EQ(parse_host_port(wrong).code(), Code::invalid) << wrong;
  }
}

TEST(HostPort, LoopbackIsTold) {
  EXPECT_TRUE(is_loopback({"127.0.0.1", "1"}));
  EXPECT_TRUE(is_loopback({"127.9.9.9", "1"}));
  EXPECT_TRUE(is_loopback({"::1", "1"}));
  EXPECT_TRUE(is_loopback({"localhost", "1"}));
  EXPECT_FALSE(is_loopback({"0.0.0.0", "1"}));
  EXPECT_FALSE(is_loopback({"::", "1"}));
  EXPECT_FALSE(is_loopback({"10.0.0.1", "1"}));
  EXPECT_FALSE(is_loopback({"127.example", "1"}));
}

TEST(Socket, PortZeroTakesAFreeOne) {
  for (const char* host : {"127.0.0.1", "::1"}) {
    auto listening = listen_on({host, "0"}, 5);
    if (!listening && std::string(host) == "::1") continue;  // a machine without IPv6
    ASSERT_TRUE(listening) << to_string(listening.error());
    const std::string port = std::to_string(port_of(*listening));
    EXPECT_NE(port, "0");
    SystemRuntime runtime;
    auto peer = PeerAddress::resolve({host, port});
    ASSERT_TRUE(peer);
    EXPECT_TRUE(peer->connect(runtime, std::chrono::seconds(10)));
    EXPECT_EQ(listen_on({host, port}, 5).code(), Code::unavailable) << "it is taken";
  }
}

std::string congestion_control(const Socket& socket) {
  std::array<char, 16> name{};
  socklen_t size = name.size();
  EXPECT_EQ(getsockopt(socket.descriptor(), IPPROTO_TCP, TCP_CONGESTION, name.data(), &size), 0);
  return name.data();
}

TEST(Socket, InsideOneMachineNeitherEndSpacesOutWhatItSends) {
  auto listening = listen_on({"127.0.0.1", "0"}, 5);
  ASSERT_TRUE(listening);
  auto peer = PeerAddress::resolve({"127.0.0.1", std::to_string(port_of(*listening))});
  ASSERT_TRUE(peer);
  SystemRuntime runtime;
  const auto connected = peer->connect(runtime, std::chrono::seconds(10));
  ASSERT_TRUE(connected);
  const Socket accepted(accept4(listening->descriptor(), nullptr, nullptr, SOCK_CLOEXEC));
  EXPECT_EQ(congestion_control(*connected), "reno");
  EXPECT_EQ(congestion_control(accepted), "reno");
}

TEST(Socket, WhatOtherMachinesMayReachKeepsTheChoiceOfTheSystem) {
  const Socket untouched(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto listening = listen_on({"0.0.0.0", "0"}, 5);
  ASSERT_TRUE(listening);
  EXPECT_EQ(congestion_control(*listening), congestion_control(untouched));
}

TEST(Socket, AClosedPortIsUnavailableAtOnce) {
  SystemRuntime runtime;
  auto listening = listen_on({"127.0.0.1", "0"}, 5);
  ASSERT_TRUE(listening);
  auto peer = PeerAddress::resolve({"127.0.0.1", std::to_string(port_of(*listening))});
  listening->close();
  ASSERT_TRUE(peer);
  const auto refused = peer->connect(runtime, std::chrono::seconds(10));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.code(), Code::unavailable);
  EXPECT_NE(refused.error().cause.find("refused"), std::string::npos);
}

TEST(Socket, AConnectHasADeadline) {
  SystemRuntime runtime;
  // A listener that accepts nothing: its queue is soon full, and further attempts hang.
  auto listening = listen_on({"127.0.0.1", "0"}, 0);
  ASSERT_TRUE(listening);
  auto peer = PeerAddress::resolve({"127.0.0.1", std::to_string(port_of(*listening))});
  ASSERT_TRUE(peer);
  std::vector<Socket> held;
  for (int i = 0; i < 20; ++i) {
    const Instant before = runtime.now();
    auto socket = peer->connect(runtime, std::chrono::milliseconds(100));
    EXPECT_LT(runtime.now() - before, std::chrono::seconds(5));
    if (!socket) {
      EXPECT_EQ(socket.code(), Code::unavailable);
      return;
    }
    held.push_back(std::move(*socket));
  }
  FAIL() << "no attempt ran into its deadline";
}

}  // namespace
}  // namespace tandem::protocol
