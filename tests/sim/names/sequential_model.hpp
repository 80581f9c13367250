// What the operations on names mean when one happens after the other: a map from paths to kinds and ids, with
// rename(2)'s rules and the targets of symbolic links. Shares nothing with the implementation.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "protocol/contract/result.hpp"

namespace tandem::simulation {

struct Operation {
  enum class Kind : std::uint8_t {
    make_file,
    make_directory,
    make_symlink,
    move,
    move_no_replace,
    remove,
    link,
  };
  Kind kind = Kind::make_file;
  std::string path{};
  std::string other{};      // of a move or link: where to; of a symlink: its target
  std::uint8_t number = 0;  // of what is made
};
std::string to_string(const Operation& operation);

class SequentialModel {
 public:
  Code apply(const Operation& operation);
  // The same operation with the links on its ways followed now.
  Operation followed(Operation operation) const;
  // Path -> "d", "f" or "l" and the number.
  const std::map<std::string, std::string>& paths() const { return paths_; }

 private:
  // Turns the path into the one without links on the way; what it ends in is not followed.
  Code follow(std::string& path) const;
  bool is_directory(const std::string& path) const;
  bool has_children(const std::string& path) const;
  Code make(std::string path, const std::string& label);
  Code move(std::string from, std::string to, bool no_replace);
  Code remove(std::string path);
  Code link(std::string existing, const std::string& added);

  std::map<std::string, std::string> paths_;
  std::map<std::string, std::string> targets_;  // by label
};

}  // namespace tandem::simulation
