#include "storaged/disk/objects/keyed_locks.hpp"

#include <algorithm>
#include <utility>

namespace tandem::storaged {

KeyedLocks::KeyedLocks(Runtime& runtime, Duration wait)
    : runtime_(runtime), wait_(wait), released_(runtime.make_signal()) {}

KeyedLocks::Guard::Guard(Guard&& other) noexcept
    : locks_(other.locks_), held_(std::exchange(other.held_, {})) {}

KeyedLocks::Guard::~Guard() {
  if (!held_.empty()) locks_->release(held_);
}

bool KeyedLocks::take(const ObjectId& id, Instant deadline) {
  std::unique_lock lock(mutex_);
  while (held_.contains(id)) {
    ++waiting_;
    const bool notified = released_->wait_until(lock, deadline);
    --waiting_;
    if (!notified && held_.contains(id)) return false;
  }
  held_.insert(id);
  return true;
}

void KeyedLocks::release(std::span<const ObjectId> ids) {
  std::unique_lock lock(mutex_);
  for (const ObjectId& id : ids) held_.erase(id);
  if (waiting_ > 0) released_->notify_all();
}

Result<KeyedLocks::Guard> KeyedLocks::lock(const ObjectId& id) {
  return lock_all({id});
}

Result<KeyedLocks::Guard> KeyedLocks::lock_all(std::vector<ObjectId> ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  Guard guard(*this);
  guard.held_.reserve(ids.size());
  const Instant deadline = runtime_.now() + wait_;
  for (const ObjectId& id : ids) {
    if (!take(id, deadline))
      return Error{Code::unavailable, "another call has been working on this object for too long",
                   to_string(id)};
    guard.held_.push_back(id);
  }
  return guard;
}

}  // namespace tandem::storaged
