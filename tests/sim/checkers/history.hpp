// What clients asked of the store and what they were told, in the order of the world's time: the input of the
// linearizability checker.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "protocol/contract/result.hpp"

namespace tandem::sim {

enum class Action : std::uint8_t { read, write, append, create, remove, make_directory, move, list };

struct Operation {
  static constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();

  std::string client{};
  Action action = Action::read;
  std::string path{};
  std::string target{};  // of a move
  std::string value{};   // written, or what a read returned; of a list: the names, each ended by '/'
  Code code = Code::outcome_unknown;
  std::uint64_t begun = 0;
  std::uint64_t ended = never;

  // May have happened, may happen yet, may never happen: the checker tries all of it.
  bool unknown() const { return ended == never; }
};

std::string to_string(const Operation& operation);

class History {
 public:
  // Returns the operation's place, for end().
  std::size_t begin(Operation operation) {
    operation.begun = ++clock_;
    operations_.push_back(std::move(operation));
    return operations_.size() - 1;
  }
  // An operation that is never ended, or ends with outcome_unknown, is unknown. One that says that nothing
  // was done (`unavailable`, `no_space` and the like) tells nothing and is forgotten.
  void end(std::size_t place, Code code, std::string value = {});

  // Without what is forgotten, and without reads nobody knows the answer of.
  std::vector<Operation> operations() const;
  std::vector<Operation> operations_on(const std::string& path) const;
  std::vector<std::string> paths() const;
  const std::vector<Operation>& everything() const { return operations_; }
  std::size_t size() const { return operations_.size(); }

 private:
  std::uint64_t clock_ = 0;
  std::vector<Operation> operations_{};
};

}  // namespace tandem::sim
