// The verdict on the cluster, kept up to date in the background for the prompt.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>

#include "gateway/store/store.hpp"
#include "protocol/contract/runtime.hpp"

namespace tandem::shell {

class HealthWatch {
 public:
  // `changed` is called from another thread when the verdict is another one than before.
  HealthWatch(gateway::Store& store, Runtime& runtime, gateway::Verdict first, std::function<void()> changed);
  ~HealthWatch();
  HealthWatch(const HealthWatch&) = delete;
  HealthWatch& operator=(const HealthWatch&) = delete;

  gateway::Verdict verdict() const { return verdict_; }
  // Something happened: look again soon.
  void look();

 private:
  void watch();

  gateway::Store& store_;
  Runtime& runtime_;
  std::atomic<gateway::Verdict> verdict_;
  std::function<void()> changed_;
  std::mutex mutex_{};
  std::unique_ptr<Signal> signal_;
  bool wanted_ = false;
  bool over_ = false;
  std::unique_ptr<Task> task_{};  // last: it uses the others
};

}  // namespace tandem::shell
