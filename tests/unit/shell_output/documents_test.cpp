#include "shell/output/documents.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/shell_output/schema.hpp"

namespace tandem::shell {
namespace {

using Json = nlohmann::ordered_json;
using test::complaints;
using None = std::vector<std::string>;

gateway::Item a_file() {
  gateway::Item item;
  item.name = "motto";
  item.id.bytes[0] = 0xAB;
  item.version = (std::uint64_t{1} << epoch_shift) + 7;
  item.size_bytes = 17;
  item.attributes = {0640, 1000, 100, 1769851800000000000};
  item.pair = "p1";
  item.digest.bytes[15] = 1;
  return item;
}

gateway::ClusterStatus a_status() {
  gateway::ClusterStatus status;
  status.name = "home";
  status.id.bytes[0] = 1;
  status.verdict = gateway::Verdict::degraded;
  status.reasons = {"127.0.0.1:7002 is out"};
  status.catalogue = {"sqlite", "ok", "", 4096, 0};
  gateway::PairStatus pair;
  pair.name = "p1";
  pair.verdict = gateway::Verdict::degraded;
  pair.state = "active";
  gateway::MemberStatus live;
  live.node = "127.0.0.1:7001";
  live.uuid.bytes[0] = 2;
  live.state = "live";
  live.since_ns = 1769851800000000000;
  live.version = "0.1.0";
  live.pid = 4711;
  live.reached = true;
  live.node_status.files = 3;
  gateway::MemberStatus out = live;
  out.node = "10.0.0.2:7001";
  out.state = "out";
  out.reason = "connection refused";
  out.reached = false;
  out.backlog = {2, 1, 4096, 1769851800000000000, 1.5};
  pair.members = {live, out};
  status.pairs = {pair};
  return status;
}

TEST(Documents, AFileIsToldInFull) {
  const std::string text = stat_document("/motto", a_file());
  EXPECT_EQ(complaints("stat", text), None{});
  EXPECT_EQ(
      text,
      R"({"schema":1,"path":"/motto","name":"motto","kind":"file","id":"ab000000000000000000000000000000",)"
      R"("version":281474976710663,"size_bytes":17,"modified_at":"2026-01-31T09:30:00.000000000Z",)"
      R"("mode":"0640","uid":1000,"gid":100,"pair":"p1","digest":"00000000000000000000000000000001",)"
      R"("target":null})");
}

TEST(Documents, ANameThatIsNotUtf8IsAlsoGivenExactly) {
  gateway::Item item = a_file();
  item.name = "\xff";
  const std::string text = list_head("/\xff") + entry_element(item) + std::string(list_tail);
  EXPECT_EQ(complaints("ls", text), None{});
  const Json json = Json::parse(text);
  EXPECT_EQ(json["path_base64"], "L/8=");
  EXPECT_EQ(json["entries"][0]["name_base64"], "/w==");
  EXPECT_EQ(json["entries"][0]["name"], "\xef\xbf\xbd");
  EXPECT_FALSE(Json::parse(stat_document("/a", a_file())).contains("name_base64"));
}

TEST(Documents, DirectoriesAndSymlinksHaveNoContent) {
  gateway::Item directory = a_file();
  directory.kind = Kind::directory;
  gateway::Item link = a_file();
  link.kind = Kind::symlink;
  link.target = "\xfe/x";
  const std::string text =
      list_head("/") + entry_element(directory) + "," + entry_element(link) + std::string(list_tail);
  EXPECT_EQ(complaints("ls", text), None{});
  const Json json = Json::parse(text);
  EXPECT_TRUE(json["entries"][0]["digest"].is_null());
  EXPECT_TRUE(json["entries"][0]["pair"].is_null());
  EXPECT_EQ(json["entries"][1]["target_base64"], "/i94");
}

TEST(Documents, ListsHoldToTheirSchemas) {
  EXPECT_EQ(complaints("ls", list_head("/") + std::string(list_tail)), None{});
  EXPECT_EQ(complaints("find", list_head("/") + found_element("/motto", a_file()) + std::string(list_tail)),
            None{});
  EXPECT_EQ(complaints("tree-node",
                       list_head("/") + node_entry_element({"/a", Kind::file, 3}) + std::string(list_tail)),
            None{});
  EXPECT_EQ(complaints("du", list_head("/") + usage_element({"/a", 1, 2, 3}) + std::string(list_tail)),
            None{});
}

TEST(Documents, StatusHoldsToItsSchema) {
  const std::string text = status_document(a_status());
  EXPECT_EQ(complaints("status", text), None{});
  const Json json = Json::parse(text);
  EXPECT_EQ(json["verdict"], "degraded");
  const Json& members = json["pairs"][0]["members"];
  EXPECT_EQ(members[0]["pid"], 4711);
  EXPECT_TRUE(members[1]["pid"].is_null()) << "a process number means nothing on another machine";
  EXPECT_EQ(members[0]["files"], 3);
  EXPECT_TRUE(members[1]["files"].is_null()) << "nobody knows";
  EXPECT_EQ(members[1]["backlog"]["oldest_at"], "2026-01-31T09:30:00.000000000Z");
  EXPECT_EQ(complaints("df", space_document(a_status())), None{});
}

TEST(Documents, WhyHoldsToItsSchema) {
  gateway::PathReport report;
  report.path = "/motto";
  report.verdict = "degraded";
  report.pair = "p1";
  report.copies = {{"127.0.0.1:7001", "live", 7, {1, 2}, "good", ""},
                   {"127.0.0.1:7002", "out", 0, {}, "unreachable", "connection refused"}};
  report.heal_needed = true;
  report.heal_source = "127.0.0.1:7001";
  EXPECT_EQ(complaints("why", why_document(report)), None{});
}

TEST(Documents, SmallOnesHoldToTheirSchemas) {
  EXPECT_EQ(complaints("heal", heal_document({1, 2, 3, 4, "a node"})), None{});
  EXPECT_EQ(complaints("init", init_document("home", {}, {{"p1", {"a:1", "b:1"}}})), None{});
  EXPECT_EQ(complaints("config", config_document({})), None{});
  EXPECT_EQ(complaints("version", version_document("0.1.0")), None{});
  const std::vector<ItemFailure> failures{
      {"a\xff", {Code::denied, "cannot open: Permission denied", "a\xff"}}};
  EXPECT_EQ(complaints("transfer", transfer_document({1, 2, 6, 3, 4, 5, 1, 0.5}, failures)), None{});
  EXPECT_EQ(complaints("notice", notice_document({gateway::Notice::Kind::node_lost, "a:1", "", "refused"})),
            None{});
}

TEST(Documents, AnEventTellsWhatHappenedToWhom) {
  gateway::LoggedEvent event{7, {}};
  event.record.kind = "copy_damaged";
  event.record.at_ns = 1769851800000000000;
  event.record.node = "a:1";
  event.record.path = "/\xff";
  const std::string text = event_document(event);
  EXPECT_EQ(complaints("events", text), None{});
  EXPECT_EQ(text, R"({"schema":1,"sequence":7,"happened_at":"2026-01-31T09:30:00.000000000Z",)"
                  R"("kind":"copy_damaged","node":"a:1","path":"/)"
                  "\xef\xbf\xbd"
                  R"(","path_base64":"L/8=","message":null})");
}

TEST(Documents, AFailureSaysWhatHappenedAndWhere) {
  const Error error{Code::not_found, "there is no such file", "/a", "", "look with ls"};
  const std::string text = failure_document({"not_found", "", 0}, error);
  EXPECT_EQ(complaints("failure", text), None{});
  EXPECT_EQ(text, R"({"schema":1,"error":{"code":"not_found","path":"/a","node":null,)"
                  R"("message":"there is no such file","hint":"look with ls"}})");
  const std::string in_script =
      failure_document({"usage", "a.tandem", 3}, {Code::invalid, "unknown command"});
  EXPECT_EQ(complaints("failure", in_script), None{});
  EXPECT_EQ(Json::parse(in_script)["error"]["line"], 3);
}

TEST(Schemas, ComplainAboutWhatIsWrong) {
  EXPECT_NE(complaints("version", R"({"schema":1,"version":1})"), None{});
  EXPECT_NE(complaints("version", R"({"schema":1})"), None{});
  EXPECT_NE(complaints("version", R"({"version":"1","schema":1})"), None{});
  EXPECT_NE(complaints("version", R"({"schema":1,"version":"1","more":1})"), None{});
}

}  // namespace
}  // namespace tandem::shell
