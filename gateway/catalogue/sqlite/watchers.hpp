// Everybody in this process who watches the catalogue. One thread waits for the doorbell of the processes
// that commit, reads what changed, and calls them back in the order of the changes. Of a key that changed
// several times in between only the last state is told.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "gateway/catalogue/catalogue.hpp"
#include "gateway/catalogue/sqlite/reader_pool.hpp"
#include "gateway/catalogue/sqlite/shared_words.hpp"

namespace tandem::gateway {

class Watchers {
 public:
  Watchers(SharedFile& shared, ReaderPool& readers, Runtime& runtime);
  ~Watchers();

  std::unique_ptr<Watch> add(std::string prefix, Revision after, std::function<void(const Event&)> callback);

 private:
  class Handle;
  struct Watcher {
    std::string prefix;
    Revision applied = 0;  // told up to here; of the thread
    std::function<void(const Event&)> callback;
    bool stale = false;  // told that nothing is known; of the thread
    bool ended = false;
    bool called = false;  // just now
  };
  using List = std::vector<std::shared_ptr<Watcher>>;

  void run();
  bool tell_news(const std::shared_ptr<Watcher>& watcher);
  void tell_stale(const std::shared_ptr<Watcher>& watcher);
  void tell(const std::shared_ptr<Watcher>& watcher, const Event& event);

  SharedFile& shared_;
  ReaderPool& readers_;
  Runtime& runtime_;
  std::mutex mutex_;
  const std::unique_ptr<Signal> called_;
  List watchers_;
  std::atomic<bool> ending_ = false;
  std::unique_ptr<Task> thread_;  // from the first watch on
};

}  // namespace tandem::gateway
