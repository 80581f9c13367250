// Keeps two daemons off one data folder: an flock on ROOT/node.lock, which the kernel takes away from a dead
// process by itself. The file also names the process that holds it.
#pragma once

#include <string>

#include "protocol/contract/result.hpp"
#include "storaged/disk/descriptor.hpp"

namespace tandem::storaged {

inline constexpr const char* lock_file_name = "node.lock";

class FolderLock {
 public:
  // Makes the folder `root` when it is missing. `locked`: a live daemon has it; the cause names its pid.
  static Result<FolderLock> take(const std::string& root);

 private:
  explicit FolderLock(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

  Descriptor descriptor_;
};

}  // namespace tandem::storaged
