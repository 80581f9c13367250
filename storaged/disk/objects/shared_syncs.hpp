// Which directories changed since they were last synced, and one sync for all who wait for the same one.
// A sync that began after a change covers it; callers that come while one is running wait for the next.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "protocol/contract/result.hpp"
#include "protocol/contract/runtime.hpp"

namespace tandem::storaged {

class SharedSyncs {
 public:
  SharedSyncs(Runtime& runtime, Duration wait);

  // The directory known by `key` has changed; to be called after the change.
  void changed(const std::string& key);

  // Returns when every change noted before the call is synced; `sync` is called for it unless somebody else's
  // sync covered them. Fails as `sync` does; then the changes stay noted.
  Status ensure(const std::string& key, const std::function<Status()>& sync);

 private:
  struct Progress {
    std::uint64_t changed = 0;
    std::uint64_t synced = 0;
    bool running = false;
    std::size_t waiting = 0;
  };

  Runtime& runtime_;
  const Duration wait_;
  std::mutex mutex_;
  std::unique_ptr<Signal> finished_;
  std::unordered_map<std::string, Progress> unsynced_;  // only what has changed
};

}  // namespace tandem::storaged
