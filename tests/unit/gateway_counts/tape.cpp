#include "tests/unit/gateway_counts/recorded_calls.hpp"

#include <chrono>
#include <utility>

namespace tandem::test {
namespace {

// An operation that waits for settles would wait for ever while they are held.
constexpr std::chrono::seconds held_limit{5};

}  // namespace

void Tape::note(const std::string& call) {
  const std::lock_guard lock(mutex_);
  (std::this_thread::get_id() == listener_ ? own_ : others_).push_back(call);
}

std::vector<std::string> Tape::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(own_, {});
}

std::vector<std::string> Tape::take_others() {
  const std::lock_guard lock(mutex_);
  return std::exchange(others_, {});
}

void Tape::hold_settles() {
  const std::lock_guard lock(mutex_);
  held_ = true;
}

void Tape::release_settles() {
  const std::lock_guard lock(mutex_);
  held_ = false;
  changed_.notify_all();
}

void Tape::pass_settle() {
  std::unique_lock lock(mutex_);
  if (changed_.wait_for(lock, held_limit, [this] { return !held_; })) return;
  own_.emplace_back("wait for a settle");
}

}  // namespace tandem::test
