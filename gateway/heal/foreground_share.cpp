#include "gateway/heal/foreground_share.hpp"

#include <algorithm>

namespace tandem::gateway {
namespace {

constexpr Duration longest_period = std::chrono::seconds(1);

}  // namespace

void ForegroundShare::yield(const std::function<bool()>& others_at_work) {
  if (share_ <= 0) return;
  look(others_at_work);
  const Instant now = runtime_.now();
  Instant until;
  {
    const std::scoped_lock lock(mutex_);
    if (!busy_) return;
    // Who comes late rests for the time that was worked too long, too: the step was one long one.
    if (now >= rest_until_ && now - work_since_ >= work_period) {
      const auto worked = std::min<Duration>(now - work_since_, longest_period);
      rest_until_ = now + std::chrono::duration_cast<Duration>(worked * (share_ / (1 - share_)));
      work_since_ = rest_until_;
    }
    until = rest_until_;
  }
  if (now < until) runtime_.sleep_until(until);
}

void ForegroundShare::look(const std::function<bool()>& others_at_work) {
  const Instant now = runtime_.now();
  {
    const std::scoped_lock lock(mutex_);
    if (looking_ || now < next_look_) return;
    looking_ = true;
  }
  const bool busy = others_at_work();
  const std::scoped_lock lock(mutex_);
  looking_ = false;
  next_look_ = now + between_looks;
  if (busy && !busy_) work_since_ = now;
  busy_ = busy;
}

}  // namespace tandem::gateway
