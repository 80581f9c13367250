// What options and operands a command takes: declared once by the command, used to parse a command line,
// to write its help, and to complete it while it is typed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::shell {

enum class ValueKind : std::uint8_t {
  text,
  number,
  size,
  remote_path,
  local_path,
  node,
  node_or_pair,
  command
};

struct OptionDeclaration {
  std::string names{};        // "-p,--parents"
  std::string placeholder{};  // of its value; empty: a flag
  std::string help{};
  ValueKind kind = ValueKind::text;
  bool hidden = false;  // understood, but not worth a line of help
  // Exactly one of these is set.
  bool* flag = nullptr;
  std::optional<std::string>* text = nullptr;
  std::vector<std::string>* texts = nullptr;  // may be given several times
  std::optional<std::uint64_t>* number = nullptr;
};

struct OperandDeclaration {
  std::string name{};
  std::string help{};
  ValueKind kind = ValueKind::text;
  std::vector<std::string> choices{};  // not empty: nothing else is taken
  std::size_t minimum = 1;
  bool many = false;
  std::vector<std::string>* values = nullptr;
};

class Arguments {
 public:
  void flag(std::string names, bool& value, std::string help);
  void hidden_flag(std::string names, bool& value);
  void option(std::string names, std::string placeholder, ValueKind kind, std::optional<std::string>& value,
              std::string help);
  void options(std::string names, std::string placeholder, ValueKind kind, std::vector<std::string>& values,
               std::string help);
  // "4096", "64KiB", "1GiB".
  void number(std::string names, std::string placeholder, std::optional<std::uint64_t>& value,
              std::string help);

  // One that must be there (values gets exactly one), one that may, or several with at least `minimum`.
  void operand(std::string name, ValueKind kind, std::vector<std::string>& values, std::string help);
  void optional_operand(std::string name, ValueKind kind, std::vector<std::string>& values, std::string help);
  void operands(std::string name, ValueKind kind, std::vector<std::string>& values, std::size_t minimum,
                std::string help);
  void choice(std::string name, std::vector<std::string> choices, std::vector<std::string>& values,
              std::string help);
  // Options are looked for only before the first operand: what follows belongs to another command.
  void stop_at_first_operand() { stops_ = true; }

  const std::vector<OptionDeclaration>& declared_options() const { return options_; }
  const std::vector<OperandDeclaration>& declared_operands() const { return operands_; }
  bool stops_at_first_operand() const { return stops_; }

 private:
  std::vector<OptionDeclaration> options_{};
  std::vector<OperandDeclaration> operands_{};
  bool stops_ = false;
};

// "-p", "--parents" of "-p,--parents".
std::vector<std::string> option_names(const OptionDeclaration& option);

// Fills the values in. Nothing, or what is wrong and how it is meant.
struct UsageProblem {
  std::string message{};
  std::string hint{};
};
std::optional<UsageProblem> parse_arguments(const Arguments& arguments,
                                            const std::vector<std::string>& words);

}  // namespace tandem::shell
