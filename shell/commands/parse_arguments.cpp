// The one place that knows the option parser. Only the command in use is ever built.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Option.hpp>
#include <utility>

#include "gateway/config/config.hpp"
#include "gateway/config/nearest.hpp"
#include "shell/commands/arguments.hpp"
#include "shell/output/text.hpp"

namespace tandem::shell {
namespace {

constexpr int operands_max = 1 << 28;

std::string in_quotes(const std::string& text) {
  return "'" + printable(text) + "'";
}

// The option that is neither known nor an operand.
UsageProblem unknown_option(const Arguments& arguments, const std::vector<std::string>& unexpected) {
  std::string given = unexpected.empty() ? std::string("?") : unexpected.front();
  given = given.substr(0, given.find('='));
  std::vector<std::string> names{"--help"};
  for (const auto& option : arguments.declared_options()) {
    for (auto& name : option_names(option)) names.push_back(std::move(name));
  }
  const std::vector<std::string_view> known(names.begin(), names.end());
  UsageProblem problem{"unknown option " + in_quotes(given), ""};
  if (const auto close = given.starts_with("--") ? gateway::nearest_word(given, known) : std::nullopt) {
    problem.hint = "did you mean '" + std::string(*close) + "'?";
  } else if (!arguments.declared_operands().empty()) {
    problem.hint = "put -- before an operand that begins with a dash";
  }
  return problem;
}

std::optional<UsageProblem> store_option(const OptionDeclaration& declared, const CLI::Option& parsed) {
  if (parsed.count() == 0) return std::nullopt;
  if (declared.flag != nullptr) {
    *declared.flag = true;
    return std::nullopt;
  }
  if (declared.texts != nullptr) {
    *declared.texts = parsed.results();
    return std::nullopt;
  }
  const std::string& value = parsed.results().back();
  if (declared.text != nullptr) {
    *declared.text = value;
    return std::nullopt;
  }
  auto number = gateway::parse_size(value);
  if (!number) {
    return UsageProblem{option_names(declared).back() + ": " + in_quotes(value) + " is not a number of bytes",
                        "for example 4096, 64KiB or 1GiB"};
  }
  *declared.number = *number;
  return std::nullopt;
}

std::optional<UsageProblem> check_choice(const OperandDeclaration& declared) {
  if (declared.choices.empty()) return std::nullopt;
  for (const auto& value : *declared.values) {
    bool known = false;
    std::string all;
    for (const auto& choice : declared.choices) {
      known = known || choice == value;
      all += (all.empty() ? "" : ", ") + choice;
    }
    if (!known) return UsageProblem{declared.name + " cannot be " + in_quotes(value), "it is one of: " + all};
  }
  return std::nullopt;
}

// Every operand takes what it must, the one that takes many what is left.
std::optional<UsageProblem> share_operands(const Arguments& arguments,
                                           const std::vector<std::string>& given) {
  std::size_t required = 0;
  for (const auto& operand : arguments.declared_operands()) required += operand.minimum;
  std::size_t spare = given.size() > required ? given.size() - required : 0;
  std::size_t at = 0;
  for (const auto& operand : arguments.declared_operands()) {
    std::size_t taken = operand.minimum;
    if (operand.many) {
      taken += spare;
      spare = 0;
    } else if (operand.minimum == 0 && spare > 0) {
      taken = 1;
      --spare;
    }
    if (at + taken > given.size()) return UsageProblem{operand.name + " is missing", ""};
    operand.values->assign(given.begin() + static_cast<std::ptrdiff_t>(at),
                           given.begin() + static_cast<std::ptrdiff_t>(at + taken));
    at += taken;
    if (auto problem = check_choice(operand)) return problem;
  }
  if (at < given.size()) {
    return UsageProblem{"one operand too many: " + in_quotes(given[at]),
                        "quote a name or text that contains blanks"};
  }
  return std::nullopt;
}

std::string without_quotes_of_library(const CLI::ParseError& error) {
  std::string text = error.what();
  return text.substr(0, text.find('\n'));
}

}  // namespace

std::optional<UsageProblem> parse_arguments(const Arguments& arguments,
                                            const std::vector<std::string>& words) {
  try {
    CLI::App app;
    app.set_help_flag();
    std::vector<CLI::Option*> options;
    for (const auto& declared : arguments.declared_options()) {
      CLI::Option* option =
          declared.flag != nullptr ? app.add_flag(declared.names) : app.add_option(declared.names);
      option->multi_option_policy(declared.texts != nullptr ? CLI::MultiOptionPolicy::TakeAll
                                                            : CLI::MultiOptionPolicy::TakeLast);
      if (declared.flag == nullptr) option->expected(1)->allow_extra_args(false);
      options.push_back(option);
    }
    CLI::Option* operands = nullptr;
    if (arguments.stops_at_first_operand()) {
      app.prefix_command();
    } else {
      // Not as extra arguments: the library would cut a name like "[a,b]" to pieces.
      operands = app.add_option("operands");
      operands->expected(operands_max, operands_max)->allow_extra_args(false);
      operands->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    }
    try {
      app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
    } catch (const CLI::ExtrasError&) {
      return unknown_option(arguments, app.remaining());
    }
    for (std::size_t i = 0; i < options.size(); ++i) {
      if (auto problem = store_option(arguments.declared_options()[i], *options[i])) return problem;
    }
    // Before another command's name even an unknown option counts as the first operand.
    if (operands == nullptr && !app.remaining().empty() && app.remaining().front().starts_with("--") &&
        app.remaining().front().size() > 2) {
      return unknown_option(arguments, app.remaining());
    }
    return share_operands(arguments, operands != nullptr ? operands->results() : app.remaining());
  } catch (const CLI::ParseError& error) {
    return UsageProblem{without_quotes_of_library(error), ""};
  }
}

}  // namespace tandem::shell
