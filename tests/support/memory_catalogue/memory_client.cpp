#include <algorithm>

#include "gateway/catalogue/records/keys.hpp"
#include "gateway/catalogue/records/records.hpp"
#include "tests/support/memory_catalogue/memory_catalogue.hpp"

namespace tandem::support {

using gateway::Entry;

class MemoryWatch final : public gateway::Watch {
 public:
  MemoryWatch(MemoryCatalogue& catalogue, std::shared_ptr<MemoryCatalogue::Watcher> watcher)
      : catalogue_(catalogue), watcher_(std::move(watcher)) {}

  ~MemoryWatch() override {
    std::unique_lock lock(catalogue_.mutex_);
    watcher_->ended = true;
    std::erase(catalogue_.watchers_, watcher_);
    while (watcher_->called) {
      catalogue_.delivered_->wait_until(lock, catalogue_.runtime_.now() + std::chrono::seconds(1));
    }
  }

 private:
  MemoryCatalogue& catalogue_;
  const std::shared_ptr<MemoryCatalogue::Watcher> watcher_;
};

class MemorySession final : public gateway::Session {
 public:
  MemorySession(MemoryClient& client, SessionId id, Duration lease)
      : client_(client), id_(id), lease_(lease) {}

  ~MemorySession() override {
    {
      const std::lock_guard lock(client_.catalogue_.mutex_);
      if (client_.killed_) return;
    }
    static_cast<void>(client_.end_session(id_).ok());  // what is not ended here is dead to the others
    const std::lock_guard lock(client_.catalogue_.mutex_);
    const auto found = client_.catalogue_.sessions_.find(id_);
    if (found != client_.catalogue_.sessions_.end()) found->second.owner = nullptr;
  }

  SessionId id() const override { return id_; }

  bool valid() const override {
    const std::lock_guard lock(client_.catalogue_.mutex_);
    return client_.catalogue_.sessions_.contains(id_) && client_.valid(lease_);
  }

  gateway::Condition condition() const override {
    return gateway::Condition::at(gateway::keys::session(id_), id_);
  }

 private:
  MemoryClient& client_;
  const SessionId id_;
  const Duration lease_;
};

MemoryClient::MemoryClient(MemoryCatalogue& catalogue, CatalogueHooks hooks)
    : catalogue_(catalogue), hooks_(std::move(hooks)) {}

MemoryClient::~MemoryClient() {
  const std::lock_guard lock(catalogue_.mutex_);
  for (auto& [id, session] : catalogue_.sessions_) {
    if (session.owner == this) session.owner = nullptr;
  }
}

void MemoryClient::kill() {
  const std::lock_guard lock(catalogue_.mutex_);
  killed_ = true;
}

void MemoryClient::freeze() {
  const std::lock_guard lock(catalogue_.mutex_);
  if (!frozen_since_) frozen_since_ = catalogue_.runtime_.now();
}

void MemoryClient::thaw() {
  const std::lock_guard lock(catalogue_.mutex_);
  frozen_since_.reset();
}

std::optional<Duration> MemoryClient::left(Duration lease) const {
  if (gone(lease)) return std::nullopt;
  return frozen_since_ ? *frozen_since_ + lease - catalogue_.runtime_.now() : lease;
}

bool MemoryClient::gone(Duration lease) const {
  return killed_ || (frozen_since_ && catalogue_.runtime_.now() >= *frozen_since_ + lease);
}

bool MemoryClient::valid(Duration lease) const {
  return !killed_ && (!frozen_since_ || catalogue_.runtime_.now() < *frozen_since_ + lease * 4 / 5);
}

template <class Value, class Body>
Result<Value> MemoryClient::call(CatalogueCall which, const Body& body) {
  if (hooks_.before) {
    if (Status status = hooks_.before(which); !status) return std::move(status).error();
  }
  auto happen = [&]() -> Result<Value> {
    const std::lock_guard lock(catalogue_.mutex_);
    if (killed_) return Error{Code::unavailable, "this process was killed"};
    return body();
  };
  Result<Value> result = happen();
  catalogue_.deliver();
  if (hooks_.after) {
    if (Status status = hooks_.after(which); !status) return std::move(status).error();
  }
  return result;
}

Result<std::optional<Entry>> MemoryClient::get(std::string_view key) {
  return call<std::optional<Entry>>(CatalogueCall::get, [&] { return catalogue_.find(key); });
}

Result<gateway::Snapshot> MemoryClient::get_many(std::span<const std::string> keys) {
  return call<gateway::Snapshot>(CatalogueCall::get_many, [&] {
    gateway::Snapshot snapshot{{}, catalogue_.revision_};
    for (const std::string& key : keys) snapshot.entries.push_back(catalogue_.find(key));
    return snapshot;
  });
}

Result<gateway::Snapshot> MemoryClient::get_chain(std::string first, const gateway::NextKey& next) {
  return call<gateway::Snapshot>(CatalogueCall::get_many, [&] {
    gateway::Snapshot snapshot{{}, catalogue_.revision_};
    for (std::optional key = first; key && snapshot.entries.size() < chain_max;) {
      const auto& found = snapshot.entries.emplace_back(catalogue_.find(*key));
      key = next(found ? &*found : nullptr);
    }
    return snapshot;
  });
}

Result<gateway::Page> MemoryClient::scan(std::string_view prefix, std::string_view after, std::size_t limit) {
  return call<gateway::Page>(CatalogueCall::scan, [&] {
    gateway::Page page{{}, catalogue_.revision_, false};
    const auto& entries = catalogue_.entries_;
    auto next = after < prefix ? entries.lower_bound(prefix) : entries.upper_bound(after);
    for (; next != entries.end() && next->first.starts_with(prefix); ++next) {
      page.more = page.entries.size() == limit;
      if (page.more) break;
      page.entries.push_back(next->second);
    }
    return page;
  });
}

Result<gateway::Commit> MemoryClient::commit(const gateway::Transaction& transaction) {
  if (Status status = transaction.check(); !status) return std::move(status).error();
  return call<gateway::Commit>(CatalogueCall::commit, [&] { return catalogue_.commit_locked(transaction); });
}

std::optional<Revision> MemoryClient::known_revision() const {
  return catalogue_.revision();
}

Result<gateway::History> MemoryClient::history(Revision since) {
  return call<gateway::History>(CatalogueCall::history, [&] { return catalogue_.history_locked(since); });
}

Result<std::unique_ptr<gateway::Watch>> MemoryClient::watch(
    std::string prefix, Revision after, std::function<void(const gateway::Event&)> callback) {
  auto watcher = std::make_shared<MemoryCatalogue::Watcher>();
  watcher->prefix = std::move(prefix);
  watcher->callback = std::move(callback);
  auto watch = std::make_unique<MemoryWatch>(catalogue_, watcher);
  const auto registered = call<Nothing>(CatalogueCall::watch, [&] {
    catalogue_.watchers_.push_back(watcher);
    catalogue_.queue_past(watcher, after);
    return Nothing{};
  });
  if (!registered) return registered.error();
  return std::unique_ptr<gateway::Watch>(std::move(watch));
}

Result<std::unique_ptr<gateway::Session>> MemoryClient::open_session(Duration lease, std::string about) {
  return call<std::unique_ptr<gateway::Session>>(CatalogueCall::open_session, [&] {
    const SessionId id = ++catalogue_.revision_;
    const gateway::SessionRecord record{std::move(about), catalogue_.runtime_.wall_now(), {}};
    catalogue_.sessions_[id] = {this, lease};
    catalogue_.apply(gateway::Change::put(gateway::keys::session(id), gateway::encode(record), id), id);
    return std::unique_ptr<gateway::Session>(std::make_unique<MemorySession>(*this, id, lease));
  });
}

Result<std::vector<SessionId>> MemoryClient::dead_sessions() {
  return call<std::vector<SessionId>>(CatalogueCall::dead_sessions, [&] {
    std::vector<SessionId> dead;
    for (const auto& [id, session] : catalogue_.sessions_) {
      if (session.owner == nullptr || session.owner->gone(session.lease)) dead.push_back(id);
    }
    return dead;
  });
}

Result<std::optional<Duration>> MemoryClient::lease_left(SessionId session) {
  return call<std::optional<Duration>>(CatalogueCall::lease_left, [&]() -> std::optional<Duration> {
    const auto found = catalogue_.sessions_.find(session);
    if (found == catalogue_.sessions_.end() || found->second.owner == nullptr) return std::nullopt;
    return found->second.owner->left(found->second.lease);
  });
}

Status MemoryClient::end_session(SessionId session) {
  return call<Nothing>(CatalogueCall::end_session, [&] {
    catalogue_.end_locked(session);
    return Nothing{};
  });
}

gateway::CatalogueHealth MemoryClient::health() {
  const std::lock_guard lock(catalogue_.mutex_);
  if (killed_) return {"memory", false, "this process was killed", 0, 0};
  std::uint64_t used = 0;
  for (const auto& [key, entry] : catalogue_.entries_) used += key.size() + entry.value.size();
  return {"memory", true, {}, used, 0};
}

}  // namespace tandem::support
