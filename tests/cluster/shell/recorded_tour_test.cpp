// docs/tour.txt is a recorded session of the interactive shell. It is made again on a real terminal and held
// against the one that is kept; TANDEM_RECORD=1 keeps the new one instead.
#include <cstdlib>
#include <regex>

#include "tests/cluster/cluster_fixture.hpp"
#include "tests/support/local_cluster/terminal.hpp"

namespace tandem::test {
namespace {

class RecordedTour : public FourNodes {
 protected:
  // Nodes are settled behind the answer.
  bool shown_on_two_nodes(const std::string& path) {
    return wait_until([&] {
      std::size_t shown = 0;
      for (std::size_t node = 0; node < cluster.nodes(); ++node) {
        if (std::filesystem::exists(cluster.tree(node) / path)) ++shown;
      }
      return shown == 2;
    });
  }
};

std::filesystem::path recording() {
  const char* source = std::getenv("TANDEM_SOURCE");
  return std::filesystem::path(source == nullptr ? "." : source) / "docs/tour.txt";
}

// What stays on the screen: a line begun anew replaces what stood there.
std::string screen_of(const std::string& seen) {
  std::string screen;
  std::size_t line = 0;
  for (std::size_t at = 0; at < seen.size(); ++at) {
    if (seen.compare(at, 2, "\r\n") == 0) {
      screen += '\n';
      line = screen.size();
      ++at;
    } else if (seen.compare(at, 4, "\r\x1b[J") == 0) {
      screen.resize(line);
      at += 3;
    } else if (seen[at] != '\a' && seen[at] != '\r') {
      screen += seen[at];
    }
  }
  return screen;
}

// Of the same width where it stands in a table.
std::string same_width(const std::string& text, const std::regex& what, const std::string& with) {
  std::string out;
  auto from = text.begin();
  for (std::sregex_iterator match(text.begin(), text.end(), what), end; match != end; ++match) {
    out.append(from, (*match)[0].first);
    const auto length = static_cast<std::size_t>(match->length());
    out += std::string(length - std::min(length, with.size()), ' ') + with;
    from = (*match)[0].second;
  }
  return out.append(from, text.end());
}

// Without what is another each time: ports, times, how much room this machine has.
std::string normalised(std::string text, const LocalCluster& cluster) {
  for (std::size_t node = 0; node < cluster.nodes(); ++node) {
    const auto address = cluster.address(node);
    for (auto at = text.find(address); at != std::string::npos; at = text.find(address)) {
      text.replace(at, address.size(), "127.0.0.1:1000" + std::to_string(node + 1));
    }
  }
  text = std::regex_replace(text, std::regex("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d"), "2026-01-31 10:30");
  text = std::regex_replace(text, std::regex("\n([-l][-rwx]{9}) [0-9]+ [0-9]+ "), "\n$1 1000 1000 ");
  text = std::regex_replace(text, std::regex("test (degraded|at risk):/> "), "test degraded:/> ");
  text = std::regex_replace(text, std::regex("(catalogue: sqlite, ok), [^\n]*"), "$1, 100.0 KiB");
  text = std::regex_replace(text, std::regex("\\bfor [0-9.]+ s\\b"), "for 1.0 s");
  text = std::regex_replace(text, std::regex(", about [^\n]* left"), "");
  // Whether the connection was cut or refused is a matter of moments.
  text = std::regex_replace(text,
                            std::regex("(connection lost to [0-9.]+:[0-9]+|node out +[0-9.]+:[0-9]+)[^\n]*"),
                            "$1: cannot connect: Connection refused");
  text = std::regex_replace(text, std::regex(" stored, [^ ]+ [KMGTP]iB free"), " stored, 100.0 GiB free");
  return same_width(text, std::regex(" +[0-9.]+ [GTP]iB\n"), "100.0 GiB\n");
}

class Recorder {
 public:
  explicit Recorder(Terminal& terminal) : terminal_(terminal) {}

  // Types a line and waits for the prompt behind what it says.
  bool says(const std::string& line) {
    terminal_.type(line + "\r");
    return terminal_.sees(line) && terminal_.sees(":/> ");
  }

 private:
  Terminal& terminal_;
};

TEST_F(RecordedTour, IsWhatHappens) {
  Terminal terminal(cluster.tandem_command({}));
  Recorder tour(terminal);
  ASSERT_TRUE(terminal.sees("test:/> ")) << terminal.everything();
  for (const char* line :
       {"mkdir /letters", "write /letters/anna 'Dear Anna, '", "write /letters/anna 'all is well.' --append",
        "read /letters/anna", "write /letters/bert 'Dear Bert, all is fine.'",
        "mv /letters/anna /letters/to-anna", "ln -s to-anna /letters/latest", "ls -l /letters",
        "red /letters/bert"}) {
    ASSERT_TRUE(tour.says(line)) << terminal.everything();
  }
  ASSERT_TRUE(shown_on_two_nodes("letters/bert") && shown_on_two_nodes("letters/to-anna"));
  ASSERT_TRUE(tour.says("status")) << terminal.everything();
  cluster.kill(1);
  ASSERT_TRUE(terminal.sees("test degraded:/> ")) << terminal.everything();
  for (const char* line : {"read /letters/latest", "write /letters/to-anna 'one of us is missing...'",
                           "write /letters/bert 'nor does he see this...'", "status p1"}) {
    ASSERT_TRUE(tour.says(line)) << terminal.everything();
  }
  ASSERT_TRUE(cluster.restart(1));
  ASSERT_TRUE(terminal.sees("regained") && terminal.sees("test:/> ", std::chrono::seconds(60)))
      << terminal.everything();
  for (const char* line : {"status", "events", "rm -r /letters"}) {
    ASSERT_TRUE(tour.says(line)) << terminal.everything();
  }
  terminal.type("exit\r");
  ASSERT_EQ(terminal.wait(std::chrono::seconds(20)), 0) << terminal.everything();
  const auto remade = normalised(screen_of(terminal.everything()), cluster);
  if (std::getenv("TANDEM_RECORD") != nullptr) write_file(recording(), remade);
  EXPECT_EQ(remade, content_of_file(recording())) << "TANDEM_RECORD=1 keeps it as docs/tour.txt";
}

}  // namespace
}  // namespace tandem::test
