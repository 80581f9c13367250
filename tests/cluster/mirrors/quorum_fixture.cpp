#include "tests/cluster/mirrors/quorum_fixture.hpp"

#include <fstream>
#include <sstream>

namespace tandem::test {
namespace {

constexpr int unavailable = 20;

}  // namespace

Outcome Group::tandem(std::vector<std::string> arguments, std::string input) const {
  std::vector<std::string> all{
      "--set", "cluster.write_quorum=2", "--set", "cluster.read_quorum=2", "--set", "read.hedge=0"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return cluster.tandem(std::move(all), std::move(input));
}

void Group::put(const std::string& text) const {
  const auto written = tandem({"write", "/f", text});
  ASSERT_TRUE(written.ok()) << describe(written);
}

std::string Group::expect_content(const std::string& text) const {
  std::string script;
  std::string expected;
  for (std::size_t turn = 0; turn < 2 * cluster.nodes(); ++turn) {
    script += "read /f\n";
    expected += text;
  }
  const auto read = tandem({"run", "-"}, script);
  EXPECT_TRUE(read.ok()) << describe(read);
  EXPECT_EQ(read.output, expected);
  return read.errors;
}

void Group::expect_refused_naming(const std::vector<std::size_t>& nodes) const {
  for (const auto& refused : {tandem({"read", "/f"}), tandem({"write", "/f", "changed"})}) {
    EXPECT_EQ(refused.status, unavailable) << describe(refused);
    EXPECT_EQ(refused.output, "");
    for (const auto node : nodes)
      EXPECT_NE(refused.errors.find(cluster.address(node) + ": "), std::string::npos) << refused.errors;
  }
}

void Group::corrupt(std::size_t node, const std::string& name) const {
  const auto path = cluster.tree(node) / name;
  std::string bytes = content_of_file(path);
  ASSERT_FALSE(bytes.empty());
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x20);
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  ASSERT_TRUE(file.good());
}

void Group::expect_every_copy(const std::string& text) const {
  for (std::size_t node = 0; node < cluster.nodes(); ++node) EXPECT_EQ(copy_on(node), text) << node;
}

std::vector<std::string> Group::events(const std::string& kind) const {
  std::vector<std::string> all;
  std::istringstream lines(tandem({"events", "--json"}).output);
  for (std::string line; std::getline(lines, line);) {
    const auto event = Json::parse(line);
    const auto text = [&](const char* key) {
      return event[key].is_null() ? "" : event[key].get<std::string>();
    };
    if (event["kind"] == kind) all.push_back(text("node") + " " + text("path") + ": " + text("message"));
  }
  return all;
}

}  // namespace tandem::test
