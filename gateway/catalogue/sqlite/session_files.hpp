// One file per session beside the database, locked by its owner for life and carrying its heartbeat. The
// lock tells at once when the owner's process is gone; the heartbeat tells when it hangs. Heartbeat and
// death are one word changed by compare-and-swap, so that they exclude each other. A lock that is held
// proves that the heartbeat is of this boot of the machine.
//
// A process that forks without exec shares the lock with its child: the session then ends with both.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "protocol/contract/identifiers.hpp"
#include "protocol/contract/result.hpp"
#include "protocol/contract/runtime.hpp"

namespace tandem::gateway {

struct SessionWords {
  std::atomic<std::uint64_t> heartbeat_ns;  // CLOCK_BOOTTIME
  std::atomic<std::uint64_t> lease_ns;
};

// The owner's side.
class SessionFile {
 public:
  // Locked and beating, under a name of no session yet.
  static Result<std::unique_ptr<SessionFile>> create(const std::string& folder, Duration lease,
                                                     Runtime& runtime);
  // Unlocks; a file that is still there then says that its owner is gone.
  ~SessionFile();
  SessionFile(const SessionFile&) = delete;
  SessionFile& operator=(const SessionFile&) = delete;

  // Gives it the session's name, and a fresh heartbeat; before the session is committed.
  Status publish(SessionId session);
  // False: somebody has declared the session dead.
  bool beat();
  // Of a session that was not committed. A published file stays to be collected behind the gate: its name may
  // already be that of the next session.
  void discard();

 private:
  SessionFile(std::string folder, std::string path, int descriptor, Runtime& runtime);
  Status prepare(Duration lease);

  const std::string folder_;
  std::string path_;
  const int descriptor_;
  Runtime& runtime_;
  bool published_ = false;
  SessionWords* words_ = nullptr;
  std::uint64_t last_beat_ = 0;
};

// Everybody's side.
namespace session_files {

// True when the owner's process is gone, or has not beaten for its lease; then it cannot beat any more.
bool is_dead(const std::string& folder, SessionId session, Instant now);
// How long its heart may still stand still; nothing: its owner is gone, or has been silent for longer.
std::optional<Duration> lease_left(const std::string& folder, SessionId session, Instant now);
// Takes the owner's word away, alive or not.
void declare_dead(const std::string& folder, SessionId session);
void remove(const std::string& folder, SessionId session);
struct Found {
  std::vector<SessionId> sessions{};  // that have a file
  bool has_unfinished = false;        // files of owners that are, or were, in create()
};
Found list(const std::string& folder);
// Removes what owners that died in the middle of create() left behind.
void remove_unfinished(const std::string& folder, WallTime now);

}  // namespace session_files

}  // namespace tandem::gateway
