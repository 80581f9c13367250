// Every mistake a configuration can have, and what is said about it, to the letter.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "gateway/config/settings.hpp"
#include "protocol/runtime/system_runtime.hpp"
#include "shell/commands/cluster.hpp"
#include "shell/commands/dispatch.hpp"
#include "shell/commands/streams.hpp"

namespace tandem::shell {
namespace {

const std::string pair_one = "[[pair]]\nname = \"p1\"\nmembers = [\"a:1\", \"b:1\"]\n";

struct Mistake {
  std::string config;
  std::string said;  // behind "tandem: FILE"; FILE stands for its name
};

using Mistakes = std::vector<Mistake>;

const Mistakes of_pairs{
    {"", R"(: there is no pair (add [[pair]] with name = "p1" and members = ["HOST:PORT", "HOST:PORT"]))"},
    {"[cluster]\nname = \"x\"\n",
     R"(: there is no pair (add [[pair]] with name = "p1" and members = ["HOST:PORT", "HOST:PORT"]))"},
    {"[pair]\nname = \"x\"\n", R"(:1: pairs are a list (write [[pair]] with two brackets))"},
    {"pair = 1\n", R"(:1: pairs are a list (write [[pair]] with two brackets))"},
    {"pair = [1]\n", R"(:1: a pair is a section (write [[pair]] with name and members))"},
    {"[[pair]]\nmembers = [\"a:1\", \"b:1\"]\n", R"(:1: this pair has no name (add name = "p1"))"},
    {"[[pair]]\nname = \"\"\nmembers = [\"a:1\", \"b:1\"]\n",
     R"(:2: pair.name is not a name (1 to 64 letters, digits, '-', '_' or '.' in quotes, as in "p1"))"},
    {"[[pair]]\nname = \"a b\"\nmembers = [\"a:1\", \"b:1\"]\n",
     R"(:2: pair.name is not a name (1 to 64 letters, digits, '-', '_' or '.' in quotes, as in "p1"))"},
    {"[[pair]]\nname = 7\nmembers = [\"a:1\", \"b:1\"]\n",
     R"(:2: pair.name is not a name (1 to 64 letters, digits, '-', '_' or '.' in quotes, as in "p1"))"},
    {"[[pair]]\nname = \"p1\"\n",
     R"(:1: pair "p1" has no members (add members = ["HOST:PORT", "HOST:PORT"]))"},
    {"[[pair]]\nname = \"p1\"\nmembers = \"a:1\"\n",
     R"(:3: pair.members is not a list (write members = ["HOST:PORT", "HOST:PORT"]))"},
    {"[[pair]]\nname = \"p1\"\nmembers = []\n",
     R"(:3: a pair needs two to five members, here are 0 (list the machines that mirror each other, each with its own data folder))"},
    {"[[pair]]\nname = \"p1\"\nmembers = [\"a:1\"]\n",
     R"(:3: a pair needs two to five members, here are 1 (list the machines that mirror each other, each with its own data folder))"},
    {"[[pair]]\nname = \"p1\"\nmembers = [\"a:1\", \"b:1\", \"c:1\", \"d:1\", \"e:1\", \"f:1\"]\n",
     R"(:3: a pair needs two to five members, here are 6 (list the machines that mirror each other, each with its own data folder))"},
    {"[[pair]]\nname = \"p1\"\nmembers = [\"a:1\", 7]\n",
     R"(:3: "7" is not HOST:PORT (write it like "10.0.0.1:7001"))"},
    {"[[pair]]\nname = \"p1\"\nmembers = [\"a:1\", \"b\"]\n",
     R"(:3: "b" is not HOST:PORT (write it like "10.0.0.1:7001"))"},
    {"[[pair]]\nname = \"p1\"\nmembers = [\"a:1\", \"b:70000\"]\n",
     R"(:3: "b:70000" is not HOST:PORT (write it like "10.0.0.1:7001"))"},
    {"[[pair]]\nname = \"p1\"\nmembers = [\"a:1\", \"A:1\"]\n",
     R"(:3: member "a:1" is listed already, at FILE:3 (each member belongs to one pair, once))"},
    {"[[pair]]\nname = \"p1\"\nmember = [\"a:1\", \"b:1\"]\n",
     R"(:3: unknown key pair.member (did you mean "members"?))"},
    {pair_one + "[[pair]]\nname = \"p1\"\nmembers = [\"c:1\", \"d:1\"]\n",
     R"(:5: pair "p1" is there already, at FILE:2 (give each pair its own name))"},
    {pair_one + "[[pair]]\nname = \"p2\"\nmembers = [\"c:1\", \"b:1\"]\n",
     R"(:6: member "b:1" is listed already, at FILE:3 (each member belongs to one pair, once))"},
};

const Mistakes of_words_and_syntax{
    {"[cluster\n" + pair_one,
     R"(:1: Error while parsing table header: expected ']', saw '\n' (correct the TOML on this line))"},
    {"name = \n" + pair_one,
     R"(:1: Error while parsing key-value pair: expected value, saw '\n' (correct the TOML on this line))"},
    {"[cluster]\nname = \"a\"\nname = \"b\"\n" + pair_one,
     R"(:3: Error while parsing key-value pair: cannot redefine existing string 'name' (correct the TOML on this line))"},
    {"[clutser]\nname = \"a\"\n" + pair_one, R"(:1: unknown section [clutser] (did you mean "cluster"?))"},
    {"cluster = 3\n" + pair_one, R"(:1: cluster must be a section (write [cluster]))"},
    {"[cluster]\nplacment = \"most-free\"\n" + pair_one,
     R"(:2: unknown key cluster.placment (did you mean "placement"?))"},
    {"[read]\nquickly = true\n" + pair_one, R"(:2: unknown key read.quickly (known here: hedge))"},
};

const Mistakes of_the_cluster{
    {"[cluster]\nname = \"\"\n" + pair_one,
     R"(:2: cluster.name cannot be "" (a name of 1 to 64 bytes in quotes, as in "home"))"},
    {"[cluster]\nname = 5\n" + pair_one,
     R"(:2: cluster.name cannot be 5 (a name of 1 to 64 bytes in quotes, as in "home"))"},
    {"[cluster]\ncatalogue = \"catalogue.db\"\n" + pair_one,
     R"(:2: cluster.catalogue cannot be "catalogue.db" ("sqlite:FILE" on one machine, "etcd://HOST:PORT,HOST:PORT,HOST:PORT" on several))"},
    {"[cluster]\ncatalogue = \"sqlite:\"\n" + pair_one,
     R"(:2: cluster.catalogue cannot be "sqlite:" ("sqlite:FILE" on one machine, "etcd://HOST:PORT,HOST:PORT,HOST:PORT" on several))"},
    {"[cluster]\ncatalogue = \"etcd://a\"\n" + pair_one,
     R"(:2: cluster.catalogue cannot be "etcd://a" ("sqlite:FILE" on one machine, "etcd://HOST:PORT,HOST:PORT,HOST:PORT" on several))"},
    {"[cluster]\ncatalogue = 1\n" + pair_one,
     R"(:2: cluster.catalogue cannot be 1 ("sqlite:FILE" or "etcd://..."))"},
    {"[cluster]\nplacement = \"anywhere\"\n" + pair_one,
     R"(:2: cluster.placement cannot be "anywhere" (one of "round-robin", "follow-parent", "most-free"))"},
    {"[cluster]\nwrite_quorum = 0\n" + pair_one,
     R"(:2: cluster.write_quorum cannot be 0 (a whole number from 1 to 5))"},
    {"[cluster]\nwrite_quorum = 3\n" + pair_one,
     R"(:2: cluster.write_quorum is 3, but pair "p1" has 2 members (at most the members of the smallest pair: 2))"},
    {"[cluster]\nread_quorum = \"1\"\n" + pair_one,
     R"(:2: cluster.read_quorum cannot be "1" (a whole number from 1 to 5))"},
    {"[cluster]\nread_quorum = 3\n" + pair_one,
     R"(:2: cluster.read_quorum is 3, but pair "p1" has 2 members (at most the members of the smallest pair: 2))"},
    {"[cluster]\ndurability = \"never\"\n" + pair_one,
     R"(:2: cluster.durability cannot be "never" (one of "disk", "memory"))"},
    {"[cluster]\nsecret_file = 1\n" + pair_one,
     R"(:2: cluster.secret_file cannot be 1 (the name of a file in quotes))"},
};

const Mistakes of_all_other_values{
    {"[timeouts]\nconnect = 300\n" + pair_one,
     R"(:2: timeouts.connect cannot be 300 (a number with a unit: us, ms, s, m, h or d, as in "300ms"))"},
    {"[timeouts]\nconnect = \"0\"\n" + pair_one,
     R"(:2: timeouts.connect cannot be "0" (from "1ms" to "10m"))"},
    {"[timeouts]\nrequest = \"soon\"\n" + pair_one,
     R"(:2: timeouts.request cannot be "soon" (a number with a unit: us, ms, s, m, h or d, as in "300ms"))"},
    {"[timeouts]\nretries = 101\n" + pair_one,
     R"(:2: timeouts.retries cannot be 101 (a whole number from 0 to 100))"},
    {"[timeouts]\nverdict = \"1h\"\n" + pair_one,
     R"(:2: timeouts.verdict cannot be "1h" (from "10ms" to "10m"))"},
    {"[timeouts]\nlock_wait = true\n" + pair_one,
     R"(:2: timeouts.lock_wait cannot be true (a number with a unit: us, ms, s, m, h or d, as in "300ms"))"},
    {"[timeouts]\noperation = \"1ms\"\n" + pair_one,
     R"(:2: timeouts.operation cannot be "1ms" (from "100ms" to "1d"))"},
    {"[read]\nhedge = 10\n" + pair_one,
     R"(:2: read.hedge cannot be 10 (a number with a unit: us, ms, s, m, h or d, as in "300ms"))"},
    {"[session]\nlease = \"1ms\"\n" + pair_one,
     R"(:2: session.lease cannot be "1ms" (from "100ms" to "1h"))"},
    {"[cache]\nentries = 0\n" + pair_one,
     R"(:2: cache.entries cannot be 0 (a whole number from 1 to 1000000000))"},
    {"[limits]\nconnections_per_node = 0\n" + pair_one,
     R"(:2: limits.connections_per_node cannot be 0 (a whole number from 1 to 1024))"},
    {"[limits]\ntransfers = 1000\n" + pair_one,
     R"(:2: limits.transfers cannot be 1000 (a whole number from 1 to 256))"},
    {"[limits]\nreserve = \"1GB\"\n" + pair_one,
     R"(:2: limits.reserve cannot be "1GB" (bytes, or a number with KiB, MiB, GiB or TiB, as in "1GiB"))"},
    {"[limits]\nbacklog_names = -1\n" + pair_one,
     R"(:2: limits.backlog_names cannot be -1 (a whole number from 1 to 1000000000))"},
    {"[heal]\nautomatic = \"yes\"\n" + pair_one, R"(:2: heal.automatic cannot be "yes" (true or false))"},
    {"[heal]\nrate = \"fast\"\n" + pair_one,
     R"(:2: heal.rate cannot be "fast" ("unlimited", or a size a second, as in "20MiB/s"))"},
    {"[heal]\nforeground_share = 1.5\n" + pair_one,
     R"(:2: heal.foreground_share cannot be 1.500000 (a number from 0 to 1))"},
    {"[scrub]\nevery = \"1s\"\n" + pair_one, R"(:2: scrub.every cannot be "1s" (from "1m" to "3650d"))"},
    {"[scrub]\nrate = \"0\"\n" + pair_one,
     R"(:2: scrub.rate cannot be "0" ("unlimited", or a size a second, as in "20MiB/s"))"},
    {"[log]\nlevel = \"loud\"\n" + pair_one,
     R"(:2: log.level cannot be "loud" (one of "error", "warning", "info", "debug"))"},
};

class ConfigMistakes : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/tandem-mistake-XXXXXX";
    const int descriptor = ::mkstemp(name);
    ASSERT_GE(descriptor, 0);
    ::close(descriptor);
    file_ = name;
  }
  void TearDown() override { ::unlink(file_.c_str()); }

  // Of `tandem --config FILE [--set OVERRIDE] config check`: the exit status and what it says.
  std::pair<int, std::string> check(const std::string& config, std::vector<std::string> overrides = {}) {
    std::ofstream(file_) << config;
    protocol::SystemRuntime runtime;
    NoticeBoard notices;
    ConfiguredCluster cluster({file_, std::move(overrides)}, runtime, notices);
    NoInput input("");
    TextOutput out;
    TextOutput messages;
    Session session(cluster, runtime, input, out, messages);
    const int status = execute(session, {"config", "check"}).status;
    return {status, messages.text};
  }

  void expect(const std::vector<Mistake>& mistakes) {
    for (const auto& [config, said] : mistakes) {
      const auto [status, message] = check(config);
      EXPECT_EQ(status, 78) << config;
      EXPECT_EQ(message, "tandem: " + file_ + with_name(said) + "\n") << config;
    }
  }

  std::string with_name(std::string said) const {
    const std::size_t at = said.find("FILE:3");
    const std::size_t other = said.find("FILE:2");
    const std::size_t found = std::min(at, other);
    return found == std::string::npos ? said : said.replace(found, 4, file_);
  }

  std::string file_{};
};

TEST_F(ConfigMistakes, OfPairs) {
  expect(of_pairs);
}
TEST_F(ConfigMistakes, OfWordsAndSyntax) {
  expect(of_words_and_syntax);
}
TEST_F(ConfigMistakes, OfTheCluster) {
  expect(of_the_cluster);
}
TEST_F(ConfigMistakes, OfAllOtherValues) {
  expect(of_all_other_values);
}

TEST_F(ConfigMistakes, NoKeyIsForgotten) {
  std::string all;
  for (const auto* part : {&of_pairs, &of_the_cluster, &of_all_other_values}) {
    for (const auto& mistake : *part) all += mistake.said + "\n";
  }
  for (const auto section : gateway::section_names()) {
    for (const auto key : gateway::keys_of_section(section)) {
      const std::string name = std::string(section) + "." + std::string(key);
      EXPECT_NE(all.find(": " + name + " "), std::string::npos) << name;
    }
  }
}

TEST_F(ConfigMistakes, OfTheCommandLine) {
  const auto said = [&](const std::string& assignment) { return check(pair_one, {assignment}).second; };
  EXPECT_EQ(said("request"),
            "tandem: --set request: is not section.key=value (write it like --set timeouts.request=2s)\n");
  EXPECT_EQ(said("pair.name=x"),
            "tandem: --set pair.name=x: pairs cannot be set on the command line (edit the config file)\n");
  EXPECT_EQ(said("timeout.request=1s"),
            "tandem: --set timeout.request=1s: unknown section [timeout] (did you mean \"timeouts\"?)\n");
  EXPECT_EQ(said("timeouts.requst=1s"),
            "tandem: --set timeouts.requst=1s: unknown key timeouts.requst (did you mean \"request\"?)\n");
  EXPECT_EQ(
      said("cluster.write_quorum=many"),
      "tandem: --set cluster.write_quorum=many: cluster.write_quorum cannot be \"many\" (a whole number "
      "from 1 to 5)\n");
}

TEST_F(ConfigMistakes, NoneIsToldAsNone) {
  EXPECT_EQ(check(pair_one), (std::pair<int, std::string>{0, ""}));
}

}  // namespace
}  // namespace tandem::shell
