// The catalogue in memory: the same conditions, limits and sessions as the engines, no threads of its own,
// deterministic under a deterministic Runtime. One MemoryCatalogue is what all processes share; each process
// has its client, which a simulation can delay, cut off, freeze or kill.
//
// All calls may be made at the same time.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gateway/catalogue/catalogue.hpp"

namespace tandem::support {

enum class CatalogueCall : std::uint8_t {
  get,
  get_many,
  scan,
  commit,
  history,
  watch,
  open_session,
  dead_sessions,
  lease_left,
  end_session,
};

// Called round every call of a client that would be I/O, holding no lock: they may sleep on the Runtime.
struct CatalogueHooks {
  // An error is the call's answer, and nothing happens.
  std::function<Status(CatalogueCall)> before{};
  // The call has happened; an error takes the place of its answer.
  std::function<Status(CatalogueCall)> after{};
};

class MemoryClient;

class MemoryCatalogue {
 public:
  explicit MemoryCatalogue(Runtime& runtime, Epoch epoch = 1, std::size_t history_max = 200'000);

  // A process that uses the catalogue. It must not outlive the catalogue.
  std::unique_ptr<MemoryClient> connect(CatalogueHooks hooks = {});

  Runtime& runtime() { return runtime_; }
  // Everything there is, in key order; for a test's own checks.
  std::vector<gateway::Entry> entries() const;
  Revision revision() const;

 private:
  friend class MemoryClient;
  friend class MemoryWatch;
  friend class MemorySession;

  struct Watcher {
    std::string prefix;
    std::function<void(const gateway::Event&)> callback;
    bool ended = false;
    bool called = false;  // its callback runs just now
  };
  struct Delivery {
    std::shared_ptr<Watcher> watcher;
    gateway::Event event;
  };
  struct Logged {
    Revision revision = 0;
    std::string key;
  };
  struct OpenSession {
    const MemoryClient* owner = nullptr;
    Duration lease{};
  };

  // All with mutex_ held.
  std::optional<gateway::Entry> find(std::string_view key) const;
  bool holds(const gateway::Condition& condition) const;
  std::vector<gateway::Entry> guarded(const gateway::Transaction& transaction) const;
  void apply(const gateway::Change& change, Revision revision);
  void record(Revision revision, const std::string& key, gateway::Event::Kind kind);
  gateway::Commit commit_locked(const gateway::Transaction& transaction);
  gateway::History history_locked(Revision since) const;
  void queue_past(const std::shared_ptr<Watcher>& watcher, Revision after);
  void end_locked(SessionId session);

  // Calls the watchers with what is queued, in order; not under the mutex.
  void deliver();

  Runtime& runtime_;
  const std::size_t history_max_;
  mutable std::mutex mutex_;
  std::unique_ptr<Signal> delivered_;
  std::map<std::string, gateway::Entry, std::less<>> entries_;
  std::deque<Logged> log_;
  Revision log_floor_;  // changes behind it are all in the log
  Revision revision_;
  std::map<SessionId, OpenSession> sessions_;
  std::vector<std::shared_ptr<Watcher>> watchers_;
  std::deque<Delivery> deliveries_;
  bool delivering_ = false;
};

// One process's catalogue. kill() stands for SIGKILL: its sessions are dead at once and every later call is
// `unavailable`. freeze() and thaw() stand for SIGSTOP and SIGCONT as far as leases go; holding back the
// calls of a frozen process is up to the hooks.
class MemoryClient final : public gateway::Catalogue {
 public:
  MemoryClient(MemoryCatalogue& catalogue, CatalogueHooks hooks);
  ~MemoryClient() override;

  void kill();
  void freeze();
  void thaw();

  Result<std::optional<gateway::Entry>> get(std::string_view key) override;
  Result<gateway::Snapshot> get_many(std::span<const std::string> keys) override;
  Result<gateway::Snapshot> get_chain(std::string first, const gateway::NextKey& next) override;
  Result<gateway::Page> scan(std::string_view prefix, std::string_view after, std::size_t limit) override;
  Result<gateway::Commit> commit(const gateway::Transaction& transaction) override;
  std::optional<Revision> known_revision() const override;
  Result<gateway::History> history(Revision since) override;
  Result<std::unique_ptr<gateway::Watch>> watch(std::string prefix, Revision after,
                                                std::function<void(const gateway::Event&)> callback) override;
  Result<std::unique_ptr<gateway::Session>> open_session(Duration lease, std::string about) override;
  Result<std::vector<SessionId>> dead_sessions() override;
  Result<std::optional<Duration>> lease_left(SessionId session) override;
  Status end_session(SessionId session) override;
  gateway::CatalogueHealth health() override;

 private:
  friend class MemoryCatalogue;
  friend class MemorySession;

  // Runs `body` under the catalogue's mutex, between the hooks, and lets the watchers hear of it.
  template <class Value, class Body>
  Result<Value> call(CatalogueCall which, const Body& body);
  // The heart of a client that is neither frozen nor killed has just beaten.
  std::optional<Duration> left(Duration lease) const;
  bool gone(Duration lease) const;   // with the catalogue's mutex held
  bool valid(Duration lease) const;  // dito

  MemoryCatalogue& catalogue_;
  const CatalogueHooks hooks_;
  bool killed_ = false;  // under the catalogue's mutex, as all below
  std::optional<Instant> frozen_since_;
};

}  // namespace tandem::support
