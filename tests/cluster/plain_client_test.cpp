// A daemon on its own serves any XML-RPC client; one that belongs to a cluster lets nobody change it behind
// the gateways' backs.
#include <cstdlib>
#include <filesystem>

#include "tests/cluster/cluster_fixture.hpp"

namespace tandem::test {
namespace {

Outcome run_plain_client(const std::string& kind, const std::string& address) {
  const char* source = std::getenv("TANDEM_SOURCE");
  Command command;
  command.arguments = {"python3",
                       std::string(source == nullptr ? "." : source) + "/tests/cluster/plain_client.py", kind,
                       "http://" + address + "/RPC2"};
  return run(command);
}

class PlainClient : public testing::Test {
 protected:
  static ClusterOptions one_daemon() {
    ClusterOptions options;
    options.nodes = 1;
    options.members_per_pair = 1;
    return options;
  }
  void SetUp() override { ASSERT_TRUE(cluster_.start()); }
  std::string url() const { return "http://" + cluster_.address(0) + "/RPC2"; }

  static Outcome run_words(std::vector<std::string> words, std::string input = {}) {
    Command command;
    command.arguments = std::move(words);
    command.input = std::move(input);
    return run(command);
  }
  // The client program that comes with xmlrpc-c; "s/text", "i/5" and "I/5000000000" are its parameters.
  Outcome xmlrpc(std::vector<std::string> words) const {
    words.insert(words.begin(), {"xmlrpc", url()});
    return run_words(std::move(words));
  }
  Outcome curl(const std::string& method, const std::string& value) const {
    return run_words(
        {"curl", "-sS", "-m", "20", "-H", "Content-Type: text/xml", "--data-binary", "@-", url()},
        "<?xml version=\"1.0\"?><methodCall><methodName>" + method + "</methodName><params><param><value>" +
            value + "</value></param></params></methodCall>");
  }
  static bool installed(const std::string& program) { return std::filesystem::exists("/usr/bin/" + program); }
  static bool says(const Outcome& outcome, const std::string& words) {
    return (outcome.output + outcome.errors).find(words) != std::string::npos;
  }

  LocalCluster cluster_{one_daemon()};
};

TEST_F(PlainClient, StockPythonUsesADaemonOfNoCluster) {
  const auto outcome = run_plain_client("free", cluster_.address(0));
  EXPECT_TRUE(outcome.ok()) << describe(outcome);
}

TEST_F(PlainClient, TheClientOfXmlrpcCUsesADaemonOfNoCluster) {
  if (!installed("xmlrpc")) GTEST_SKIP() << "no xmlrpc (Debian: libxmlrpc-core-c3-dev)";
  const std::initializer_list<std::pair<std::vector<std::string>, const char*>> calls{
      {{"mkdir", "s//d"}, "Boolean: TRUE"},
      {{"create", "s//d/f"}, "Boolean: TRUE"},
      {{"write", "s//d/f", "s/gr\u00fc\u00dfe \"<&>'"}, "Integer: 13"},
      {{"read", "s//d/f", "i/0", "i/2"}, "6772"},
      {{"mv", "s//d/f", "s//d/g"}, "Boolean: TRUE"},
      {{"write", "s//d/g", "s/end", "I/5000000000"}, "Integer: 3"},
      {{"read", "s//d/g", "I/5000000001", "i/9"}, "6e64"},
      {{"status"}, "64-bit integer: 5000000003"},
      {{"system.methodHelp", "s/read"}, "base64"},
      {{"rm", "s//d/g"}, "Boolean: TRUE"},
      {{"rm", "s//d"}, "Boolean: TRUE"},
  };
  for (const auto& [words, expected] : calls) {
    const auto outcome = xmlrpc(words);
    EXPECT_TRUE(outcome.ok() && says(outcome, expected)) << words[0] << ": " << describe(outcome);
  }
  const auto missing = xmlrpc({"read", "s//none"});
  EXPECT_FALSE(missing.ok());
  EXPECT_TRUE(says(missing, "fault code 10")) << describe(missing);
  EXPECT_FALSE(says(xmlrpc({"system.listMethods"}), "shutdown"));
  EXPECT_FALSE(xmlrpc({"system.shutdown", "s/now"}).ok());
  EXPECT_TRUE(xmlrpc({"status"}).ok()) << "still there";
}

TEST_F(PlainClient, CurlUsesADaemonOfNoCluster) {
  if (!installed("curl")) GTEST_SKIP() << "no curl";
  const auto yes = curl("mkdir", "<string>/\U0001f600</string>");
  EXPECT_TRUE(yes.ok() && says(yes, "<boolean>1</boolean>")) << describe(yes);
  EXPECT_TRUE(std::filesystem::is_directory(cluster_.tree(0) / "\U0001f600"));
  EXPECT_TRUE(says(curl("create", "/&#128512;/f"), "<boolean>1</boolean>"));
  EXPECT_TRUE(says(curl("read", "/none"), "<i4>10</i4>"));
  EXPECT_TRUE(says(curl("mkdir", "/../outside"), "<i4>15</i4>"));
  const auto metrics = run_words({"curl", "-sSf", "http://" + cluster_.address(0) + "/metrics"});
  EXPECT_TRUE(says(metrics, "tandem_requests_total{call=\"plain_create\",code=\"ok\"} 1"));
}

TEST_F(FourNodes, RefusePlainChangesAndSayWhereToGo) {
  ASSERT_TRUE(succeeds({"write", "/shared", "untouched"}));
  const auto holder = first_member_holding("shared");
  const auto outcome = run_plain_client("claimed", cluster.address(holder));
  EXPECT_TRUE(outcome.ok()) << describe(outcome);
  EXPECT_EQ(content("/shared"), "untouched");
  EXPECT_TRUE(cluster.members_become_equal());
}

}  // namespace
}  // namespace tandem::test
