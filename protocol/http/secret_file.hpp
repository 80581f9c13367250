// The file in which a program finds the cluster's secret: one rule for daemons and clients, so that the same
// file means the same to both.
#pragma once

#include <string>
#include <string_view>

#include "protocol/contract/result.hpp"

namespace tandem::protocol {

struct SecretFile {
  std::string secret{};         // without white space at its ends
  bool world_readable = false;  // everybody on this machine can read it: worth a warning
};

// `option`: how the user named the file, for the mend. `invalid`: it cannot be read, is empty, or is too long
// for a secret.
Result<SecretFile> read_secret_file(const std::string& path, std::string_view option);

}  // namespace tandem::protocol
