// A tree of files that can be copied from and to: this machine's, or the store's. What a transfer needs
// of either, and no more. All calls may be made at the same time; a Source or Target belongs to one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "protocol/contract/node_service.hpp"
#include "protocol/contract/result.hpp"

namespace tandem::shell {

struct Entry {
  enum class Type : std::uint8_t { file, directory, link, special };
  Type type = Type::file;
  std::uint64_t size_bytes = 0;
  Attributes attributes{};
  std::string detail{};    // of a special file: what it is, for messages
  std::string target{};    // of a link
  std::string identity{};  // equal for two paths only when they lead to the same thing
};

class Source {
 public:
  virtual ~Source() = default;
  virtual Result<std::size_t> read(std::span<std::byte> out) = 0;  // 0 at the end
};

// Destroyed before commit(): nothing has happened.
class Target {
 public:
  virtual ~Target() = default;
  virtual Status write(std::span<const std::byte> bytes) = 0;
  virtual Status commit() = 0;
};

class Tree {
 public:
  virtual ~Tree() = default;
  // Links are told as links, unless `follow`.
  virtual Result<Entry> look(const std::string& path, bool follow) = 0;
  // Calls `each` with every name in the directory until it returns false.
  virtual Status list(const std::string& path, const std::function<bool(const std::string&)>& each) = 0;
  virtual Result<std::unique_ptr<Source>> open(const std::string& path, std::uint64_t size_bytes) = 0;
  // Replaces what is there. `entry`: the source's; its attributes are kept.
  virtual Result<std::unique_ptr<Target>> replace(const std::string& path, const Entry& entry) = 0;
  // A link to entry.target instead of what is there, a directory excepted.
  virtual Status make_link(const std::string& path, const Entry& entry) = 0;
  // No failure when the directory is there already.
  virtual Status make_directory(const std::string& path) = 0;
  virtual Status set_attributes(const std::string& path, const Attributes& attributes) = 0;
  // Why no file may have this path here; empty when it may.
  virtual std::string refusal(const std::string& path) const = 0;
};

std::string child_path(const std::string& directory, const std::string& name);
std::string base_name(std::string_view path);

}  // namespace tandem::shell
