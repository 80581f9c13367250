#include "protocol/runtime/system_runtime.hpp"

#include <pthread.h>
#include <sys/random.h>
#include <time.h>

#include <cerrno>
#include <condition_variable>
#include <cstdlib>
#include <thread>

namespace tandem::protocol {
namespace {

std::int64_t read_clock(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

class SystemSignal final : public Signal {
 public:
  explicit SystemSignal(Runtime& runtime) : runtime_(runtime) {}

  // Waits on the steady clock, which stands still while the machine sleeps; the boot clock decides whether
  // the deadline has passed, so a wake-up from sleep is noticed at the latest after the rest of the wait.
  bool wait_until(std::unique_lock<std::mutex>& lock, Instant deadline) override {
    const Duration left = deadline - runtime_.now();
    if (left <= Duration::zero()) return false;
    constexpr Duration longest = std::chrono::hours(24);
    return condition_.wait_for(lock, std::min(left, longest)) == std::cv_status::no_timeout ||
           runtime_.now() < deadline;
  }
  void notify_all() override { condition_.notify_all(); }

 private:
  Runtime& runtime_;
  std::condition_variable condition_;
};

class SystemTask final : public Task {
 public:
  SystemTask(const std::string& name, std::function<void()> body) : thread_(std::move(body)) {
    pthread_setname_np(thread_.native_handle(), name.substr(0, 15).c_str());
  }
  ~SystemTask() override { thread_.join(); }

 private:
  std::thread thread_;
};

}  // namespace

Instant SystemRuntime::now() {
  return Instant(Duration(read_clock(CLOCK_BOOTTIME)));
}

WallTime SystemRuntime::wall_now() {
  return read_clock(CLOCK_REALTIME);
}

void SystemRuntime::sleep_until(Instant wake_up) {
  const auto nanoseconds = wake_up.time_since_epoch().count();
  const timespec until{nanoseconds / 1'000'000'000, nanoseconds % 1'000'000'000};
  while (clock_nanosleep(CLOCK_BOOTTIME, TIMER_ABSTIME, &until, nullptr) == EINTR) {
  }
}

void SystemRuntime::fill_random(std::span<std::byte> out) {
  while (!out.empty()) {
    const ssize_t got = getrandom(out.data(), out.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) std::abort();  // a kernel without random numbers: no id may ever be guessed or repeated
    out = out.subspan(static_cast<std::size_t>(got));
  }
}

std::unique_ptr<Signal> SystemRuntime::make_signal() {
  return std::make_unique<SystemSignal>(*this);
}

std::unique_ptr<Task> SystemRuntime::spawn(std::string name, std::function<void()> body) {
  return std::make_unique<SystemTask>(name, std::move(body));
}

}  // namespace tandem::protocol
