// What one thread asked of the catalogue and of the nodes, in order: the seams of a real store with a tape
// running. Calls of other threads (settling, watching) are kept apart, and settling can be held up, so that
// a test sees what an answer waits for.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "gateway/catalogue/catalogue.hpp"
#include "gateway/nodes/node.hpp"

namespace tandem::test {

class Tape {
 public:
  void note(const std::string& call);
  // What the calling thread asked since the last time.
  std::vector<std::string> take();
  // The calls of all other threads since the last time, in no particular order of threads.
  std::vector<std::string> take_others();

  void hold_settles();
  void release_settles();
  // By a settle call: waits while they are held. After some seconds it goes on and says so among the
  // listener's calls: somebody waits for it.
  void pass_settle();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
  const std::thread::id listener_ = std::this_thread::get_id();
  std::vector<std::string> own_{};
  std::vector<std::string> others_{};
};

// Both hand every call on to the real one and note it first: "get", "commit", ...; "send put", "collect put",
// ...
std::unique_ptr<gateway::Catalogue> recorded(std::unique_ptr<gateway::Catalogue> catalogue, Tape& tape);
std::unique_ptr<gateway::Transport> recorded(std::unique_ptr<gateway::Transport> transport, Tape& tape);

}  // namespace tandem::test
