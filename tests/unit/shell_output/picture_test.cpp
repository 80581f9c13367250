#include "shell/output/picture.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "shell/output/text.hpp"

namespace tandem::shell {
namespace {

gateway::PairStatus a_pair(const std::string& name, int number) {
  gateway::PairStatus pair;
  pair.name = name;
  pair.state = "active";
  pair.data_bytes = 5 << 20;
  for (int i = 0; i < 2; ++i) {
    gateway::MemberStatus member;
    member.node = "192.168.100." + std::to_string(number * 2 + i) + ":7001";
    member.state = "live";
    member.reached = true;
    member.node_status.files = 1234;
    member.node_status.data_bytes = std::uint64_t{3} << 30;
    member.node_status.free_bytes = std::uint64_t{400} << 30;
    pair.members.push_back(member);
  }
  return pair;
}

gateway::ClusterStatus a_cluster(int pairs) {
  gateway::ClusterStatus status;
  status.name = "home";
  status.catalogue = {"sqlite", "ok", "", 4096, 0};
  for (int i = 0; i < pairs; ++i) status.pairs.push_back(a_pair("p" + std::to_string(i + 1), i));
  return status;
}

void make_out(gateway::ClusterStatus& status, std::size_t pair) {
  status.verdict = gateway::Verdict::degraded;
  status.reasons = {"a member is out"};
  status.pairs[pair].verdict = gateway::Verdict::degraded;
  gateway::MemberStatus& member = status.pairs[pair].members[1];
  member.state = "out";
  member.reached = false;
  member.since_ns = 1'000'000'000;
  member.reason = "connection refused";
  member.backlog.files = 12;
  member.backlog.bytes = 4096;
  member.backlog.names = 3;
}

std::size_t widest_line(std::string_view text) {
  std::size_t widest = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    widest = std::max(widest, display_width(text.substr(0, end)));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return widest;
}

PictureStyle plain() {
  return {80, false, false, 181'000'000'000};
}

TEST(Picture, FitsEightyColumns) {
  for (const int pairs : {2, 20}) {
    auto status = a_cluster(pairs);
    make_out(status, 1);
    status.pairs[1].members[1].reason = std::string(200, 'r');
    EXPECT_LE(widest_line(cluster_picture(status, plain())), 80U) << cluster_picture(status, plain());
  }
}

TEST(Picture, SaysWhoIsOutSinceWhenAndWhy) {
  auto status = a_cluster(2);
  make_out(status, 0);
  const std::string picture = cluster_picture(status, plain());
  EXPECT_NE(picture.find("home is degraded: 3 of 4 nodes live, 2 pairs\n  - a member is out\n"),
            std::string::npos)
      << picture;
  EXPECT_NE(
      picture.find("for 3 min: connection refused\n         to catch up: 12 files (4.0 KiB), 3 names\n"),
      std::string::npos)
      << picture;
}

TEST(Picture, SaysWhatToDoAboutWhoIsNotReached) {
  auto status = a_cluster(2);
  make_out(status, 0);
  EXPECT_NE(cluster_picture(status, plain())
                .find("is it running? storaged --root DIR --listen 192.168.100.1:7001\n"),
            std::string::npos);
  status.pairs[0].members[1].reason = "the secret is wrong or missing";
  EXPECT_NE(
      cluster_picture(status, plain()).find("cluster.secret_file must hold what its --secret-file holds\n"),
      std::string::npos);
}

TEST(Picture, ManyHealthyPairsTakeALineEach) {
  auto status = a_cluster(20);
  make_out(status, 4);
  const std::string picture = cluster_picture(status, plain());
  EXPECT_NE(picture.find("p20  = 192.168.100.38:7001 = 192.168.100.39:7001"), std::string::npos) << picture;
  EXPECT_NE(picture.find("p5   / 192.168.100.8:7001"), std::string::npos) << picture;
  EXPECT_LE(std::count(picture.begin(), picture.end(), '\n'), 20 + 12);
}

TEST(Picture, ColoursOnlyWhenWanted) {
  EXPECT_EQ(cluster_picture(a_cluster(2), plain()).find('\x1b'), std::string::npos);
  auto style = plain();
  style.colours = true;
  EXPECT_NE(cluster_picture(a_cluster(2), style).find("\x1b[32mhealthy\x1b[0m"), std::string::npos);
}

TEST(Picture, ExactNumbersOnRequest) {
  auto style = plain();
  style.exact = true;
  EXPECT_NE(cluster_picture(a_cluster(2), style).find(" 3221225472"), std::string::npos);
}

TEST(Picture, NothingFromANodeDrivesTheTerminal) {
  auto status = a_cluster(1);
  make_out(status, 0);
  status.pairs[0].members[1].reason = "\x1b[2J";
  EXPECT_EQ(cluster_picture(status, plain()).find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace tandem::shell
