// The command table: one entry a verb, the same for one-shot use, scripts and the interactive shell.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "shell/commands/arguments.hpp"
#include "shell/commands/outcome.hpp"
#include "shell/commands/session.hpp"

namespace tandem::shell {

// One use of a command: its values live here between define() and run().
class Verb {
 public:
  virtual ~Verb() = default;
  virtual void define(Arguments& arguments) = 0;
  // What is wrong with the values taken together, or in this place. Touches nothing; asked before run().
  virtual Outcome check(const Session& /*session*/) const { return {}; }
  virtual Outcome run(Session& session) = 0;
};

struct Command {
  enum class Group : std::uint8_t { files, trees, cluster, programs, shell };
  std::string_view name{};
  std::string_view summary{};      // one line, no full stop
  std::string_view description{};  // paragraphs, as a manual page has them
  std::string_view examples{};     // a line each: "COMMAND  # what it does"
  Group group = Group::files;
  std::unique_ptr<Verb> (*make)() = nullptr;
  bool keeps_state = false;  // of use only where commands follow each other: in scripts and in the shell
};

template <class V>
std::unique_ptr<Verb> make_verb() {
  return std::make_unique<V>();
}

std::span<const Command* const> all_commands();
const Command* find_command(std::string_view name);  // "quit" is "exit", "?" is "help"

}  // namespace tandem::shell
