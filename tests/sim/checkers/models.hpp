// What a store without concurrency and faults answers: one file by itself, and a small tree of names.
#pragma once

#include <map>
#include <string>

#include "tests/sim/checkers/history.hpp"

namespace tandem::sim {

// One path whose directory stays: absent, or a content.
struct FileModel {
  struct State {
    bool present = false;
    std::string content{};
    std::string fingerprint() const { return present ? "=" + content : std::string(); }
  };
  static bool apply(State& state, const Operation& operation);
};

// Files and directories by path. Where several reasons forbid an operation, any of them is a right answer.
struct TreeModel {
  struct Node {
    bool directory = false;
    std::string content{};
  };
  struct State {
    std::map<std::string, Node> nodes{};  // without the root
    std::string fingerprint() const;
  };
  static bool apply(State& state, const Operation& operation);
};

}  // namespace tandem::sim
