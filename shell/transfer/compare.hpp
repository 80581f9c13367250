// Whether a copy is what it was copied from.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "shell/transfer/tree.hpp"

namespace tandem::shell {

// Reads both files again and compares them byte by byte; `corrupt` when they differ.
Status compare_files(Tree& from, const std::string& original, Tree& to, const std::string& copy,
                     std::uint64_t size_bytes, std::span<std::byte> buffer);

// Whether the copy can be left alone, as far as looking at it tells: a file of the same size and time, a link
// with the same target.
bool is_current(Tree& to, const std::string& copy, const Entry& original);

}  // namespace tandem::shell
