#include "storaged/disk/objects/shared_syncs.hpp"

namespace tandem::storaged {

SharedSyncs::SharedSyncs(Runtime& runtime, Duration wait)
    : runtime_(runtime), wait_(wait), finished_(runtime.make_signal()) {}

void SharedSyncs::changed(const std::string& key) {
  std::unique_lock lock(mutex_);
  ++unsynced_[key].changed;
}

Status SharedSyncs::ensure(const std::string& key, const std::function<Status()>& sync) {
  const Instant deadline = runtime_.now() + wait_;
  std::unique_lock lock(mutex_);
  const auto found = unsynced_.find(key);
  if (found == unsynced_.end()) return success();
  Progress& progress = found->second;  // stays: it is erased only when nobody waits for it
  const std::uint64_t wanted = progress.changed;
  ++progress.waiting;
  Status status = success();
  while (status.ok() && progress.synced < wanted) {
    if (progress.running) {
      if (!finished_->wait_until(lock, deadline) && progress.running)
        status = Error{Code::unavailable, "a sync of the disk takes too long"};
      continue;
    }
    progress.running = true;
    const std::uint64_t covered = progress.changed;
    lock.unlock();
    status = sync();
    lock.lock();
    progress.running = false;
    if (status.ok()) progress.synced = covered;
    finished_->notify_all();
  }
  --progress.waiting;
  if (progress.waiting == 0 && !progress.running && progress.synced == progress.changed) unsynced_.erase(key);
  return status;
}

}  // namespace tandem::storaged
