// Where things are in a node's folder. docs/disk/objects.md describes it for people.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/contract/identifiers.hpp"

namespace tandem::storaged::layout {

inline constexpr std::string_view objects = "objects";
inline constexpr std::string_view staging = "staging";
inline constexpr std::string_view checksums = "checksums";
inline constexpr std::string_view tree = "tree";
inline constexpr std::string_view limbo = "limbo";

inline constexpr std::string_view content_attribute = "user.tandem.content";
inline constexpr std::string_view names_attribute = "user.tandem.names";
inline constexpr std::string_view directory_attribute = "user.tandem.directory";

// Stands for limbo/ where a directory's parent is asked for, as the null id stands for tree/.
inline constexpr ObjectId limbo_directory{
    {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};

// One staged content: a claim of 0 means that its sender staged it for a commit.
struct StagedKey {
  ObjectId id{};
  Stamp stamp{};
  std::uint64_t claim = 0;
  auto operator<=>(const StagedKey&) const = default;  // NOLINT(modernize-use-nullptr): clang-tidy 14 errs
};

std::string join(std::string_view directory, std::string_view name);
std::string object_path(const ObjectId& id);
std::string staged_path(const StagedKey& key);
std::optional<StagedKey> parse_staged_name(std::string_view name);

// Made here, then renamed to where they belong, so that nobody sees them half made.
std::string new_link_path(const ObjectId& id);
std::string new_directory_path(const ObjectId& id);

// checksums/ID.STAMP: block checksums of a content whose list does not fit the attribute.
std::string checksums_path(const ObjectId& id, const Stamp& stamp);
// checksums/ID.names.HASH: names of an object that do not fit the attribute.
std::string spilled_names_path(const ObjectId& id, std::uint64_t hash);

// 16 lower-case hexadecimal digits.
std::string hexadecimal(std::uint64_t number);
std::optional<std::uint64_t> parse_hexadecimal(std::string_view text);

}  // namespace tandem::storaged::layout
