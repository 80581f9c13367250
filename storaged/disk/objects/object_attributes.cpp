#include "storaged/disk/objects/object_attributes.hpp"

#include <bit>
#include <cstring>
#include <functional>
#include <span>

#include "protocol/contract/fields.hpp"

namespace tandem::storaged {

namespace {

// Field numbers; never reused, only added to.
enum class Part : std::uint32_t {
  format = 1,
  cluster = 2,
  id = 3,
  fence = 4,
  attempt = 5,
  size = 6,
  digest = 7,
  session = 8,
  checksums = 9,
  revision = 10,
  settled = 11,
  mode = 12,
  uid = 13,
  gid = 14,
  modified = 16,
  names = 17,
  spilled = 18,
  node = 19,
  own_checksum = 15,
};

enum class NamePart : std::uint32_t { directory = 1, name = 2 };

std::uint32_t number_of(Part part) {
  return static_cast<std::uint32_t>(part);
}

void put(FieldWriter& writer, Part part, std::uint64_t value) {
  writer.number(number_of(part), value);
}
void put(FieldWriter& writer, Part part, std::string_view value) {
  writer.bytes(number_of(part), value);
}

std::string sealed(FieldWriter writer) {
  put(writer, Part::own_checksum, checksum_of_text(writer.encoded()));
  return std::move(writer).take();
}

template <class Identified>
bool read_identifier(const Field& field, Identified& into) {
  const auto identifier = Identified::from_raw(field.bytes);
  if (!field.is_bytes || !identifier) return false;
  into = *identifier;
  return true;
}

// Calls `take` for every field of a sealed attribute; true when all were taken, the format is known and the
// checksum at the end is right.
bool read_sealed(std::string_view encoded, const std::function<bool(Part, const Field&)>& take) {
  FieldReader reader(encoded);
  bool known_format = false;
  while (const auto field = reader.next()) {
    if (field->id == number_of(Part::format)) {
      known_format = field->number == attribute_format;
      continue;
    }
    if (field->id == number_of(Part::own_checksum)) {
      const auto covered = static_cast<std::size_t>(field->raw.data() - encoded.data());
      const bool is_last = covered + field->raw.size() == encoded.size();
      return known_format && is_last && field->number == checksum_of_text(encoded.substr(0, covered));
    }
    if (!take(static_cast<Part>(field->id), *field)) return false;
  }
  return false;
}

// Signed times as protobuf's sint64, so that times before 1970 stay short.
std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

std::uint64_t little_endian(std::uint64_t number) {
  return std::endian::native == std::endian::little ? number : __builtin_bswap64(number);
}

}  // namespace

std::uint64_t checksum_of_text(std::string_view text) {
  return checksum_of_block(std::as_bytes(std::span(text.data(), text.size())));
}

std::string encode_checksums(const std::vector<BlockChecksum>& checksums) {
  std::string encoded(checksums.size() * sizeof(BlockChecksum), '\0');
  for (std::size_t index = 0; index < checksums.size(); ++index) {
    const std::uint64_t number = little_endian(checksums[index]);
    std::memcpy(encoded.data() + index * sizeof number, &number, sizeof number);
  }
  return encoded;
}

std::vector<BlockChecksum> decode_checksums(std::string_view encoded) {
  std::vector<BlockChecksum> checksums(encoded.size() / sizeof(BlockChecksum));
  for (std::size_t index = 0; index < checksums.size(); ++index) {
    std::uint64_t number = 0;
    std::memcpy(&number, encoded.data() + index * sizeof number, sizeof number);
    checksums[index] = little_endian(number);
  }
  return checksums;
}

std::string encode(const ContentAttribute& attribute) {
  FieldWriter writer;
  put(writer, Part::format, attribute_format);
  put(writer, Part::cluster, attribute.cluster.raw());
  put(writer, Part::id, attribute.id.raw());
  put(writer, Part::fence, attribute.stamp.fence);
  put(writer, Part::attempt, attribute.stamp.attempt);
  put(writer, Part::size, attribute.size_bytes);
  put(writer, Part::digest, attribute.digest.raw());
  put(writer, Part::session, attribute.session);
  put(writer, Part::node, attribute.node.raw());
  if (!attribute.checksums_beside()) put(writer, Part::checksums, encode_checksums(attribute.checksums));
  return sealed(std::move(writer));
}

std::optional<ContentAttribute> decode_content(std::string_view encoded) {
  ContentAttribute attribute;
  const bool sound = read_sealed(encoded, [&](Part part, const Field& field) {
    switch (part) {
      case Part::cluster:
        return read_identifier(field, attribute.cluster);
      case Part::id:
        return read_identifier(field, attribute.id);
      case Part::fence:
        attribute.stamp.fence = field.number;
        break;
      case Part::attempt:
        attribute.stamp.attempt = field.number;
        break;
      case Part::size:
        attribute.size_bytes = field.number;
        break;
      case Part::digest:
        return read_identifier(field, attribute.digest);
      case Part::session:
        attribute.session = field.number;
        break;
      case Part::node:
        return read_identifier(field, attribute.node);
      case Part::checksums:
        attribute.checksums = decode_checksums(field.bytes);
        break;
      default:
        break;
    }
    return true;
  });
  if (!sound || attribute.size_bytes > limits::file_bytes_max) return std::nullopt;
  const std::uint64_t listed = attribute.checksums_beside() ? 0 : block_count(attribute.size_bytes);
  if (attribute.checksums.size() != listed) return std::nullopt;
  return attribute;
}

std::string encode_names(const std::vector<Name>& names) {
  FieldWriter list;
  for (const Name& name : names) {
    FieldWriter writer;
    writer.bytes(static_cast<std::uint32_t>(NamePart::directory), name.directory.raw());
    writer.bytes(static_cast<std::uint32_t>(NamePart::name), name.name);
    list.nested(1, writer);
  }
  return std::move(list).take();
}

std::optional<std::vector<Name>> decode_names(std::string_view encoded) {
  std::vector<Name> names;
  FieldReader list(encoded);
  while (const auto entry = list.next()) {
    Name name;
    FieldReader reader(entry->bytes);
    while (const auto field = reader.next()) {
      if (field->id == static_cast<std::uint32_t>(NamePart::name)) name.name = std::string(field->bytes);
      if (field->id == static_cast<std::uint32_t>(NamePart::directory) &&
          !read_identifier(*field, name.directory))
        return std::nullopt;
    }
    if (!reader.ok() || name.name.empty()) return std::nullopt;
    names.push_back(std::move(name));
  }
  if (!list.ok()) return std::nullopt;
  return names;
}

std::string encode(const NamesAttribute& attribute) {
  FieldWriter writer;
  put(writer, Part::format, attribute_format);
  put(writer, Part::revision, attribute.revision);
  put(writer, Part::settled, attribute.settled ? 1 : 0);
  put(writer, Part::mode, attribute.attributes.mode);
  put(writer, Part::uid, attribute.attributes.uid);
  put(writer, Part::gid, attribute.attributes.gid);
  put(writer, Part::modified, zigzag(attribute.attributes.modified_ns));
  if (attribute.spilled_hash != 0)
    put(writer, Part::spilled, attribute.spilled_hash);
  else
    put(writer, Part::names, encode_names(attribute.names));
  return sealed(std::move(writer));
}

std::optional<NamesAttribute> decode_names_attribute(std::string_view encoded) {
  NamesAttribute attribute;
  const bool sound = read_sealed(encoded, [&](Part part, const Field& field) {
    switch (part) {
      case Part::revision:
        attribute.revision = field.number;
        break;
      case Part::settled:
        attribute.settled = field.number != 0;
        break;
      case Part::mode:
        attribute.attributes.mode = static_cast<std::uint32_t>(field.number);
        break;
      case Part::uid:
        attribute.attributes.uid = static_cast<std::uint32_t>(field.number);
        break;
      case Part::gid:
        attribute.attributes.gid = static_cast<std::uint32_t>(field.number);
        break;
      case Part::modified:
        attribute.attributes.modified_ns = unzigzag(field.number);
        break;
      case Part::spilled:
        attribute.spilled_hash = field.number;
        break;
      case Part::names: {
        auto names = decode_names(field.bytes);
        if (!names) return false;
        attribute.names = std::move(*names);
        break;
      }
      default:
        break;
    }
    return true;
  });
  if (!sound) return std::nullopt;
  return attribute;
}

std::string encode(const DirectoryAttribute& attribute) {
  FieldWriter writer;
  put(writer, Part::format, attribute_format);
  put(writer, Part::id, attribute.id.raw());
  put(writer, Part::revision, attribute.revision);
  return sealed(std::move(writer));
}

std::optional<DirectoryAttribute> decode_directory(std::string_view encoded) {
  DirectoryAttribute attribute;
  const bool sound = read_sealed(encoded, [&](Part part, const Field& field) {
    if (part == Part::id) return read_identifier(field, attribute.id);
    if (part == Part::revision) attribute.revision = field.number;
    return true;
  });
  if (!sound || attribute.id.is_null()) return std::nullopt;
  return attribute;
}

}  // namespace tandem::storaged
