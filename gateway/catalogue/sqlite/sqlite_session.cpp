#include "gateway/catalogue/sqlite/sqlite_session.hpp"

#include "gateway/catalogue/records/keys.hpp"

namespace tandem::gateway {
namespace {

std::int64_t deadline_ns(Instant sent, Duration lease) {
  return (sent + lease * 4 / 5).time_since_epoch().count();
}

}  // namespace

SqliteSession::SqliteSession(SessionId id, Duration lease, Instant sent, std::unique_ptr<SessionFile> file,
                             Runtime& runtime, std::function<void(SessionId)> end)
    : id_(id),
      lease_(lease),
      file_(std::move(file)),
      runtime_(runtime),
      end_(std::move(end)),
      valid_until_ns_(deadline_ns(sent, lease)),
      ended_(runtime.make_signal()) {
  renewal_ = runtime.spawn("session", [this] { keep_alive(); });
}

SqliteSession::~SqliteSession() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    ended_->notify_all();
  }
  renewal_.reset();
  end_(id_);
}

bool SqliteSession::valid() const {
  return runtime_.now().time_since_epoch().count() < valid_until_ns_.load();
}

Condition SqliteSession::condition() const {
  return Condition::at(keys::session(id_), id_);
}

void SqliteSession::keep_alive() {
  std::unique_lock lock(mutex_);
  Instant next = runtime_.now() + lease_ / 3;
  while (!ending_) {
    if (runtime_.now() < next) {
      ended_->wait_until(lock, next);
      continue;
    }
    lock.unlock();
    const Instant sent = runtime_.now();
    const bool alive = file_->beat();
    valid_until_ns_.store(alive ? deadline_ns(sent, lease_) : 0);
    lock.lock();
    if (!alive) return;
    next = sent + lease_ / 3;
  }
}

}  // namespace tandem::gateway
