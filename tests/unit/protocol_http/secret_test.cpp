#include "protocol/http/secret.hpp"

#include <filesystem>
#include <map>

#include "protocol/http/secret_file.hpp"
#include "tests/support/local_cluster/trees.hpp"
#include "tests/unit/protocol_http/http_fixture.hpp"

namespace tandem::protocol {
namespace {

class SecretOnAServer : public HttpFixture {
 protected:
  static std::string with(const std::string& authorization) {
    std::string request = ping();
    request.insert(request.find("Content-Length"), "Authorization: " + authorization + "\r\n");
    return request;
  }
  int status_with(const std::string& authorization) {
    RawClient one = client();
    one.send(with(authorization));
    return one.status();
  }
};

TEST(Secret, CredentialsAreCompared) {
  SecretCheck check;
  EXPECT_TRUE(check.admits(""));
  check.set("open sesame");
  EXPECT_TRUE(check.admits(basic_credentials("open sesame")));
  EXPECT_TRUE(check.admits("BASIC " + basic_credentials("open sesame").substr(6)));
  for (const char* wrong :
       {"", "Basic", "Basic ", "Bearer x", "Basic dGFuZGVtOg==", "basically wrong", "     "}) {
    EXPECT_FALSE(check.admits(wrong)) << wrong;
  }
  EXPECT_FALSE(check.admits(basic_credentials("open sesam")));
  EXPECT_FALSE(check.admits(basic_credentials("open sesame!")));
  check.set(std::nullopt);
  EXPECT_TRUE(check.admits("whatever"));
}

TEST(SecretFile, IsTrimmedAndNeverEmpty) {
  namespace fs = std::filesystem;
  const test::TemporaryFolder folder;
  const auto file = [&](const std::string& name, const std::string& text) {
    test::write_file(folder.path() / name, text);
    return (folder.path() / name).string();
  };
  const std::string path = file("secret", " \n hush now\r\n");
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(read_secret_file(path, "it")->secret, "hush now");
  EXPECT_FALSE(read_secret_file(path, "it")->world_readable);
  fs::permissions(path, fs::perms::others_read, fs::perm_options::add);
  EXPECT_TRUE(read_secret_file(path, "it")->world_readable);
  EXPECT_EQ(read_secret_file(file("empty", " \n"), "it").code(), Code::invalid);
  EXPECT_EQ(read_secret_file(file("nothing", ""), "it").code(), Code::invalid);
  EXPECT_EQ(read_secret_file(file("long", std::string(5000, 'x')), "it").code(), Code::invalid);
  EXPECT_EQ(read_secret_file(folder.path().string(), "it").code(), Code::invalid);
  const auto missing = read_secret_file((folder.path() / "none").string(), "--secret-file");
  EXPECT_EQ(missing.code(), Code::invalid);
  EXPECT_EQ(missing.error().mend, "check --secret-file");
}

TEST_F(SecretOnAServer, AWrongOrMissingSecretIsDenied) {
  start({.secret = "right"});
  EXPECT_EQ(status_with(basic_credentials("right")), 200);
  EXPECT_EQ(status_with(basic_credentials("wrong")), 401);
  RawClient one = client();
  one.send(ping());
  const std::string reply = one.reply();
  EXPECT_TRUE(reply.starts_with("HTTP/1.1 401 "));
  EXPECT_NE(reply.find("WWW-Authenticate: Basic"), std::string::npos);
  EXPECT_NE(reply.find("<int>16</int>"), std::string::npos) << "a plain fault";
  EXPECT_EQ(reply.find("right"), std::string::npos);
}

TEST_F(SecretOnAServer, TheBodyOfADeniedRequestIsNotAwaited) {
  start({.secret = "right"});
  RawClient one = client();
  one.send("PUT /objects/x HTTP/1.1\r\nContent-Length: 1000000000\r\n\r\n");
  EXPECT_EQ(one.status(), 401);
  EXPECT_TRUE(one.closed_within(long_enough));
}

TEST_F(SecretOnAServer, WhoDoesNotKnowItKeepsNoConnectionAndIsReported) {
  start({.secret = "right", .on_refused = refusals()});
  RawClient one = client();
  one.send(ping() + ping());
  EXPECT_EQ(one.status(), 401);
  EXPECT_TRUE(one.closed_within(long_enough)) << "no second answer";
  EXPECT_TRUE(becomes_true([&] { return server_->connections() == 0; }));
  EXPECT_EQ(refused(), (std::map<int, int>{{401, 1}}));
  EXPECT_TRUE(last_peer().starts_with("127.0.0.1:")) << last_peer();
}

TEST_F(SecretOnAServer, TheSecretCanBeReplacedWhileServing) {
  start({.secret = "old"});
  RawClient kept = client();
  kept.send(with(basic_credentials("old")));
  EXPECT_EQ(kept.status(), 200);
  server_->set_secret("new");
  kept.send(with(basic_credentials("old")));
  EXPECT_EQ(kept.status(), 401);
  EXPECT_EQ(status_with(basic_credentials("new")), 200);
}

}  // namespace
}  // namespace tandem::protocol
