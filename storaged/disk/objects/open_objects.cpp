#include "storaged/disk/objects/open_objects.hpp"

namespace tandem::storaged {

namespace {
// Longer than the clock of any file system stands still.
constexpr Duration clock_step_max = std::chrono::milliseconds(100);
}  // namespace

std::shared_ptr<const OpenContent> OpenObjects::find(const ObjectId& id) {
  std::shared_ptr<const OpenContent> content;
  {
    const std::unique_lock lock(mutex_);
    const auto found = kept_.find(id);
    if (found == kept_.end()) return nullptr;
    if (runtime_.now() - found->second->since > kept_for) {
      drop(id);
      return nullptr;
    }
    latest_first_.splice(latest_first_.begin(), latest_first_, found->second);
    content = found->second->content;
  }
  const auto now = filesystem_.glance(content->path);
  if (now.ok() && now->same_as(content->status)) return content;
  const std::unique_lock lock(mutex_);
  const auto found = kept_.find(id);
  if (found != kept_.end() && found->second->content == content) drop(id);
  return nullptr;
}

OpenObjects::Beginning OpenObjects::begin() {
  const WallTime at = runtime_.wall_now();
  const std::unique_lock lock(mutex_);
  return {removals_, at};
}

void OpenObjects::keep(const ObjectId& id, std::shared_ptr<const OpenContent> content,
                       const Beginning& beginning) {
  if (count_max_ == 0 || Duration(beginning.at - content->status.changed_ns) < clock_step_max) return;
  const Instant now = runtime_.now();
  const std::unique_lock lock(mutex_);
  if (removals_ != beginning.removals) return;
  drop(id);
  latest_first_.push_front({id, std::move(content), now});
  kept_.emplace(id, latest_first_.begin());
  while (kept_.size() > count_max_ || now - latest_first_.back().since > kept_for)
    drop(latest_first_.back().id);
}

void OpenObjects::forget(const ObjectId& id) {
  const std::unique_lock lock(mutex_);
  ++removals_;
  drop(id);
}

void OpenObjects::drop(const ObjectId& id) {
  const auto found = kept_.find(id);
  if (found == kept_.end()) return;
  latest_first_.erase(found->second);
  kept_.erase(found);
}

}  // namespace tandem::storaged
