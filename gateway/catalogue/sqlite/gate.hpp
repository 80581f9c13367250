// The one door to every write and every checkpoint of the database, for all threads of all processes: an
// exclusive lock on the shared file. SQLite's own locks would let a writer and a checkpoint of two processes
// meet, which in released versions loses acknowledged commits, and make writers wait for seconds.
//
// The lock ends with its process. Whoever waits is woken when it is released; a holder that died is noticed
// within milliseconds. All calls may be made at the same time.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "gateway/catalogue/sqlite/shared_words.hpp"
#include "protocol/contract/result.hpp"
#include "protocol/contract/runtime.hpp"

namespace tandem::gateway {

class Gate {
 public:
  Gate(SharedFile& file, Runtime& runtime);

  class Hold {
   public:
    explicit Hold(Gate& gate) : gate_(&gate) {}
    Hold(Hold&& other) noexcept : gate_(std::exchange(other.gate_, nullptr)) {}
    Hold& operator=(Hold&&) = delete;
    ~Hold() {
      if (gate_ != nullptr) gate_->release();
    }

   private:
    Gate* gate_;
  };

  // `unavailable` when the deadline passes first, naming the holder, or when the file is gone.
  Result<Hold> acquire(Instant deadline);
  // Does not wait.
  std::optional<Hold> try_acquire();
  // "PROGRAM (pid N)", or empty when nobody is known to hold it.
  std::string holder() const;

 private:
  enum class Attempt : std::uint8_t { got, busy, failed };
  bool enter(Instant deadline);  // the turn among this process's threads
  void leave();
  Attempt lock_file();
  Result<Hold> wait_for_file(Instant deadline);
  void sign();
  void release();
  Error busy() const;

  SharedFile& file_;
  Runtime& runtime_;
  std::mutex mutex_;
  std::unique_ptr<Signal> left_;
  bool inside_ = false;  // a thread of this process holds the gate or waits for the file
  bool yield_ = false;   // another process waited when this one released: let it go first
};

}  // namespace tandem::gateway
