#include <gtest/gtest.h>

#include <string>

#include "gateway/config/config.hpp"

namespace tandem::gateway {
namespace {

const std::string pair_one = "[[pair]]\nname = \"p1\"\nmembers = [\"a:7001\", \"b:7001\"]\n";

std::string refused(const std::string& text, const std::vector<std::string>& overrides = {}) {
  const auto config = parse_config(text, "t.toml", overrides);
  EXPECT_EQ(config.code(), Code::invalid) << text;
  return config.ok() ? "accepted" : to_string(config.error());
}

TEST(ConfigRefusals, AnUnknownKeyIsNamedWithTheNearestOne) {
  EXPECT_EQ(refused("[cluster]\nname = \"x\"\nwrite_qorum = 1\n" + pair_one),
            "t.toml:3: unknown key cluster.write_qorum (did you mean \"write_quorum\"?)");
}

TEST(ConfigRefusals, AnUnknownSectionIsNamedWithTheNearestOne) {
  EXPECT_EQ(refused(pair_one + "[timeout]\nconnect = \"1s\"\n"),
            "t.toml:4: unknown section [timeout] (did you mean \"timeouts\"?)");
}

TEST(ConfigRefusals, AKeyNothingLikeAKnownOneGetsTheList) {
  EXPECT_EQ(refused("[read]\nquickly_please = true\n" + pair_one),
            "t.toml:2: unknown key read.quickly_please (known here: hedge)");
}

TEST(ConfigRefusals, AMemberOfTwoPairsIsRefusedWhereverItStandsSecond) {
  EXPECT_EQ(
      refused(pair_one + "[[pair]]\nname = \"p2\"\nmembers = [\n  \"c:7001\",\n  \"A:7001\",\n]\n"),
      "t.toml:8: member \"a:7001\" is listed already, at t.toml:3 (each member belongs to one pair, once)");
}

TEST(ConfigRefusals, AMemberTwiceInAPairIsRefused) {
  EXPECT_NE(
      refused("[[pair]]\nname = \"p1\"\nmembers = [\"a:1\", \"a:1\"]\n").find("t.toml:3: member \"a:1\""),
      std::string::npos);
}

TEST(ConfigRefusals, APairHasTwoToFiveMembers) {
  EXPECT_EQ(refused("[[pair]]\nname = \"p1\"\nmembers = [\"a:1\"]\n"),
            "t.toml:3: a pair needs two to five members, here are 1 (list the machines that mirror each "
            "other, each "
            "with its own data folder)");
  refused("[[pair]]\nname = \"p1\"\nmembers = []\n");
  refused("[[pair]]\nname = \"p1\"\nmembers = [\"a:1\",\"b:1\",\"c:1\",\"d:1\",\"e:1\",\"f:1\"]\n");
  refused("[[pair]]\nname = \"p1\"\n");
  refused("[[pair]]\nmembers = [\"a:1\", \"b:1\"]\n");
}

TEST(ConfigRefusals, PairNamesAreUniqueAndPlain) {
  EXPECT_EQ(refused(pair_one + "[[pair]]\nname = \"p1\"\nmembers = [\"c:1\", \"d:1\"]\n"),
            "t.toml:5: pair \"p1\" is there already, at t.toml:2 (give each pair its own name)");
  for (const char* name : {"\"\"", "\"a/b\"", "\"a b\"", "7"}) {
    refused("[[pair]]\nname = " + std::string(name) + "\nmembers = [\"a:1\", \"b:1\"]\n");
  }
}

TEST(ConfigRefusals, AddressesAreHostAndPort) {
  for (const char* address : {"a", "a:", ":1", "a:0", "a:65536", "a:07", "a:1x", "a b:1", "http://a:1",
                              "::1:80", "[::1]", "", "a:-1"}) {
    const std::string line =
        refused("[[pair]]\nname = \"p\"\nmembers = [\"b:1\", \"" + std::string(address) + "\"]\n");
    EXPECT_NE(line.find("is not HOST:PORT"), std::string::npos) << address << ": " << line;
    EXPECT_EQ(line.rfind("t.toml:3: ", 0), 0U) << line;
  }
  refused("[[pair]]\nname = \"p\"\nmembers = [\"b:1\", 7]\n");
}

TEST(ConfigRefusals, NoPairIsNoCluster) {
  EXPECT_NE(refused("[cluster]\nname = \"x\"\n").find("there is no pair"), std::string::npos);
  EXPECT_NE(refused("[pair]\nname = \"x\"\n").find("two brackets"), std::string::npos);
  EXPECT_NE(refused("pair = [1]\n").find("[[pair]]"), std::string::npos);
}

TEST(ConfigRefusals, AQuorumIsWithinTheSmallestPair) {
  EXPECT_EQ(refused("[cluster]\nwrite_quorum = 3\n" + pair_one),
            "t.toml:2: cluster.write_quorum is 3, but pair \"p1\" has 2 members (at most the members of the "
            "smallest "
            "pair: 2)");
  EXPECT_EQ(refused(pair_one, {"cluster.read_quorum=3"}).rfind("--set cluster.read_quorum=3: ", 0), 0U);
  EXPECT_EQ(refused("[cluster]\nread_quorum = 0\n" + pair_one),
            "t.toml:2: cluster.read_quorum cannot be 0 (a whole number from 1 to 5)");
}

TEST(ConfigRefusals, TheClusterHasAName) {
  refused("[cluster]\nname = \"\"\n" + pair_one);
}

TEST(ConfigRefusals, TheCatalogueIsAKnownEngineAtAPlace) {
  for (const char* url : {"", "sqlite", "sqlite:", "sqlite:folder/", "c.db", "mysql://a:1", "etcd://",
                          "etcd://a", "etcd://a:1,", "etcd://a:1,,b:2", "sqlite://"}) {
    const std::string line = refused("[cluster]\ncatalogue = \"" + std::string(url) + "\"\n" + pair_one);
    EXPECT_EQ(line.rfind("t.toml:2: cluster.catalogue", 0), 0U) << line;
  }
}

TEST(ConfigRefusals, ValuesOfTheWrongTypeOrRange) {
  for (const char* line : {"[cluster]\nname = 5",
                           "[cluster]\nplacement = \"anywhere\"",
                           "[cluster]\ndurability = true",
                           "[cluster]\nwrite_quorum = \"1\"",
                           "[cluster]\nwrite_quorum = -1",
                           "[cluster]\nwrite_quorum = 1.0",
                           "[cluster]\nsecret_file = 1",
                           "[timeouts]\nconnect = 300",
                           "[timeouts]\nconnect = \"0\"",
                           "[timeouts]\nrequest = true",
                           "[timeouts]\nretries = 101",
                           "[heal]\nautomatic = \"yes\"",
                           "[heal]\nforeground_share = 1.5",
                           "[heal]\nforeground_share = \"0.5\"",
                           "[heal]\nrate = \"0\"",
                           "[heal]\nrate = \"fast\"",
                           "[limits]\nreserve = \"1GB\"",
                           "[cache]\nentries = 0",
                           "[log]\nlevel = \"loud\"",
                           "[log]\nlevel = [1]",
                           "[session]\nlease = \"1ms\"",
                           "cluster = 3"}) {
    const std::string answer = refused(std::string(line) + "\n" + pair_one);
    const bool on_section_line = std::string(line) == "cluster = 3";
    EXPECT_EQ(answer.rfind(on_section_line ? "t.toml:1: " : "t.toml:2: ", 0), 0U) << answer;
    EXPECT_EQ(answer.back(), ')') << answer;
  }
}

TEST(ConfigRefusals, BrokenTomlIsPointedAt) {
  EXPECT_EQ(refused("[cluster]\nname = \n" + pair_one).rfind("t.toml:2: ", 0), 0U);
  EXPECT_EQ(refused("[cluster]\nname = \"a\"\nname = \"b\"\n" + pair_one).rfind("t.toml:3: ", 0), 0U);
}

TEST(ConfigRefusals, OverridesAreHeldToTheSameRules) {
  EXPECT_EQ(refused(pair_one, {"timeouts.requst=1s"}),
            "--set timeouts.requst=1s: unknown key timeouts.requst (did you mean \"request\"?)");
  EXPECT_EQ(refused(pair_one, {"timeout.request=1s"}),
            "--set timeout.request=1s: unknown section [timeout] (did you mean \"timeouts\"?)");
  EXPECT_EQ(refused(pair_one, {"request"}),
            "--set request: is not section.key=value (write it like --set timeouts.request=2s)");
  refused(pair_one, {"timeouts.request=soon"});
  refused(pair_one, {"pair.name=x"});
  refused(pair_one, {"=x.y"});
}

}  // namespace
}  // namespace tandem::gateway
