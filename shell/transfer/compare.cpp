#include "shell/transfer/compare.hpp"

#include <algorithm>

namespace tandem::shell {
namespace {

// As much as fits, less only at the end.
Result<std::size_t> fill(Source& source, std::span<std::byte> out) {
  std::size_t filled = 0;
  while (filled < out.size()) {
    auto got = source.read(out.subspan(filled));
    if (!got) return got;
    if (*got == 0) break;
    filled += *got;
  }
  return filled;
}

}  // namespace

Status compare_files(Tree& from, const std::string& original, Tree& to, const std::string& copy,
                     std::uint64_t size_bytes, std::span<std::byte> buffer) {
  auto left = from.open(original, size_bytes);
  if (!left) return std::move(left).error();
  auto right = to.open(copy, size_bytes);
  if (!right) return std::move(right).error();
  const auto from_left = buffer.first(buffer.size() / 2);
  const auto from_right = buffer.subspan(buffer.size() / 2).first(from_left.size());
  for (;;) {
    auto here = fill(**left, from_left);
    if (!here) return std::move(here).error();
    auto there = fill(**right, from_right);
    if (!there) return std::move(there).error();
    if (*here != *there || !std::ranges::equal(from_left.first(*here), from_right.first(*there))) {
      return Error{Code::corrupt, "the copy differs from the original, which may have changed meanwhile",
                   copy, "", "run the command again"};
    }
    if (*here < from_left.size()) return success();
  }
}

bool is_current(Tree& to, const std::string& copy, const Entry& original) {
  const bool link = original.type == Entry::Type::link;
  auto present = to.look(copy, !link);
  if (!present || present->type != original.type) return false;
  if (link) return present->target == original.target;
  return present->size_bytes == original.size_bytes &&
         present->attributes.modified_ns == original.attributes.modified_ns;
}

}  // namespace tandem::shell
