// Keeps two daemons off one data folder: an flock on the folder itself, which the kernel takes away from a
// dead process and which leaves nothing behind in a folder that turns out to be somebody else's.
#pragma once

#include <string>

#include "protocol/contract/result.hpp"
#include "storaged/disk/descriptor.hpp"

namespace tandem::storaged {

class FolderLock {
 public:
  // Makes the folder `root` when it is missing. `locked`: a live daemon has it; the cause names its pid.
  static Result<FolderLock> take(const std::string& root);

 private:
  explicit FolderLock(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

  Descriptor descriptor_;
};

}  // namespace tandem::storaged
