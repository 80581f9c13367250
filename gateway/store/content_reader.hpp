// A file being read (I2). While no byte has been handed out, a version that is gone meanwhile is replaced by
// the present one; afterwards the stream stays with its version or fails.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "gateway/pair/verified_read.hpp"
#include "gateway/store/core.hpp"

namespace tandem::gateway {

class ContentReader final : public Reader {
 public:
  static Result<std::unique_ptr<ContentReader>> open(Core& core, std::string path, std::uint64_t offset,
                                                     std::optional<std::uint64_t> length);

  const Item& item() const override { return item_; }
  Result<std::size_t> read(std::span<std::byte> out) override;

 private:
  ContentReader(Core& core, std::string path, std::uint64_t offset, std::optional<std::uint64_t> length);
  Result<PathMap::Target> resolve_readable();
  Status start();
  // After a failed read: whether there is a newer record, another member, or one that could be let in.
  bool can_start_again(const Error& error);

  Core& core_;
  const std::string path_;
  const std::uint64_t offset_;
  const std::optional<std::uint64_t> length_;
  Item item_{};
  Revision pair_revision_ = 0;  // of the members that are read from
  std::unique_ptr<VerifiedRead> bytes_{};
  bool handed_out_ = false;
  int starts_ = 0;
  std::uint32_t silences_ = 0;  // rounds in which somebody let us wait
};

// A whole content that fits in memory.
Result<std::string> read_at_once(Core& core, std::string_view path);

}  // namespace tandem::gateway
