// The catalogue: an ordered map from keys to values with one counter over all changes, the truth about
// names, versions and who holds what (D1). Engines implement this interface: sqlite/ for the processes of
// one machine, etcd/ for many machines. The same keys, guards and limits hold on all of them.
//
// All calls may be made at the same time. "Unknown" never leaves an engine as a guess: commit() answers
// outcome_unknown only when the answer truly cannot be had within the deadline, and the slot that every
// transaction of the gateway writes decides a resend.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/contract/identifiers.hpp"
#include "protocol/contract/result.hpp"
#include "protocol/contract/runtime.hpp"

namespace tandem::gateway {

struct Entry {
  std::string key{};
  std::string value{};
  Revision revision = 0;  // of the last commit that wrote this key
  SessionId session = 0;  // not 0: the key ends with that session
  bool operator==(const Entry&) const = default;
};

// A condition on the state a transaction meets.
struct Condition {
  enum class Kind : std::uint8_t { at_revision, absent, present, empty_prefix };
  Kind kind = Kind::present;
  std::string key{};      // for empty_prefix: the prefix
  Revision revision = 0;  // for at_revision

  static Condition at(std::string key, Revision revision) {
    return {Kind::at_revision, std::move(key), revision};
  }
  static Condition absent(std::string key) { return {Kind::absent, std::move(key), 0}; }
  static Condition present(std::string key) { return {Kind::present, std::move(key), 0}; }
  static Condition empty(std::string prefix) { return {Kind::empty_prefix, std::move(prefix), 0}; }
};

struct Change {
  enum class Kind : std::uint8_t { put, erase };
  Kind kind = Kind::put;
  std::string key{};
  std::string value{};
  SessionId session = 0;

  static Change put(std::string key, std::string value, SessionId session = 0) {
    return {Kind::put, std::move(key), std::move(value), session};
  }
  static Change erase(std::string key) { return {Kind::erase, std::move(key), {}, 0}; }
};

// All conditions hold and all changes are made, at one revision, or nothing is.
struct Transaction {
  std::vector<Condition> conditions{};
  std::vector<Change> changes{};

  static constexpr std::size_t conditions_max = 100;
  static constexpr std::size_t changes_max =
      100;  // together with the conditions within etcd's 128, see check()
  static constexpr std::size_t value_bytes_max = 64 << 10;
  static constexpr std::size_t total_bytes_max = 1 << 20;

  // `invalid` when a limit is broken, a key is changed twice, or no condition names a key (or a prefix of
  // one) that is changed: without one a resend could apply twice. Every engine calls this first.
  Status check() const;
};

struct Commit {
  bool committed = false;
  Revision revision = 0;         // of this commit; on a conflict the catalogue's present one
  std::vector<Entry> current{};  // on a conflict: the guarded keys that exist, as they are now
};

struct Page {
  std::vector<Entry> entries{};  // in key order
  Revision revision = 0;         // the catalogue's, at the snapshot this page is of
  bool more = false;
};

struct Snapshot {
  std::vector<std::optional<Entry>> entries{};  // one per key asked, in order
  Revision revision = 0;
};

// What to read next, told by what was found (null: no such key) at the key before; nothing: that was all. It
// is called inside a read: it may compute, and call neither the catalogue nor anything that waits.
using NextKey = std::function<std::optional<std::string>(const Entry* found)>;

// What changed behind a revision. `reset`: the history does not reach back that far; drop what is cached.
struct History {
  std::vector<std::string> keys{};  // changed or erased; may repeat
  Revision revision = 0;            // the catalogue's, now
  bool reset = false;
};

struct Event {
  enum class Kind : std::uint8_t {
    put,
    erase,
    reset,  // history is gone: drop what was learnt, scan again
    stale,  // nothing is known for longer than allowed: stop trusting what was learnt
  };
  Kind kind = Kind::put;
  Entry entry{};
};

// Ends the watch; no callback runs after the destructor has returned.
class Watch {
 public:
  virtual ~Watch() = default;
};

// This process's life in the catalogue. It ends with its owner: by the destructor's orderly end, at once
// when the process dies (SQLite), or when its lease runs out.
class Session {
 public:
  virtual ~Session() = default;
  virtual SessionId id() const = 0;
  // By this machine's clock, counted from the moment the last renewal was sent (I7). No I/O.
  virtual bool valid() const = 0;
  // Belongs into every transaction made under the session.
  virtual Condition condition() const = 0;
};

struct CatalogueHealth {
  std::string engine{};  // "sqlite"
  bool writable = false;
  std::string detail{};  // why not, or whom it waits for
  std::uint64_t used_bytes = 0;
  std::uint64_t limit_bytes = 0;
};

class Catalogue {
 public:
  virtual ~Catalogue() = default;

  virtual Result<std::optional<Entry>> get(std::string_view key) = 0;
  virtual Result<Snapshot> get_many(std::span<const std::string> keys) = 0;  // one snapshot
  // A key, then the key that `next` names on seeing what was there, and so on, in one snapshot: an entry for
  // each key read. Ends by itself after chain_max keys.
  virtual Result<Snapshot> get_chain(std::string first, const NextKey& next) = 0;
  static constexpr std::size_t chain_max = 4096;
  // Entries whose key starts with `prefix` and is greater than `after`. Pages of one listing may be of
  // different snapshots; each page is one.
  virtual Result<Page> scan(std::string_view prefix, std::string_view after, std::size_t limit) = 0;

  // Durable on return. ok with committed == false: a condition does not hold, nothing was changed.
  virtual Result<Commit> commit(const Transaction& transaction) = 0;

  // The catalogue's revision if this process can tell it without I/O and it is final; nothing: ask.
  // Whoever has applied history() up to it knows the present state of every key cached.
  virtual std::optional<Revision> known_revision() const = 0;
  virtual Result<History> history(Revision since) = 0;

  // Calls back from a thread of the engine's for every change behind `after` of a key with `prefix`.
  virtual Result<std::unique_ptr<Watch>> watch(std::string prefix, Revision after,
                                               std::function<void(const Event&)> callback) = 0;

  // `about` is told to people who look at the session (program, host, pid).
  virtual Result<std::unique_ptr<Session>> open_session(Duration lease, std::string about) = 0;
  // Sessions whose owner is known to be gone: their keys are still there until end_session.
  virtual Result<std::vector<SessionId>> dead_sessions() = 0;
  // How long a session may still be silent before it counts as dead; nothing: it does already, or there is
  // none of that number. For people who look at it.
  virtual Result<std::optional<Duration>> lease_left(SessionId session) = 0;
  // Erases the session and all keys that end with it, in one commit; harmless to repeat.
  virtual Status end_session(SessionId session) = 0;

  virtual CatalogueHealth health() = 0;
};

}  // namespace tandem::gateway
