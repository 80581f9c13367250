#include "protocol/wire/base64.hpp"

#include <array>
#include <cstdint>
#include <cstring>

namespace tandem::protocol {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint32_t not_a_digit = 0x80000000U;

struct Pair {
  char first;
  char second;
};

// Twelve bits at a time: half the look-ups, and it stays in the first-level cache.
constexpr std::array<Pair, 4096> make_pairs() {
  std::array<Pair, 4096> pairs{};
  for (std::size_t i = 0; i < pairs.size(); ++i) pairs[i] = {alphabet[i >> 6], alphabet[i & 63]};
  return pairs;
}

// One table for each place of a group of four, with the six bits already shifted to where they belong.
constexpr std::array<std::array<std::uint32_t, 256>, 4> make_places() {
  std::array<std::array<std::uint32_t, 256>, 4> places{};
  for (std::size_t place = 0; place < 4; ++place) {
    places[place].fill(not_a_digit);
    for (std::size_t digit = 0; digit < alphabet.size(); ++digit) {
      places[place][static_cast<unsigned char>(alphabet[digit])] =
          static_cast<std::uint32_t>(digit << (18 - 6 * place));
    }
  }
  return places;
}

constexpr auto pairs_of_digits = make_pairs();
constexpr auto places = make_places();

bool is_space(unsigned char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

void put_three(char* out, std::uint32_t group) {
  out[0] = static_cast<char>(group >> 16);
  out[1] = static_cast<char>(group >> 8);
  out[2] = static_cast<char>(group);
}

// Groups of four digits with nothing between them; stops in front of the first that is not one.
void decode_run(const unsigned char*& in, const unsigned char* end, char*& out) {
  while (end - in >= 4) {
    const std::uint32_t group = places[0][in[0]] | places[1][in[1]] | places[2][in[2]] | places[3][in[3]];
    if ((group & not_a_digit) != 0) return;
    put_three(out, group);
    in += 4;
    out += 3;
  }
}

// Collects one group across white space. False: foreign character or wrong padding.
struct Group {
  std::uint32_t bits = 0;
  int digits = 0;
  int padding = 0;
};
bool collect_group(const unsigned char*& in, const unsigned char* end, Group& group) {
  while (in != end && group.digits + group.padding < 4) {
    const unsigned char c = *in++;
    if (is_space(c)) continue;
    if (c == '=') {
      ++group.padding;
      continue;
    }
    const std::uint32_t digit = places[3][c];
    if (digit == not_a_digit || group.padding != 0) return false;
    group.bits = (group.bits << 6) | digit;
    ++group.digits;
  }
  return group.digits + group.padding == 0 || (group.digits + group.padding == 4 && group.padding <= 2);
}

}  // namespace

void append_base64(std::string& out, std::string_view bytes) {
  const std::size_t start = out.size();
  out.resize(start + (bytes.size() + 2) / 3 * 4);
  char* to = out.data() + start;
  const auto* in = reinterpret_cast<const unsigned char*>(bytes.data());
  std::size_t left = bytes.size();
  for (; left >= 3; left -= 3, in += 3, to += 4) {
    const std::uint32_t group = (std::uint32_t{in[0]} << 16) | (std::uint32_t{in[1]} << 8) | in[2];
    std::memcpy(to, &pairs_of_digits[group >> 12], 2);
    std::memcpy(to + 2, &pairs_of_digits[group & 4095], 2);
  }
  if (left == 0) return;
  const std::uint32_t group = (std::uint32_t{in[0]} << 16) | (left == 2 ? std::uint32_t{in[1]} << 8 : 0);
  std::memcpy(to, &pairs_of_digits[group >> 12], 2);
  to[2] = left == 2 ? alphabet[(group >> 6) & 63] : '=';
  to[3] = '=';
}

std::string encode_base64(std::string_view bytes) {
  std::string out;
  append_base64(out, bytes);
  return out;
}

std::optional<std::string> decode_base64(std::string_view text) {
  std::string out;
  out.resize(text.size() / 4 * 3 + 3);
  char* to = out.data();
  const auto* in = reinterpret_cast<const unsigned char*>(text.data());
  const auto* const end = in + text.size();
  bool ended = false;
  while (in != end) {
    if (!ended) decode_run(in, end, to);
    Group group;
    if (!collect_group(in, end, group)) return std::nullopt;
    if (group.digits == 0) break;
    if (ended) return std::nullopt;  // digits behind the padding
    group.bits <<= 6 * group.padding;
    put_three(to, group.bits);
    to += 3 - group.padding;
    ended = group.padding != 0;
  }
  out.resize(static_cast<std::size_t>(to - out.data()));
  return out;
}

}  // namespace tandem::protocol
