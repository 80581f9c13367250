#include "storaged/disk/objects/layout.hpp"

#include <charconv>

namespace tandem::storaged::layout {

namespace {
constexpr std::size_t id_digits = 2 * ObjectId::size_bytes;
constexpr std::size_t number_digits = 16;
}  // namespace

std::string join(std::string_view directory, std::string_view name) {
  std::string path;
  path.reserve(directory.size() + 1 + name.size());
  path.append(directory).append(1, '/').append(name);
  return path;
}

std::string object_path(const ObjectId& id) {
  return join(objects, to_string(id));
}

std::string staged_path(const StagedKey& key) {
  std::string path = join(staging, to_string(key.id)) + "." + to_string(key.stamp);
  if (key.claim != 0) path += "." + hexadecimal(key.claim);
  return path;
}

std::optional<StagedKey> parse_staged_name(std::string_view name) {
  if (name.size() <= id_digits || name[id_digits] != '.') return std::nullopt;
  const auto id = parse_identifier<ObjectId>(name.substr(0, id_digits));
  std::string_view rest = name.substr(id_digits + 1);
  StagedKey key;
  if (const std::size_t dot = rest.find('.'); dot != std::string_view::npos) {
    const auto claim = parse_hexadecimal(rest.substr(dot + 1));
    if (!claim || *claim == 0) return std::nullopt;
    key.claim = *claim;
    rest = rest.substr(0, dot);
  }
  const auto stamp = parse_stamp(rest);
  if (!id || !stamp) return std::nullopt;
  key.id = *id;
  key.stamp = *stamp;
  return key;
}

std::string new_link_path(const ObjectId& id) {
  return join(staging, to_string(id)) + ".link";
}
std::string new_directory_path(const ObjectId& id) {
  return join(staging, to_string(id)) + ".directory";
}

std::string checksums_path(const ObjectId& id, const Stamp& stamp) {
  return join(checksums, to_string(id)) + "." + to_string(stamp);
}

std::string spilled_names_path(const ObjectId& id, std::uint64_t hash) {
  return join(checksums, to_string(id)) + ".names." + hexadecimal(hash);
}

std::string hexadecimal(std::uint64_t number) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text(number_digits, '0');
  for (std::size_t place = number_digits; place-- > 0; number >>= 4) text[place] = digits[number & 0xf];
  return text;
}

std::optional<std::uint64_t> parse_hexadecimal(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number, 16);
  if (text.size() != number_digits || problem != std::errc() || end != text.data() + text.size())
    return std::nullopt;
  return number;
}

}  // namespace tandem::storaged::layout
