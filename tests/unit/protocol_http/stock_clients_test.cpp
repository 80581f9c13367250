// Clients that know nothing of us: Python's xmlrpc.client and curl.
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>

#include "tests/unit/protocol_http/http_fixture.hpp"

namespace tandem::protocol {
namespace {

constexpr const char* python_script = R"(
import sys, xmlrpc.client
url = "http://tandem:open%20sesame@127.0.0.1:" + sys.argv[1]
s = xmlrpc.client.ServerProxy(url)
assert s.mkdir("/d") is True
assert s.create("/d/f") is True
assert s.write("/d/f", "text") == 4
assert s.write("/d/f", xmlrpc.client.Binary(b"\x00\xff"), 2) == 2
assert s.read("/d/f").data == b"te\x00\xff"
assert s.read("/d/f", 1, 2).data == b"e\x00"
assert s.read("/d/f", 1.0, "2").data == b"e\x00"
assert s.read("/d/f", 3.0e9).data == b""
name = "/d/\U0001F600 \x01\n\r\"'<&>".encode() + b"\xff"
assert s.mv("/d/f", xmlrpc.client.Binary(name)) is True
assert s.read(xmlrpc.client.Binary(name)).data == b"te\x00\xff"
assert s.status()["files"] == 1 and s.status()["free"] == 5 * 2**30
try:
    s.read("/none"); assert False
except xmlrpc.client.Fault as fault:
    assert fault.faultCode == 10 and "none" in fault.faultString, fault
try:
    s.mkdir(xmlrpc.client.Binary(b"/\xff/\x01")); assert False
except xmlrpc.client.Fault as fault:
    assert fault.faultCode == 10, fault
methods = s.system.listMethods()
assert {"mkdir", "create", "mv", "read", "write", "status", "rm"} <= set(methods), methods
for method in methods:
    if not method.startswith("system."):
        assert s.system.methodHelp(method) and s.system.methodSignature(method) != "undef", method
assert s.node.identify()["run"] == "41"
assert s.rm(xmlrpc.client.Binary(name)) is True
try:
    xmlrpc.client.ServerProxy(url.replace("open", "shut")).status(); assert False
except xmlrpc.client.ProtocolError as error:
    assert error.errcode == 401, error
)";

int run(const std::string& command) {
  const int status = std::system(command.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

class StockClients : public HttpFixture {
 protected:
  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }
};

TEST_F(StockClients, PythonSpeaksToADispatcher) {
  if (!std::filesystem::exists("/usr/bin/python3")) GTEST_SKIP() << "no python3";
  start({.secret = "open sesame"});
  setenv("TANDEM_SCRIPT", python_script, 1);
  EXPECT_EQ(run("/usr/bin/python3 -c \"$TANDEM_SCRIPT\" " + std::to_string(server_->port())), 0);
}

TEST_F(StockClients, CurlFetchesAndStages) {
  if (!std::filesystem::exists("/usr/bin/curl")) GTEST_SKIP() << "no curl";
  start();
  const CallGuard guard = guard_of_joined();
  const std::string common = "-fsS -m 20 -H 'Tandem-Guard: " + to_string(guard.cluster) + " " +
                             to_string(guard.node) + " 1 29' '" + url() + "/objects/" + std::string(32, '1') +
                             "?stamp=1-1'";
  EXPECT_EQ(run("head -c 3000000 /dev/zero | curl -T - " + common), 0) << "chunked";
  EXPECT_EQ(run("test $(curl " + common + " | wc -c) = 3000000"), 0);
  EXPECT_EQ(run("test $(curl -r 2999990- " + common + " | wc -c) = 10"), 0);
  EXPECT_EQ(run("test $(curl -r 5-6 -o /dev/null -w '%{http_code}' " + common + ") = 206"), 0);
  EXPECT_EQ(run("printf hello | curl --data-binary @- -X PUT -H 'Expect: 100-continue' " + common), 0);
  EXPECT_EQ(run("test $(curl " + common + ") = hello"), 0);
  EXPECT_EQ(run("curl -r 9999999- " + common + " 2>/dev/null"), 22) << "416";
}

}  // namespace
}  // namespace tandem::protocol
