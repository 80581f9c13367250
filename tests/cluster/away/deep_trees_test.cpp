// Deep directories are moved, renamed over, turned inside out and made anew under their old names while a
// member is away. Each such change is one entry in the catalogue; the member has to come to the same tree.
#include <algorithm>
#include <sstream>

#include "tests/cluster/journal.hpp"
#include "tests/cluster/partitions/proxied_fixture.hpp"

namespace tandem::test {
namespace {

namespace fs = std::filesystem;

constexpr int forests = 2;  // the member is killed while the first changes
constexpr int depth = 16;

std::string down(std::string path, int from, int to) {
  for (int level = from; level < to; ++level) path += "/l" + std::to_string(level);
  return path;
}

void grow(Journal& journal, const std::string& top, const std::string& text) {
  for (int level = 0; level <= depth; ++level) {
    const auto directory = down(top, 0, level);
    journal.mkdir(directory).write(directory + "/f", text + std::to_string(level));
  }
}

void plant(Journal& journal, const std::string& forest) {
  journal.mkdir(forest).mkdir(forest + "/empty");
  for (const char* tree : {"/oak", "/elm", "/ash", "/yew"}) grow(journal, forest + tree, tree + 1);
}

void change(Journal& journal, const std::string& forest) {
  const auto oak = forest + "/oak";
  const auto elm = forest + "/elm";
  const auto ash = forest + "/ash";
  const auto yew = forest + "/yew";
  // A part of one tree into the depth of another, and the same names anew with other contents.
  journal.mv(down(oak, 0, 3), down(elm, 0, 10) + "/from-oak");
  for (int level = 3; level < 8; ++level) {
    journal.mkdir(down(oak, 0, level)).write(down(oak, 0, level) + "/f", "anew" + std::to_string(level));
  }
  // A tree over an empty directory; under its old name another one, and a file where it had a directory.
  journal.mv(ash, forest + "/empty").mkdir(ash).write(ash + "/l0", "a-file-now");
  // The ends changed: who was above is below who was below.
  journal.mv(down(yew, 0, 9), forest + "/top").mv(yew, down(forest + "/top", 9, 15) + "/bottom");
  // Two names exchanged.
  journal.mv(oak, forest + "/other").mv(elm, oak).mv(forest + "/other", elm);
  // What stands in moved parts is changed, renamed and removed.
  const auto moved = down(down(oak, 0, 10) + "/from-oak", 3, 12);
  journal.write(moved + "/f", "written-after-the-move").append(down(moved, 12, 15) + "/f", "and-more");
  journal.mv(down(moved, 12, 16) + "/f", forest + "/out").rm(down(moved, 12, 14) + "/f");
}

std::string forest(int number) {
  return "/forest" + std::to_string(number);
}

// All paths, as `find` says and as a folder of this machine has them.
std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  std::sort(lines.begin(), lines.end());
  return lines;
}
std::vector<std::string> paths_below(const fs::path& folder) {
  std::vector<std::string> paths{"/"};
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    paths.push_back("/" + entry.path().lexically_relative(folder).string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

// "killed": everything it holds is compared when it is back; "stopped" in order: what it missed is healed by
// its marks alone.
class DeepTrees : public ProxiedPair, public testing::WithParamInterface<std::string> {
 protected:
  testing::AssertionResult are_as_in(const fs::path& model) {
    const auto found = cluster.tandem({"find", "/"});
    const auto listed = lines_of(found.output);
    const auto expected = paths_below(model);
    if (listed != expected) {
      const auto first = std::mismatch(listed.begin(), listed.end(), expected.begin(), expected.end());
      return testing::AssertionFailure()
             << "find " << found.status << " has '" << (first.first == listed.end() ? "" : *first.first)
             << "' instead of '" << (first.second == expected.end() ? "" : *first.second) << "'";
    }
    const TemporaryFolder back;
    const auto got = cluster.tandem({"get", "-r", "/", (back.path() / "all").string()});
    if (!got.ok()) return testing::AssertionFailure() << "get -r: " << describe(got);
    return same_trees(model, back.path() / "all");
  }
};

TEST_P(DeepTrees, MovedWhileAMemberIsAwayAreTheSameOnItOnceItIsHealed) {
  Journal before;
  Journal when_killed;
  Journal while_away;
  for (int number = 0; number < forests; ++number) {
    plant(before, forest(number));
    change(number == 0 ? when_killed : while_away, forest(number));
  }
  const TemporaryFolder model;
  before.apply_to(model.path());
  std::vector<std::string> put{"put", "-r"};
  for (int number = 0; number < forests; ++number)
    put.push_back((model.path() / forest(number).substr(1)).string());
  put.emplace_back("/");
  ASSERT_TRUE(succeeds(put));
  when_killed.apply_to(model.path());
  while_away.apply_to(model.path());
  ASSERT_TRUE(cluster.members_become_equal());

  Child client(cluster.tandem_command({"run", "-"}, when_killed.script()));
  ASSERT_TRUE(wait_until([&] { return fs::exists(cluster.tree(1) / "forest0/empty/f"); })) << client.errors();
  if (GetParam() == "killed") {
    cluster.kill(1);
  } else {
    ASSERT_TRUE(cluster.stop(1));
  }
  proxies[1]->refuse();
  EXPECT_EQ(client.wait(std::chrono::seconds(60)), 0) << client.errors();
  ASSERT_TRUE(succeeds({"run", "-"}, while_away.script()));
  EXPECT_TRUE(are_as_in(model.path())) << "while it is away";

  ASSERT_TRUE(cluster.restart(1));
  proxies[1]->pass();
  EXPECT_TRUE(ends_as_the_catalogue_says());
  EXPECT_TRUE(fs::is_empty(cluster.data_folder(1) / "limbo")) << "something was put aside";
  cluster.kill(0);
  proxies[0]->refuse();
  EXPECT_TRUE(are_as_in(model.path())) << "from the healed member alone";
}

INSTANTIATE_TEST_SUITE_P(Member, DeepTrees, testing::Values("killed", "stopped"),
                         [](const auto& each) { return each.param; });

}  // namespace
}  // namespace tandem::test
