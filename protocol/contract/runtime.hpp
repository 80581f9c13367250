// The machine a piece of code runs on, as far as it is not deterministic: time, chance, concurrency.
// Everything above takes a Runtime and never asks the system itself, so that a simulation can stand in
// for it (D10). `protocol/runtime` holds the real one; tests/sim the virtual one.
//
// Locking discipline that keeps both possible: a std::mutex guards memory only and is never held across
// a call that may wait (disk, node, catalogue, sleep). Whoever has to wait uses a Signal.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>

namespace tandem {

using Duration = std::chrono::nanoseconds;

// A moment on this machine's CLOCK_BOOTTIME; never compared with another machine's (I7).
using Instant = std::chrono::time_point<struct BootClock, Duration>;

// Nanoseconds since 1970 UTC; for people and file times only, decides nothing.
using WallTime = std::int64_t;

// A condition variable on the runtime's clock. Spurious wake-ups happen: wait in a loop on a predicate.
class Signal {
 public:
  virtual ~Signal() = default;
  // Releases the lock while waiting. False when `deadline` passed without a notification.
  virtual bool wait_until(std::unique_lock<std::mutex>& lock, Instant deadline) = 0;
  virtual void notify_all() = 0;
};

// A running thread (or fiber). The destructor waits for its function to return.
class Task {
 public:
  virtual ~Task() = default;
};

class Runtime {
 public:
  virtual ~Runtime() = default;
  virtual Instant now() = 0;
  virtual WallTime wall_now() = 0;
  virtual void sleep_until(Instant wake_up) = 0;
  virtual void fill_random(std::span<std::byte> out) = 0;  // unpredictable, cryptographic quality
  virtual std::unique_ptr<Signal> make_signal() = 0;
  virtual std::unique_ptr<Task> spawn(std::string name, std::function<void()> body) = 0;
};

inline std::uint64_t random_number(Runtime& runtime) {
  std::uint64_t number = 0;
  runtime.fill_random(std::as_writable_bytes(std::span(&number, 1)));
  return number;
}

template <class Identified>
Identified random_identifier(Runtime& runtime) {
  Identified identifier;
  runtime.fill_random(std::as_writable_bytes(std::span(identifier.bytes)));
  return identifier;
}

}  // namespace tandem
