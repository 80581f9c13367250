// Locks by id, for holders that wait on a disk: a std::mutex guards the set of what is held, a Signal waits,
// so that the same code runs on fibers.
//
// Lock order on a node: objects in the order of their ids, then the tree. The tree's lock is one of its own
// (an instance with the single key `root_directory`). Nobody takes an object's lock while holding the tree's.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <unordered_set>
#include <vector>

#include "protocol/contract/identifiers.hpp"
#include "protocol/contract/result.hpp"
#include "protocol/contract/runtime.hpp"

namespace tandem::storaged {

class KeyedLocks {
 public:
  KeyedLocks(Runtime& runtime, Duration wait);

  // Releases what it holds when destroyed.
  class Guard {
   public:
    Guard(Guard&& other) noexcept;
    Guard& operator=(Guard&& other) = delete;
    ~Guard();

   private:
    friend class KeyedLocks;
    explicit Guard(KeyedLocks& locks) : locks_(&locks) {}
    KeyedLocks* locks_;
    std::vector<ObjectId> held_{};
  };

  // `unavailable` when another holder does not let go in time. Not recursive.
  Result<Guard> lock(const ObjectId& id);
  Result<Guard> lock_all(std::vector<ObjectId> ids);  // any order, repeats allowed

 private:
  bool take(const ObjectId& id, Instant deadline);
  void release(std::span<const ObjectId> ids);

  Runtime& runtime_;
  const Duration wait_;
  std::mutex mutex_;
  std::unique_ptr<Signal> released_;
  std::unordered_set<ObjectId> held_;
  std::size_t waiting_ = 0;
};

}  // namespace tandem::storaged
