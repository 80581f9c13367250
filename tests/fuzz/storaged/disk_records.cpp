#include <cstdlib>
#include <cstring>
#include <span>
#include <string>

#include "protocol/contract/fields.hpp"
#include "protocol/runtime/system_runtime.hpp"
#include "storaged/disk/objects/object_attributes.hpp"
#include "storaged/disk/objects/side_files.hpp"
#include "tests/fuzz/storaged/targets.hpp"
#include "tests/support/memory_filesystem.hpp"

namespace tandem::fuzz {
namespace {

using namespace storaged;

constexpr std::uint32_t own_checksum_field = 15;

void require(bool condition) {
  if (!condition) std::abort();
}

// As if a node had written it: a fuzzer alone never finds the right checksum for the end.
std::string sealed(std::string_view fields) {
  FieldWriter writer;
  writer.raw(fields);
  writer.number(own_checksum_field, checksum_of_text(fields));
  return std::move(writer).take();
}

template <class Attribute>
void attribute_round_trip(std::string_view input, std::optional<Attribute> (*decode)(std::string_view)) {
  static_cast<void>(decode(input));
  const auto first = decode(sealed(input));
  if (!first) return;
  // Names that stand in a file as well as in the attribute are written to one place only.
  const std::string written = encode(*first);
  const auto second = decode(written);
  require(second && encode(*second) == written);
}

void content_attribute(std::string_view input) {
  attribute_round_trip<ContentAttribute>(input, decode_content);
}
void names_attribute(std::string_view input) {
  attribute_round_trip<NamesAttribute>(input, decode_names_attribute);
}
void directory_attribute(std::string_view input) {
  attribute_round_trip<DirectoryAttribute>(input, decode_directory);
}

void names_list(std::string_view input) {
  const auto first = decode_names(input);
  if (!first) return;
  const auto second = decode_names(encode_names(*first));
  require(second && *second == *first);
}

// The folder of side files as a damaged disk may leave it.
struct Folder {
  support::MemoryFilesystem disk{};
  protocol::SystemRuntime runtime{};
  SharedSyncs syncs{runtime, std::chrono::seconds(1)};
  SideFiles files{disk, syncs};

  void plant(const std::string& path, std::string_view bytes) {
    require(disk.make_directory(layout::checksums).ok());
    const auto file = disk.open(path, OpenMode::create_new);
    require(file.ok() && (*file)->write_at(std::as_bytes(std::span(bytes)), 0).ok());
  }
};

// The first bytes say how long the content claims to be, and whether its digest is that of the list.
void checksum_file(std::string_view input) {
  if (input.size() < 9) return;
  ContentAttribute content;
  std::memcpy(&content.size_bytes, input.data(), sizeof content.size_bytes);
  content.size_bytes %= limits::file_bytes_max + 1;
  const bool digest_fits = (input[8] & 1) != 0;
  input.remove_prefix(9);
  if (!content.checksums_beside()) return;
  const auto listed = decode_checksums(input);
  if (digest_fits) content.digest = digest_of(listed);
  Folder folder;
  folder.plant(layout::checksums_path(content.id, content.stamp), input);
  const auto loaded = folder.files.load_checksums(content);
  if (!loaded) return require(loaded.code() == Code::corrupt);
  require(digest_fits && loaded->size() == block_count(content.size_bytes) && *loaded == listed);
}

void names_file(std::string_view input) {
  const std::uint64_t hash = checksum_of_text(input) | 1;
  Folder folder;
  folder.plant(layout::spilled_names_path({}, hash), input);
  const auto loaded = folder.files.load_names({}, hash);
  if (!loaded) return require(loaded.code() == Code::corrupt);
  const auto names = decode_names(input);
  require(names && *names == *loaded);
}

}  // namespace

void disk_records(std::string_view input) {
  if (input.empty()) return;
  using Round = void (*)(std::string_view);
  constexpr Round rounds[] = {content_attribute, names_attribute, directory_attribute,
                              names_list,        checksum_file,   names_file};
  const auto choice = static_cast<unsigned char>(input.front()) % std::size(rounds);
  rounds[choice](input.substr(1));
}

}  // namespace tandem::fuzz
