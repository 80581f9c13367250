// What the store tells while a command runs, kept until it can be told without tearing other output apart.
#pragma once

#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "gateway/store/store.hpp"

namespace tandem::shell {

class NoticeBoard {
 public:
  // From any thread.
  void post(const gateway::Notice& notice);
  // Called at each post, from the poster's thread; keep it short, and leave the board alone in it.
  void when_posted(std::function<void(const gateway::Notice&)> call);

  std::vector<gateway::Notice> take();
  std::set<std::string> take_members_used();

 private:
  std::mutex mutex_{};
  std::vector<gateway::Notice> notices_{};
  std::set<std::string> members_used_{};
  std::function<void(const gateway::Notice&)> when_posted_{};
};

// The sentence for people; empty for what they need not know.
std::string sentence(const gateway::Notice& notice, bool verbose);

struct Session;
// Tells what has been posted: loss and return of nodes, damaged copies, warnings; with -v everything.
void tell_notices(Session& session);
// With -v: which members the command reached.
void tell_members_used(Session& session);

}  // namespace tandem::shell
