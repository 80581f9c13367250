// Commits under this process's session, each through an operation slot, so that a resend after a lost
// answer is decided exactly (I8) and what a transaction owes the nodes survives the death of its client.
//
// The session is opened by the first change; a client that only reads has none. All calls may be made at
// the same time.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/catalogue/names/cached_catalogue.hpp"
#include "gateway/catalogue/records/records.hpp"
#include "protocol/contract/runtime.hpp"

namespace tandem::gateway {

// Of a conflict: what a guarded key was found at; null: there is no such key.
const Entry* found_by(const Commit& conflict, std::string_view key);

class Operations {
 public:
  static constexpr std::uint32_t slots_max = 128;

  struct Settings {
    Duration lease{};
    Duration operation_timeout{};
    std::string about{};  // told to people who look at the session
  };

  Operations(CachedCatalogue& catalogue, Runtime& runtime, Settings settings);
  ~Operations();

  // The session that changes are made under now; opened if there is none.
  struct PresentSession {
    SessionId id = 0;
    Condition condition{};
  };
  Result<PresentSession> session();
  // The same without I/O; 0: none is open.
  SessionId present_session();
  // The session was found to be gone from the catalogue: the next change opens another.
  void session_ended(SessionId session);

  // A stamp nobody else will ever use, and the session its content is staged under. Its fence is `fence`,
  // that of a token, or without one the session's number or `at_least`, whichever is greater. Errors are the
  // engine's.
  struct Stamped {
    Stamp stamp{};
    SessionId session = 0;
  };
  Result<Stamped> next_stamp(std::optional<std::uint64_t> fence, std::uint64_t at_least);

  // Commits `transaction` guarded by the session and a free slot, which then remembers `owed`. Waits for a
  // slot within the operation time-out: that is the bound on what may be owed at once.
  // committed == false: a condition of the caller's does not hold (Commit::current has the guarded keys).
  // `stale`: the session has ended; the next call opens another. `unavailable`: nothing was changed.
  struct Life;
  struct Ticket {  // a slot in use
    std::shared_ptr<Life> life{};
    std::uint32_t slot = 0;
  };
  struct Committed {
    Commit commit{};
    Ticket ticket{};  // to give back with settled(), when committed
  };
  // `stamped_under`: the session a content was staged under. Once that session is dead its staged
  // bytes are collected, so that no other session may commit them: then `stale`, too.
  Result<Committed> commit(const Transaction& transaction, const std::vector<Owed>& owed,
                           std::optional<SessionId> stamped_under = std::nullopt);

  // Everything the ticket's transaction owed is confirmed by the nodes or marked in the catalogue.
  void settled(const Ticket& ticket);

  // Erases the slots and ends the session. Slots still owed stay for whoever reaps the session.
  Status close();

 private:
  Result<std::shared_ptr<Life>> life();
  Result<std::uint32_t> take_slot(Life& life);
  Result<Commit> commit_in_slot(Life& life, std::uint32_t slot, const Transaction& transaction,
                                std::uint64_t operation);
  void end_life(const std::shared_ptr<Life>& life);

  CachedCatalogue& catalogue_;
  Runtime& runtime_;
  const Settings settings_;
  std::atomic<std::uint64_t> counter_{0};  // attempts of stamps and numbers of operations
  std::mutex mutex_;
  bool opening_ = false;
  std::shared_ptr<Life> life_;
  std::unique_ptr<Signal> changed_;
};

}  // namespace tandem::gateway
