// What the operations on names mean when one happens after the other: a map from paths to kinds and ids, with
// rename(2)'s rules. Shares nothing with the implementation.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "protocol/contract/result.hpp"

namespace tandem::simulation {

struct Operation {
  enum class Kind : std::uint8_t { make_file, make_directory, move, move_no_replace, remove, link };
  Kind kind = Kind::make_file;
  std::string path{};
  std::string other{};      // of a move or link: where to
  std::uint8_t number = 0;  // of what is made
};
std::string to_string(const Operation& operation);

class SequentialModel {
 public:
  Code apply(const Operation& operation);
  // Path -> "d" or "f" and the number.
  const std::map<std::string, std::string>& paths() const { return paths_; }

 private:
  Code check_parent(const std::string& path) const;
  bool is_directory(const std::string& path) const;
  bool has_children(const std::string& path) const;
  Code make(const std::string& path, const std::string& label);
  Code move(const std::string& from, const std::string& to, bool no_replace);
  Code remove(const std::string& path);
  Code link(const std::string& existing, const std::string& added);

  std::map<std::string, std::string> paths_;
};

}  // namespace tandem::simulation
