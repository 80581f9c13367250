#include "gateway/catalogue/sqlite/reader_pool.hpp"

namespace tandem::gateway {
namespace {

constexpr Duration wait_max = std::chrono::seconds(10);

}  // namespace

ReaderPool::ReaderPool(std::string database, Runtime& runtime)
    : database_(std::move(database)), runtime_(runtime), returned_(runtime.make_signal()) {}

Result<ReaderPool::Lease> ReaderPool::take() {
  std::unique_lock lock(mutex_);
  if (in_use_ == connections_max) {
    const Instant deadline = runtime_.now() + wait_max;
    while (in_use_ == connections_max) {
      if (!returned_->wait_until(lock, deadline) && in_use_ == connections_max) {
        return Error{Code::unavailable, "too many reads of the catalogue at once", database_};
      }
    }
  }
  ++in_use_;
  if (!idle_.empty()) {
    std::unique_ptr<Connection> connection = std::move(idle_.back());
    idle_.pop_back();
    return Lease(*this, std::move(connection));
  }
  lock.unlock();
  auto opened = Connection::open(database_, Connection::Use::read);
  if (!opened) {
    give_back(nullptr);
    return std::move(opened).error();
  }
  return Lease(*this, std::move(opened).value());
}

void ReaderPool::give_back(std::unique_ptr<Connection> connection) {
  const std::lock_guard lock(mutex_);
  if (connection) idle_.push_back(std::move(connection));
  --in_use_;
  returned_->notify_all();
}

}  // namespace tandem::gateway
