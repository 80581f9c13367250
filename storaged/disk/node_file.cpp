#include "storaged/disk/node_file.hpp"

#include <toml++/toml.h>
#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace tandem::storaged {
namespace {

constexpr std::size_t file_bytes_max = std::size_t{64} * 1024;
constexpr std::array<std::string_view, 6> known_keys{"format", "uuid", "cluster", "epoch", "run", "clean"};

Error refuse(std::string cause, std::uint64_t line) {
  if (line > 0) cause = "line " + std::to_string(line) + ": " + cause;
  return Error{Code::invalid, std::move(cause), std::string(node_file_name), "",
               "put node.toml back from a copy, or start this node with an empty folder and replace it"};
}

std::string hexadecimal(std::uint64_t number) {
  std::array<char, 16> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
  return std::string(digits.data(), end);
}

std::optional<std::uint64_t> parse_hexadecimal(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, 16);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Takes values out of the table and remembers the first thing that is wrong.
class Fields {
 public:
  explicit Fields(const toml::table& table) : table_(table) {
    for (const auto& [key, value] : table_)
      if (std::find(known_keys.begin(), known_keys.end(), key.str()) == known_keys.end())
        fail("unknown key '" + std::string(key.str()) + "'", &value);
  }

  template <class T>
  T take(std::string_view key, std::string_view what) {
    const toml::node* node = table_.get(key);
    const auto value = node != nullptr ? node->value_exact<T>() : std::optional<T>();
    if (!value) fail("'" + std::string(key) + "' has to be " + std::string(what), node);
    return value.value_or(T());
  }

  // Through `parse` from a string.
  template <class T, class Parse>
  T take_parsed(std::string_view key, std::string_view what, Parse parse) {
    const auto text = take<std::string>(key, what);
    if (error_) return T();
    const std::optional<T> value = parse(text);
    if (!value) fail("'" + std::string(key) + "' has to be " + std::string(what), table_.get(key));
    return value.value_or(T());
  }

  void fail(std::string cause, const toml::node* where) {
    if (error_) return;
    error_ = refuse(std::move(cause), where != nullptr ? where->source().begin.line : 0);
  }
  const std::optional<Error>& error() const { return error_; }

 private:
  const toml::table& table_;
  std::optional<Error> error_{};
};

std::optional<ClusterId> parse_cluster(std::string_view text) {
  if (text.empty()) return ClusterId{};
  return parse_identifier<ClusterId>(text);
}

Result<NodeFile> node_file_of(const toml::table& table) {
  const auto format = table["format"].value_exact<std::int64_t>();
  if (format && *format > node_file_format)
    return Error{Code::unsupported,
                 "this data folder has format " + std::to_string(*format) + ", this storaged knows format " +
                     std::to_string(node_file_format),
                 std::string(node_file_name), "", "run the newer version of storaged that wrote it"};
  Fields fields(table);
  if (fields.take<std::int64_t>("format", "a number") < 1)
    fields.fail("'format' has to be 1", table.get("format"));
  NodeFile file;
  file.uuid = fields.take_parsed<NodeId>("uuid", "32 hexadecimal digits", parse_identifier<NodeId>);
  if (file.uuid.is_null()) fields.fail("'uuid' is all zero", table.get("uuid"));
  file.cluster = fields.take_parsed<ClusterId>("cluster", "32 hexadecimal digits, or empty", parse_cluster);
  const auto epoch = fields.take<std::int64_t>("epoch", "a number");
  if (epoch < 0 || epoch > UINT16_MAX) fields.fail("'epoch' is out of its range", table.get("epoch"));
  file.epoch = static_cast<Epoch>(epoch);
  file.run = fields.take_parsed<Run>("run", "a hexadecimal number", parse_hexadecimal);
  file.clean = fields.take<bool>("clean", "true or false");
  if (fields.error()) return *fields.error();
  return file;
}

}  // namespace

std::string encode_node_file(const NodeFile& file) {
  std::string text =
      "# Who this data folder is. storaged writes it; do not edit it, do not copy it to another node.\n";
  text += "format = " + std::to_string(node_file_format) + "\n";
  text += "uuid = \"" + to_string(file.uuid) + "\"\n";
  text += "cluster = \"" + (file.cluster.is_null() ? "" : to_string(file.cluster)) + "\"\n";
  text += "epoch = " + std::to_string(file.epoch) + "\n";
  text += "run = \"" + hexadecimal(file.run) + "\"\n";
  text += std::string("clean = ") + (file.clean ? "true" : "false") + "\n";
  return text;
}

Result<NodeFile> decode_node_file(std::string_view text) {
  try {
    const toml::table table = toml::parse(text);
    return node_file_of(table);
  } catch (const toml::parse_error& error) {
    return refuse(std::string(error.description()), error.source().begin.line);
  }
}

Result<std::optional<NodeFile>> read_node_file(Filesystem& filesystem) {
  auto file = filesystem.open(node_file_name, OpenMode::read);
  if (!file && file.code() == Code::not_found) return std::optional<NodeFile>();
  if (!file) return file.error();
  std::string text(file_bytes_max + 1, '\0');
  auto count = (*file)->read_at(std::as_writable_bytes(std::span(text)), 0);
  if (!count) return count.error();
  if (*count > file_bytes_max) return refuse("far too long for such a file", 0);
  text.resize(*count);
  auto decoded = decode_node_file(text);
  if (!decoded) return decoded.error();
  return std::optional(*decoded);
}

Status write_node_file(Filesystem& filesystem, const NodeFile& file) {
  // A life that ended in the middle of this may have left one behind.
  auto removed = filesystem.unlink(new_node_file_name);
  if (!removed && removed.code() != Code::not_found) return removed;
  auto opened = filesystem.open(new_node_file_name, OpenMode::create_new);
  if (!opened) return opened.error();
  const std::string text = encode_node_file(file);
  auto written = (*opened)->write_at(std::as_bytes(std::span(text)), 0);
  if (!written) return written;
  auto synced = (*opened)->sync();
  if (!synced) return synced;
  auto renamed = filesystem.rename(new_node_file_name, node_file_name);
  if (!renamed) return renamed;
  return filesystem.sync_directory("");
}

}  // namespace tandem::storaged
