// What any XML-RPC client may ask of a node, and of a whole cluster (D9): seven methods on paths.
// Paths are relative to the tree; bytes of any value but NUL; "/a/b" and "a/b" are the same.
// All calls may be made at the same time. Content per call is bounded by limits::base64_bytes_max.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/contract/result.hpp"

namespace tandem {

struct PlainStatus {
  std::uint64_t directories = 0;
  std::uint64_t files = 0;
  std::uint64_t data_bytes = 0;
  std::uint64_t free_bytes = 0;
};

class PlainService {
 public:
  virtual ~PlainService() = default;
  virtual Status make_directory(std::string_view path) = 0;  // exists, not_found (parent), not_directory
  virtual Status create(std::string_view path) = 0;          // an empty file; `exists` when anything is there
  virtual Status move(std::string_view from, std::string_view to) = 0;  // replaces as rename(2) does
  virtual Status remove(std::string_view path) = 0;                     // a file, or an empty directory
  // Without length: to the end, if that is within the bound, else `invalid`. Behind the end: empty.
  virtual Result<std::string> read(std::string_view path, std::uint64_t offset,
                                   std::optional<std::uint64_t> length) = 0;
  // Without offset the content is replaced (the file is made when missing). Returns the bytes written.
  virtual Result<std::uint64_t> write(std::string_view path, std::string_view bytes,
                                      std::optional<std::uint64_t> offset) = 0;
  virtual Result<PlainStatus> plain_status() = 0;
};

}  // namespace tandem
