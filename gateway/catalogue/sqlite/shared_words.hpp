// A page of memory that the processes of one catalogue share: a file beside the database, mapped by each.
// It carries hints and wake-ups only; what is true stands in the database.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "protocol/contract/result.hpp"
#include "protocol/contract/runtime.hpp"

namespace tandem::gateway {

struct SharedWords {
  std::atomic<std::uint64_t> format;
  std::atomic<std::uint64_t> revision;     // see revision_word.hpp
  std::atomic<std::uint32_t> doorbell;     // counts commits; waited on by watchers
  std::atomic<std::uint32_t> gate_turn;    // counts releases of the gate; waited on by who wants it
  std::atomic<std::uint32_t> gate_wanted;  // somebody waits for the gate
  std::atomic<std::uint32_t> holder_pid;   // of the gate, for people
  std::array<std::atomic<std::uint64_t>, 4> holder_program;
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free &&
              std::atomic<std::uint32_t>::is_always_lock_free);

// The mapped file. It is never removed or replaced while a process uses it: its lock is the gate.
class SharedFile {
 public:
  // Made when missing, with the permissions of `database`. `unsupported`: written by a newer program.
  static Result<std::unique_ptr<SharedFile>> open(const std::string& path, const std::string& database);
  ~SharedFile();
  SharedFile(const SharedFile&) = delete;
  SharedFile& operator=(const SharedFile&) = delete;

  SharedWords& words() { return *words_; }
  const SharedWords& words() const { return *words_; }
  int descriptor() const { return descriptor_; }
  const std::string& path() const { return path_; }
  // False when somebody has removed or replaced the file: the lock would no longer keep anybody out.
  bool in_place() const;

 private:
  SharedFile(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  Status map();

  const std::string path_;
  const int descriptor_;
  SharedWords* words_ = nullptr;
};

// Sleeps until the word is no longer `seen`, somebody wakes it, or the time is over. May return early.
void wait_on_word(std::atomic<std::uint32_t>& word, std::uint32_t seen, Duration at_most);
int wake_word(std::atomic<std::uint32_t>& word, int waiters);  // how many were woken

}  // namespace tandem::gateway
