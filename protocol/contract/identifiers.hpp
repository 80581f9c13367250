// The names things have for machines: 128-bit identifiers, stamps, revisions, runs.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tandem {

// 128 bits, shown as 32 lower-case hexadecimal digits. The tag keeps the kinds apart.
template <class Tag>
struct Identifier {
  static constexpr std::size_t size_bytes = 16;
  std::array<std::uint8_t, size_bytes> bytes{};

  auto operator<=>(const Identifier&) const = default;  // NOLINT(modernize-use-nullptr): clang-tidy 14 errs
  bool is_null() const { return *this == Identifier{}; }

  // The 16 bytes as they stand in catalogue keys.
  std::string_view raw() const { return {reinterpret_cast<const char*>(bytes.data()), size_bytes}; }
  static std::optional<Identifier> from_raw(std::string_view raw) {
    if (raw.size() != size_bytes) return std::nullopt;
    Identifier identifier;
    std::memcpy(identifier.bytes.data(), raw.data(), size_bytes);
    return identifier;
  }
};

using ObjectId = Identifier<struct ObjectTag>;  // a file, directory or symlink; random, never reused
using NodeId = Identifier<struct NodeTag>;      // a data folder, not an address (I6)
using ClusterId = Identifier<struct ClusterTag>;
using Digest = Identifier<struct DigestTag>;  // over the list of block checksums of a content

// The directory every path starts from: all zero.
inline constexpr ObjectId root_directory{};

std::string to_hex(std::string_view raw);
std::optional<std::string> from_hex(std::string_view hex);  // either case; nothing else

template <class Tag>
std::string to_string(const Identifier<Tag>& identifier) {
  return to_hex(identifier.raw());
}

template <class Identified>
std::optional<Identified> parse_identifier(std::string_view hex) {
  auto raw = from_hex(hex);
  return raw ? Identified::from_raw(*raw) : std::nullopt;
}

// The catalogue's counter. The top 16 bits are the epoch, raised by restore, rebuild and migrate.
using Revision = std::uint64_t;
using Epoch = std::uint16_t;
inline constexpr int epoch_shift = 48;
constexpr Epoch epoch_of(Revision revision) {
  return static_cast<Epoch>(revision >> epoch_shift);
}

// A client process's life in the catalogue: the revision that created it, so never used again.
using SessionId = std::uint64_t;

// One start of a storaged: random, durable before it serves.
using Run = std::uint64_t;

// Names one content of one object. A new `attempt` for every staging, so that bytes of a write whose
// outcome is unknown can never be taken for another's.
struct Stamp {
  std::uint64_t fence = 0;    // revision of the exclusive token, or of the session
  std::uint64_t attempt = 0;  // counted by the session
  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 errs
  auto operator<=>(const Stamp&) const = default;
};
std::string to_string(const Stamp& stamp);  // "fence-attempt", both hexadecimal
std::optional<Stamp> parse_stamp(std::string_view text);

}  // namespace tandem

template <class Tag>
struct std::hash<tandem::Identifier<Tag>> {
  std::size_t operator()(const tandem::Identifier<Tag>& identifier) const noexcept {
    std::size_t words[2];  // random bits already
    std::memcpy(words, identifier.bytes.data(), sizeof words);
    return words[0] ^ (words[1] * 0x9e3779b97f4a7c15U);
  }
};
