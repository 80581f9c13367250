#include "shell/commands/arguments.hpp"

#include <utility>

namespace tandem::shell {

void Arguments::flag(std::string names, bool& value, std::string help) {
  OptionDeclaration option;
  option.names = std::move(names);
  option.help = std::move(help);
  option.flag = &value;
  options_.push_back(std::move(option));
}

void Arguments::hidden_flag(std::string names, bool& value) {
  flag(std::move(names), value, "");
  options_.back().hidden = true;
}

void Arguments::option(std::string names, std::string placeholder, ValueKind kind,
                       std::optional<std::string>& value, std::string help) {
  OptionDeclaration option;
  option.names = std::move(names);
  option.placeholder = std::move(placeholder);
  option.help = std::move(help);
  option.kind = kind;
  option.text = &value;
  options_.push_back(std::move(option));
}

void Arguments::options(std::string names, std::string placeholder, ValueKind kind,
                        std::vector<std::string>& values, std::string help) {
  OptionDeclaration option;
  option.names = std::move(names);
  option.placeholder = std::move(placeholder);
  option.help = std::move(help);
  option.kind = kind;
  option.texts = &values;
  options_.push_back(std::move(option));
}

void Arguments::number(std::string names, std::string placeholder, std::optional<std::uint64_t>& value,
                       std::string help) {
  OptionDeclaration option;
  option.names = std::move(names);
  option.placeholder = std::move(placeholder);
  option.help = std::move(help);
  option.kind = ValueKind::size;
  option.number = &value;
  options_.push_back(std::move(option));
}

void Arguments::operand(std::string name, ValueKind kind, std::vector<std::string>& values,
                        std::string help) {
  operands_.push_back({std::move(name), std::move(help), kind, {}, 1, false, &values});
}

void Arguments::optional_operand(std::string name, ValueKind kind, std::vector<std::string>& values,
                                 std::string help) {
  operands_.push_back({std::move(name), std::move(help), kind, {}, 0, false, &values});
}

void Arguments::operands(std::string name, ValueKind kind, std::vector<std::string>& values,
                         std::size_t minimum, std::string help) {
  operands_.push_back({std::move(name), std::move(help), kind, {}, minimum, true, &values});
}

void Arguments::choice(std::string name, std::vector<std::string> choices, std::vector<std::string>& values,
                       std::string help) {
  operands_.push_back(
      {std::move(name), std::move(help), ValueKind::text, std::move(choices), 1, false, &values});
}

std::vector<std::string> option_names(const OptionDeclaration& option) {
  std::vector<std::string> names;
  std::size_t start = 0;
  for (;;) {
    const std::size_t comma = option.names.find(',', start);
    names.push_back(option.names.substr(start, comma - start));
    if (comma == std::string::npos) return names;
    start = comma + 1;
  }
}

}  // namespace tandem::shell
