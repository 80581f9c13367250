// Where a catalogue lies: the database's file and what belongs beside it.
#pragma once

#include <cstdint>
#include <string>

#include "protocol/contract/result.hpp"

namespace tandem::gateway {

// Whether files of a file system (statfs's f_type) can be written by other machines, so that locks and shared
// memory on it end at the machine.
bool is_shared_between_machines(std::uint32_t file_system);

struct DatabasePlace {
  std::string database{};
  std::string gate() const { return database + ".gate"; }
  std::string sessions() const { return database + ".sessions"; }
  std::string log() const { return database + "-wal"; }
  std::string index() const { return database + "-shm"; }  // of the log

  // `not_found` when the database is missing: it is never made by looking for it.
  Status check_present() const;
  // `exists` when it, or the log of one that was lost, is there.
  Status check_free() const;
  // `unsupported` on a file system that other machines may write to: locks and shared memory end there.
  Status check_file_system() const;
  std::string folder() const;
};

}  // namespace tandem::gateway
