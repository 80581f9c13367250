// Sixteen clients, random modes, some killed: exclusion is judged by what the members hold, not by what
// clients say. Two files are changed together under one lock; fences on every member must never decrease.
#include <csignal>
#include <fstream>
#include <map>
#include <random>
#include <thread>

#include "tests/cluster/locks/locks_fixture.hpp"

namespace tandem::test {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr std::size_t clients = 16;
constexpr auto duration = seconds(60);

// Forever: with the lock on /a, change both files or see that they are equal.
std::string client_script(std::size_t number, bool writes) {
  const auto tandem = program("tandem");
  const std::string name = std::to_string(number);
  if (writes) {
    return "n=0; while :; do n=$((n+1)); " + tandem + " lock /a -- sh -ec '" + tandem + " write /a " + name +
           ".'$n'; " + tandem + " write /b " + name + ".'$n; done";
  }
  return "while :; do " + tandem + " lock /a --shared -- sh -c 'a=$(" + tandem + " read /a) && b=$(" +
         tandem + " read /b) && a2=$(" + tandem +
         " read /a) && [ \"$a\" != \"$a2\" ] && echo \"/a was $a, then $a2\" >> wrong'; done";
}

class Stress : public Locks {
 protected:
  Child start(std::size_t number) {
    return Child({.arguments = {"sh", "-c", client_script(number, number % 2 == 0)},
                  .working_folder = cluster.folder().string(),
                  .environment = {"TANDEM_CONFIG=" + cluster.config_file().string()}});
  }

  // What each member holds of both files now, against what it held before.
  void check_fences() {
    for (const auto* path : {"/a", "/b"}) {
      const auto outcome = cluster.tandem({"--json", "why", path});
      if (!outcome.ok()) continue;
      const auto report = nlohmann::json::parse(outcome.output);
      for (const auto& copy : report["copies"]) {
        if (copy["fence"].is_null()) continue;
        const auto fence = copy["fence"].get<std::uint64_t>();
        auto& known = fences_[std::string(path) + copy["node"].get<std::string>()];
        EXPECT_GE(fence, known) << path << " on " << copy["node"];
        known = std::max(known, fence);
        ++looks_;
      }
    }
  }

  std::map<std::string, std::uint64_t> fences_{};
  std::size_t looks_ = 0;
};

TEST_F(Stress, ExclusionIsNeverBrokenWhoeverIsKilled) {
  std::mt19937 chance(11);
  ASSERT_TRUE(succeeds({"write", "/a", "0"}));
  ASSERT_TRUE(succeeds({"write", "/b", "0"}));
  std::vector<Child> running;
  for (std::size_t number = 0; number < clients; ++number) running.push_back(start(number));
  const auto end = steady_clock::now() + duration;
  int kills = 0;
  while (steady_clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds(chance() % 300));
    check_fences();
    // The holder itself, wherever in its work it is.
    const auto held = locks_on("/a");
    if (held.empty() || chance() % 3 != 0) continue;
    ::kill(held[chance() % held.size()]["holder"]["pid"].get<int>(), SIGKILL);
    ++kills;
  }
  running.clear();
  EXPECT_GT(kills, 10);
  EXPECT_GT(looks_, 100U);
  std::ifstream wrong(cluster.folder() / "wrong");
  EXPECT_FALSE(wrong.good()) << std::string(std::istreambuf_iterator<char>(wrong), {});
  std::printf("%d holders killed, %zu looks at members\n", kills, looks_);
  EXPECT_TRUE(cluster.heals());
  EXPECT_TRUE(succeeds({"lock", "/a", "--wait", "20", "--", "true"})) << "nothing is held for ever";
}

}  // namespace
}  // namespace tandem::test
