// SIGKILL again and again while a client writes at an offset: whoever looks at the file, at any moment, sees
// the old content or the new one, and a write that was answered stays.
#include <signal.h>

#include <atomic>
#include <fstream>
#include <sstream>
#include <thread>

#include "tests/unit/storaged_daemon/daemon_fixture.hpp"

namespace tandem::storaged {
namespace {

constexpr std::size_t before_bytes = 300'000;
constexpr std::size_t changed_bytes = 900'000;
constexpr std::size_t behind_bytes = 200'000;

// The letter that the changed part consists of, or '?' when it, or what is around it, is a mixture.
char letter_in(const std::string& content) {
  if (content.size() != before_bytes + changed_bytes + behind_bytes) return '?';
  const std::string_view all = content;
  const std::string_view changed = all.substr(before_bytes, changed_bytes);
  const bool around =
      all.substr(0, before_bytes).find_first_not_of('-') == std::string_view::npos &&
      all.substr(before_bytes + changed_bytes).find_first_not_of('-') == std::string_view::npos;
  return around && changed.find_first_not_of(changed[0]) == std::string_view::npos ? changed[0] : '?';
}

class KilledDaemon : public DaemonProcess {
 protected:
  std::string file_now() const {
    std::ostringstream text;
    text << std::ifstream(root() + "/tree/f", std::ios::binary).rdbuf();
    return text.str();
  }
  bool write_letter(int at, char letter) {
    const std::string reply =
        ask(at, call("write", "/f", std::string(changed_bytes, letter), std::to_string(before_bytes)));
    return reply.find("<i4>" + std::to_string(changed_bytes) + "</i4>") != std::string::npos;
  }
};

TEST_F(KilledDaemon, LeavesTheOldContentOrTheNewOneOfAWriteAtAnOffset) {
  auto child = start();
  { std::ofstream(root() + "/tree/f") << std::string(before_bytes + changed_bytes + behind_bytes, '-'); }
  std::atomic<bool> over = false;
  std::atomic<int> mixtures = 0;
  std::atomic<int> looks = 0;
  std::thread watcher([&] {
    for (; !over; ++looks) mixtures += letter_in(file_now()) == '?' ? 1 : 0;
  });
  char answered = '-';
  char tried = 'a';
  for (int round = 0; round < 15; ++round) {
    std::atomic<int> writes = 0;
    std::thread writer([&, at = port()] {
      while (write_letter(at, tried)) {
        answered = tried;
        tried = static_cast<char>(tried == 'z' ? 'a' : tried + 1);
        ++writes;
      }
    });
    EXPECT_TRUE(test::wait_until([&] { return writes >= 2; }));
    std::this_thread::sleep_for(std::chrono::microseconds(700 * round));  // another moment each time
    child.signal(SIGKILL);
    child.wait(soon);
    writer.join();
    child = start();
    const char found = letter_in(file_now());
    EXPECT_TRUE(found == answered || found == tried) << found << ", answered " << answered;
    EXPECT_EQ(entries("staging"), 0U) << "what was half written goes with the start";
  }
  over = true;
  watcher.join();
  EXPECT_EQ(mixtures, 0) << "of " << looks << " looks";
}

}  // namespace
}  // namespace tandem::storaged
