#include <gtest/gtest.h>

#include "protocol/contract/limits.hpp"
#include "storaged/disk/objects/object_attributes.hpp"

namespace tandem::storaged {
namespace {

ContentAttribute some_content(std::uint64_t size_bytes) {
  ContentAttribute content;
  content.cluster.bytes.fill(3);
  content.id.bytes.fill(4);
  content.stamp = {std::uint64_t{7} << 48, 12345};
  content.size_bytes = size_bytes;
  content.digest.bytes.fill(5);
  content.session = 99;
  content.node.bytes.fill(6);
  if (!content.checksums_beside()) content.checksums.assign(block_count(size_bytes), 0x0123456789abcdefU);
  return content;
}

NamesAttribute some_names(std::size_t count, std::size_t length) {
  NamesAttribute names;
  names.settled = true;
  names.revision = 77;
  names.attributes = {0640, 10, 20, -1'500'000'000};
  for (std::size_t index = 0; index < count; ++index) {
    Name name{{}, std::string(length, static_cast<char>('a' + index % 26))};
    name.directory.bytes[0] = static_cast<std::uint8_t>(index);
    names.names.push_back(name);
  }
  return names;
}

TEST(ObjectAttributes, ComeBackAsTheyWereWritten) {
  for (const std::uint64_t size : {0UL, 1UL, 65536UL, 1048576UL, 1048577UL, 1UL << 40}) {
    const auto content = some_content(size);
    EXPECT_EQ(decode_content(encode(content)), content) << size;
  }
  EXPECT_EQ(decode_names_attribute(encode(some_names(3, 10))), some_names(3, 10));
  const DirectoryAttribute directory{some_content(0).id, 42};
  EXPECT_EQ(decode_directory(encode(directory)), directory);
}

TEST(ObjectAttributes, AnyFlippedBitMakesThemUnreadable) {
  const std::string sound = encode(some_content(100'000));
  for (std::size_t bit = 0; bit < sound.size() * 8; ++bit) {
    std::string damaged = sound;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(decode_content(damaged).has_value()) << "bit " << bit;
  }
  for (std::size_t length = 0; length < sound.size(); ++length)
    EXPECT_FALSE(decode_content(sound.substr(0, length)).has_value());
}

TEST(ObjectAttributes, ANewerFormatIsNotGuessedAt) {
  std::string newer = encode(DirectoryAttribute{some_content(0).id, 1});
  newer[1] = static_cast<char>(attribute_format + 1);
  EXPECT_FALSE(decode_directory(newer).has_value());
}

TEST(ObjectAttributes, FitBesideEachOtherIntoWhatExt4Gives) {
  constexpr std::size_t room = 4000;
  constexpr std::size_t attribute_heads = 200;
  const std::size_t content = encode(some_content(inline_checksums_max * limits::block_bytes)).size();
  EXPECT_LT(content + inline_names_bytes_max + attribute_heads, room);
  // Sixty-four names of an ordinary length need no file of their own.
  EXPECT_LE(encode_names(some_names(limits::names_per_object_max, 18).names).size(), inline_names_bytes_max);
}

}  // namespace
}  // namespace tandem::storaged
