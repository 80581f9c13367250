#include "gateway/heal/heal_tally.hpp"

namespace tandem::gateway {
namespace {

constexpr Duration between_tellings = std::chrono::milliseconds(50);

}  // namespace

void HealTally::add_batch(const HealPass& done) {
  {
    const std::scoped_lock lock(mutex_);
    total_.healed += done.healed;
    total_.waiting += done.waiting;
    if (!done.waiting_for.empty()) total_.waiting_for = done.waiting_for;
  }
  tell();
}

bool HealTally::add_bytes(std::uint64_t copied) {
  {
    const std::scoped_lock lock(mutex_);
    total_.bytes_copied += copied;
  }
  tell();
  return !stopped_;
}

void HealTally::tell() {
  const Instant now = runtime_.now();
  HealPass so_far;
  {
    const std::scoped_lock lock(mutex_);
    if (!progress_ || telling_ || stopped_ || now < next_) return;
    telling_ = true;
    so_far = total_;
  }
  const bool go_on = progress_(so_far);
  if (!go_on) feed_.stop();
  const std::scoped_lock lock(mutex_);
  stopped_ = !go_on;
  next_ = now + between_tellings;
  telling_ = false;
}

}  // namespace tandem::gateway
