// A content in memory as it is served: every block checked before its bytes are handed out.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "protocol/contract/checksums.hpp"
#include "protocol/contract/limits.hpp"
#include "protocol/contract/node_service.hpp"

namespace tandem::support {

class MemorySource : public ContentSource {
 public:
  MemorySource(FetchHead head, std::shared_ptr<const std::string> bytes)
      : head_(std::move(head)), bytes_(std::move(bytes)), at_(head_.offset) {}
  const FetchHead& head() const override { return head_; }
  Result<std::size_t> read(std::span<std::byte> out) override {
    const std::uint64_t left = head_.offset + head_.length - at_;
    const std::uint64_t in_block = limits::block_bytes - at_ % limits::block_bytes;
    const std::size_t count = std::min<std::uint64_t>({left, in_block, out.size()});
    if (count == 0) return count;
    const std::size_t block = at_ / limits::block_bytes;
    const std::size_t first = head_.offset / limits::block_bytes;
    const auto whole = std::as_bytes(std::span(*bytes_)).subspan(block * limits::block_bytes);
    const auto checked = whole.first(std::min(whole.size(), limits::block_bytes));
    if (checksum_of_block(checked) != head_.checksums[block - first]) {
      return Error{.code = Code::corrupt, .cause = "a block does not match its checksum"};
    }
    std::copy_n(std::as_bytes(std::span(*bytes_)).data() + at_, count, out.data());
    at_ += count;
    return count;
  }

 private:
  FetchHead head_;
  std::shared_ptr<const std::string> bytes_;
  std::uint64_t at_;
};

}  // namespace tandem::support
