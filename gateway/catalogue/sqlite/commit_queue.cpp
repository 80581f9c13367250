#include "gateway/catalogue/sqlite/commit_queue.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <climits>

#include "gateway/catalogue/sqlite/tables.hpp"

namespace tandem::gateway {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t group_max = 256;
constexpr std::size_t waiting_max = 16'384;
constexpr Duration gate_wait_max = 10s;
constexpr Duration answer_wait_max = 25s;  // the group in front, then the own one
constexpr int checkpoint_pages = 1000;
constexpr int leave_pages_max = 100;  // in the log at the end: read in a fraction of a millisecond

std::pair<std::uint64_t, std::uint64_t> identity_of(const std::string& path) {
  struct stat state {};
  if (::stat(path.c_str(), &state) != 0) return {};
  return {state.st_dev, state.st_ino};
}

}  // namespace

struct CommitQueue::Request {
  Work work;
  Result<Commit> result = Commit{};
  bool taken = false;  // by a leader
  bool done = false;
  std::unique_ptr<Signal> signal;  // made by who waits; the answer or the lead
};

CommitQueue::CommitQueue(std::string database, SharedFile& shared, Gate& gate, Runtime& runtime)
    : database_(std::move(database)),
      file_(identity_of(database_)),
      shared_(shared),
      gate_(gate),
      runtime_(runtime),
      word_(shared.words().revision),
      checkpoint_at_pages_(checkpoint_pages) {}

// Who opens the database while nobody else has it open reads the whole log first.
CommitQueue::~CommitQueue() {
  if (!connection_ || connection_->wal_pages() < leave_pages_max) return;
  const auto hold = gate_.try_acquire();
  if (hold && check_in_place()) static_cast<void>(connection_->empty_log().ok());
}

Result<Commit> CommitQueue::submit(Work work) {
  auto request = std::make_shared<Request>();
  request->work = std::move(work);
  std::unique_lock lock(mutex_);
  if (waiting_.size() >= waiting_max)
    return Error{Code::unavailable, "too many commits wait for the catalogue"};
  waiting_.push_back(request);
  const Instant deadline = runtime_.now() + answer_wait_max;
  while (!request->done) {
    if (!led_) {
      lead(lock);
      continue;
    }
    if (!request->signal) request->signal = runtime_.make_signal();
    const bool in_time = request->signal->wait_until(lock, deadline);
    if (!in_time && !request->done && led_) return give_up(request);
  }
  return std::move(request->result);
}

Result<Commit> CommitQueue::give_up(const std::shared_ptr<Request>& request) {
  if (request->taken) {
    return Error{Code::outcome_unknown, "the catalogue's disk does not answer", database_};
  }
  std::erase(waiting_, request);
  return Error{Code::unavailable, "the catalogue does not get through with earlier commits", database_};
}

void CommitQueue::lead(std::unique_lock<std::mutex>& lock) {
  led_ = true;
  Group group;
  while (!waiting_.empty() && group.size() < group_max) {
    group.push_back(std::move(waiting_.front()));
    group.back()->taken = true;
    waiting_.pop_front();
  }
  lock.unlock();
  {
    auto hold = gate_.acquire(runtime_.now() + gate_wait_max);
    auto connection = hold ? writer() : Result<Connection*>(hold.error());
    if (const Status status = check_in_place(); connection && !status) connection = status.error();
    Status status = connection ? write(**connection, group) : Status(connection.error());
    if (!status) {
      for (const auto& request : group) request->result = status.error();
    }
    lock.lock();
    last_failure_ = status ? std::nullopt : std::optional(status.error());
    lock.unlock();
    answer(group);
    // A checkpoint that fails is tried again later; the log only grows meanwhile.
    if (status && checkpoint_due(**connection)) static_cast<void>((*connection)->checkpoint().ok());
    if (hold && !status) connection_.reset();
  }
  lock.lock();
  led_ = false;
  if (!waiting_.empty() && waiting_.front()->signal) waiting_.front()->signal->notify_all();
}

void CommitQueue::answer(const Group& group) {
  const std::lock_guard lock(mutex_);
  for (const auto& request : group) {
    request->done = true;
    if (request->signal) request->signal->notify_all();
  }
}

Result<Connection*> CommitQueue::writer() {
  if (!connection_) {
    auto opened = Connection::open(database_, Connection::Use::write);
    if (!opened) return std::move(opened).error();
    connection_ = std::move(opened).value();
  }
  return connection_.get();
}

// What is written to a file without a name is gone with the last program that has it open.
Status CommitQueue::check_in_place() const {
  if (identity_of(database_) == file_) return success();
  return Error{Code::unavailable,
               "the catalogue's file was removed or replaced",
               database_,
               {},
               "bring it back, or restore a backup; then start this program again"};
}

Status CommitQueue::write(Connection& connection, const Group& group) {
  if (Status status = connection.run(Sql::begin_write); !status) return status;
  auto before = tables::revision(connection);
  auto after = before ? evaluate(connection, group, *before) : before;
  if (!after) {
    static_cast<void>(connection.run(Sql::rollback).ok());  // the connection is thrown away as well
    return std::move(after).error();
  }
  if (*after == *before) return connection.run(Sql::rollback);
  return commit(connection, *before, *after);
}

// Returns the revision of the last member that is to be committed.
Result<Revision> CommitQueue::evaluate(Connection& connection, const Group& group, Revision before) {
  word_.repair(before);
  Revision last = before;
  for (const auto& request : group) {
    request->result = request->work(connection, last + 1);
    if (!request->result) return request->result.error();
    if (request->result->committed) ++last;
    request->result->revision = last;
  }
  if (last == before) return last;
  if (Status status = tables::set_revision(connection, last); !status) return std::move(status).error();
  if (Status status = tables::prune_log(connection); !status) return std::move(status).error();
  return last;
}

Status CommitQueue::commit(Connection& connection, Revision before, Revision after) {
  word_.begin_change();
  Status status = connection.run(Sql::commit);
  if (status) {
    word_.finish(after);
    SharedWords& words = shared_.words();
    words.doorbell.fetch_add(1);
    wake_word(words.doorbell, INT_MAX);
    return status;
  }
  Error error = std::move(status).error();
  if (connection.in_transaction()) static_cast<void>(connection.run(Sql::rollback).ok());
  const auto present = tables::revision(connection);
  // What no other process can see was not committed; but a log that reached the disk while its sync failed
  // may count after a restart of the machine.
  if (present && *present == before) word_.finish(before);
  if (error.code != Code::no_space) error.code = Code::outcome_unknown;
  return error;
}

bool CommitQueue::checkpoint_due(const Connection& connection) {
  const int pages = connection.wal_pages();
  if (pages < checkpoint_pages) checkpoint_at_pages_ = checkpoint_pages;  // the log has started anew
  if (pages < checkpoint_at_pages_) return false;
  checkpoint_at_pages_ = pages + checkpoint_pages;
  return true;
}

void CommitQueue::repair_word(Connection& reader) {
  auto hold = gate_.try_acquire();
  if (!hold) return;
  if (const auto revision = tables::revision(reader)) word_.repair(*revision);
}

std::optional<Error> CommitQueue::last_failure() const {
  const std::lock_guard lock(mutex_);
  return last_failure_;
}

}  // namespace tandem::gateway
