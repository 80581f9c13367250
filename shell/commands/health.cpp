#include "shell/commands/health.hpp"

#include <utility>

namespace tandem::shell {
namespace {

using gateway::Verdict;

constexpr auto between_looks_when_healthy = std::chrono::seconds(30);
constexpr auto between_looks_otherwise = std::chrono::seconds(3);

}  // namespace

HealthWatch::HealthWatch(gateway::Store& store, Runtime& runtime, Verdict first,
                         std::function<void()> changed)
    : store_(store),
      runtime_(runtime),
      verdict_(first),
      changed_(std::move(changed)),
      signal_(runtime.make_signal()) {
  task_ = runtime.spawn("health", [this] { watch(); });
}

HealthWatch::~HealthWatch() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
    signal_->notify_all();
  }
  task_.reset();
}

void HealthWatch::look() {
  const std::lock_guard lock(mutex_);
  wanted_ = true;
  signal_->notify_all();
}

void HealthWatch::watch() {
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      const Instant until =
          runtime_.now() + (verdict_.load() == Verdict::healthy ? Duration(between_looks_when_healthy)
                                                                : Duration(between_looks_otherwise));
      while (!over_ && !wanted_ && signal_->wait_until(lock, until)) {
      }
      if (over_) return;
      wanted_ = false;
    }
    auto status = store_.status();
    const Verdict now = status ? status->verdict : Verdict::down;
    if (verdict_.exchange(now) != now) changed_();
  }
}

}  // namespace tandem::shell
