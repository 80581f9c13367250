#include "gateway/catalogue/sqlite/gate.hpp"

#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace tandem::gateway {
namespace {

using namespace std::chrono_literals;

constexpr Duration death_noticed_within = 5ms;
constexpr Duration yield_at_most = 200us;

}  // namespace

Gate::Gate(SharedFile& file, Runtime& runtime)
    : file_(file), runtime_(runtime), left_(runtime.make_signal()) {}

Result<Gate::Hold> Gate::acquire(Instant deadline) {
  if (!enter(deadline)) return busy();
  SharedWords& words = file_.words();
  if (std::exchange(yield_, false)) wait_on_word(words.gate_turn, words.gate_turn.load(), yield_at_most);
  Result<Hold> hold = wait_for_file(deadline);
  if (!hold) leave();
  return hold;
}

std::optional<Gate::Hold> Gate::try_acquire() {
  if (!enter(Instant{})) return std::nullopt;
  if (lock_file() != Attempt::got) {
    leave();
    return std::nullopt;
  }
  sign();
  return Hold(*this);
}

bool Gate::enter(Instant deadline) {
  std::unique_lock lock(mutex_);
  while (inside_) {
    if (!left_->wait_until(lock, deadline) && inside_) return false;
  }
  inside_ = true;
  return true;
}

void Gate::leave() {
  const std::lock_guard lock(mutex_);
  inside_ = false;
  left_->notify_all();
}

Gate::Attempt Gate::lock_file() {
  while (::flock(file_.descriptor(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    return errno == EWOULDBLOCK ? Attempt::busy : Attempt::failed;
  }
  if (file_.in_place()) return Attempt::got;
  ::flock(file_.descriptor(), LOCK_UN);
  errno = ESTALE;
  return Attempt::failed;
}

Result<Gate::Hold> Gate::wait_for_file(Instant deadline) {
  SharedWords& words = file_.words();
  Attempt attempt = lock_file();
  while (attempt != Attempt::got) {
    if (attempt == Attempt::failed) {
      return Error{Code::unavailable,
                   std::string("cannot lock the catalogue's gate: ") + std::strerror(errno),
                   file_.path(),
                   {},
                   "do not remove this file while programs use the catalogue; restart them"};
    }
    const Duration left = deadline - runtime_.now();
    if (left <= Duration::zero()) return busy();
    // The order matters: a release after the look at the turn changes it, one before lets the attempt pass.
    const std::uint32_t turn = words.gate_turn.load();
    words.gate_wanted.store(1);
    attempt = lock_file();
    if (attempt != Attempt::busy) continue;
    wait_on_word(words.gate_turn, turn, std::min(left, death_noticed_within));
    attempt = lock_file();
    // The release that woke this one has forgotten those who still sleep.
    if (attempt == Attempt::got) words.gate_wanted.store(1);
  }
  sign();
  return Hold(*this);
}

void Gate::sign() {
  SharedWords& words = file_.words();
  char name[sizeof words.holder_program] = {};
  std::strncpy(name, program_invocation_short_name, sizeof name - 1);
  for (std::size_t i = 0; i < words.holder_program.size(); ++i) {
    std::uint64_t part = 0;
    std::memcpy(&part, name + i * sizeof part, sizeof part);
    words.holder_program[i].store(part, std::memory_order_relaxed);
  }
  words.holder_pid.store(static_cast<std::uint32_t>(::getpid()));
}

void Gate::release() {
  SharedWords& words = file_.words();
  words.holder_pid.store(0);
  ::flock(file_.descriptor(), LOCK_UN);
  words.gate_turn.fetch_add(1);
  if (words.gate_wanted.exchange(0) != 0) yield_ = wake_word(words.gate_turn, 1) > 0;
  leave();
}

std::string Gate::holder() const {
  const SharedWords& words = file_.words();
  const std::uint32_t pid = words.holder_pid.load();
  if (pid == 0) return {};
  char name[sizeof words.holder_program + 1] = {};
  for (std::size_t i = 0; i < words.holder_program.size(); ++i) {
    const std::uint64_t part = words.holder_program[i].load(std::memory_order_relaxed);
    std::memcpy(name + i * sizeof part, &part, sizeof part);
  }
  return std::string(name) + " (pid " + std::to_string(pid) + ")";
}

Error Gate::busy() const {
  const std::string who = holder();
  Error error{Code::unavailable, "another program holds the catalogue's gate", file_.path()};
  if (!who.empty()) {
    error.cause = who + " holds the catalogue's gate";
    error.mend = "look whether that program hangs; ending it frees the gate";
  }
  return error;
}

}  // namespace tandem::gateway
