#include "shell/commands/help.hpp"

#include "shell/output/text.hpp"

namespace tandem::shell {
namespace {

constexpr std::size_t width = 78;

// Paragraphs wrapped to the width; lines that begin with a blank stay as they are.
std::string wrapped(std::string_view text, std::size_t indent) {
  const std::string margin(indent, ' ');
  std::string out;
  std::string line;
  const auto end_line = [&] {
    if (!line.empty()) out += margin + line + "\n";
    line.clear();
  };
  while (!text.empty()) {
    const std::size_t newline = text.find('\n');
    std::string_view source = text.substr(0, newline);
    text.remove_prefix(newline == std::string_view::npos ? text.size() : newline + 1);
    if (source.empty() || source.front() == ' ') {
      end_line();
      out += source.empty() ? "\n" : margin + std::string(source) + "\n";
      continue;
    }
    while (!source.empty()) {
      const std::size_t blank = source.find(' ');
      const std::string_view word = source.substr(0, blank);
      if (!line.empty() && indent + line.size() + 1 + word.size() > width) end_line();
      line += (line.empty() ? "" : " ") + std::string(word);
      source.remove_prefix(blank == std::string_view::npos ? source.size() : blank + 1);
    }
  }
  end_line();
  return out;
}

std::string operand_shape(const OperandDeclaration& operand) {
  std::string shape;
  if (operand.choices.empty()) {
    shape = operand.name;
  } else {
    for (const auto& choice : operand.choices) shape += (shape.empty() ? "" : "|") + choice;
  }
  if (operand.many) shape += "...";
  return operand.minimum == 0 ? "[" + shape + "]" : shape;
}

constexpr std::array<Described, 4> options_of_all{
    {{"--json", "Results and failures as JSON documents (docs/JSON.md)."},
     {"-v, --verbose", "Tell which nodes the command reached."},
     {"--page", "On a terminal: show the output page by page, with $PAGER, less or more."},
     {"--help", "This text."}}};

constexpr std::array<Described, 6> options_of_program{
    {{"--config=FILE",
      "The cluster's configuration; else $TANDEM_CONFIG, ./tandem.toml, /etc/tandem/tandem.toml."},
     {"--set=SECTION.KEY=VALUE", "Overrides one value of it; may be repeated."},
     {"--json", "Results and failures as JSON documents."},
     {"-v, --verbose", "Tell which nodes a command reached."},
     {"-h, --help", "This text."},
     {"--version", "The version."}}};

constexpr std::array<Described, 21> statuses{{{"0", "done"},
                                              {"1", "some of several failed"},
                                              {"10", "not found"},
                                              {"11", "exists"},
                                              {"12", "not empty"},
                                              {"13", "is a directory"},
                                              {"14", "not a directory"},
                                              {"15", "invalid"},
                                              {"16", "denied"},
                                              {"17", "locked"},
                                              {"18", "stale: somebody else was first"},
                                              {"19", "no space"},
                                              {"20", "unavailable: nothing was changed"},
                                              {"21", "outcome unknown: the change may have happened"},
                                              {"22", "corrupt: no good copy could be read"},
                                              {"23", "unsupported"},
                                              {"64", "wrong usage"},
                                              {"70", "a bug in tandem"},
                                              {"78", "configuration"},
                                              {"130", "ended by Ctrl-C"},
                                              {"143", "asked to end"}}};

using GroupTitle = std::pair<Command::Group, std::string_view>;
constexpr std::array<GroupTitle, 5> groups{
    {{Command::Group::files, "Files and directories"},
     {Command::Group::trees, "Whole trees"},
     {Command::Group::cluster, "The cluster"},
     {Command::Group::programs, "Programs and scripts"},
     {Command::Group::shell, "In scripts and in the interactive shell"}}};

std::string described(std::span<const Described> list) {
  std::string text;
  for (const auto& [what, meaning] : list) text += "    " + std::string(what) + "\n" + wrapped(meaning, 8);
  return text;
}

std::string exit_text() {
  std::string text;
  for (const auto& [number, meaning] : statuses) {
    text += (text.empty() ? "" : "; ") + std::string(number) + " " + std::string(meaning);
  }
  return text + ".";
}

}  // namespace

std::string option_heading(const OptionDeclaration& option) {
  std::string heading;
  for (const auto& name : option_names(option)) {
    heading += (heading.empty() ? "" : ", ") + name;
    if (!option.placeholder.empty()) heading += (name.starts_with("--") ? "=" : " ") + option.placeholder;
  }
  return heading;
}

std::string usage_line(const Command& command, const Arguments& arguments) {
  std::string line(command.name);
  for (const auto& option : arguments.declared_options()) {
    if (option.hidden) continue;
    line += " [" + option_names(option).front();
    if (!option.placeholder.empty()) line += " " + option.placeholder;
    line += "]";
  }
  for (const auto& operand : arguments.declared_operands()) line += " " + operand_shape(operand);
  return line;
}

std::string help_text(const Command& command) {
  const auto verb = command.make();
  Arguments arguments;
  verb->define(arguments);
  std::string text =
      "NAME\n    " + std::string(command.name) + " - " + std::string(command.summary) + "\n\nUSAGE\n";
  text += wrapped((command.keeps_state ? "" : "tandem ") + usage_line(command, arguments), 4);
  if (!command.description.empty()) text += "\nDESCRIPTION\n" + wrapped(command.description, 4);
  std::string operands;
  for (const auto& operand : arguments.declared_operands()) {
    if (!operand.help.empty()) operands += "    " + operand.name + "\n" + wrapped(operand.help, 8);
  }
  if (!operands.empty()) text += "\nOPERANDS\n" + operands;
  text += "\nOPTIONS\n";
  for (const auto& option : arguments.declared_options()) {
    if (!option.hidden) text += "    " + option_heading(option) + "\n" + wrapped(option.help, 8);
  }
  text += described(common_options);
  if (!command.examples.empty()) {
    text += "\nEXAMPLES\n";
    std::string_view rest = command.examples;
    while (!rest.empty()) {
      const std::size_t newline = rest.find('\n');
      text += "    " + std::string(rest.substr(0, newline)) + "\n";
      rest.remove_prefix(newline == std::string_view::npos ? rest.size() : newline + 1);
    }
  }
  if (!command.keeps_state) text += "\nEXIT STATUS\n" + wrapped(exit_text(), 4);
  return text;
}

std::string overview(bool interactive) {
  std::string text;
  if (!interactive) {
    text =
        "tandem - one dependable file store out of mirrored pairs of machines\n\n"
        "USAGE\n    tandem [OPTIONS] COMMAND [OPERANDS]\n    tandem                     the interactive "
        "shell\n"
        "    tandem run SCRIPT          commands from a file, or from standard input (-)\n\n"
        "OPTIONS\n" +
        described(program_options) + "\n";
  }
  for (const auto& [group, title] : groups) {
    std::string lines;
    for (const Command* command : all_commands()) {
      if (command->group != group || (command->keeps_state && !interactive)) continue;
      lines += "    " + pad_right(command->name, 12) + std::string(command->summary) + "\n";
    }
    if (!lines.empty()) text += std::string(title) + "\n" + lines + "\n";
  }
  return text + (interactive ? "'help COMMAND' tells more about one of them.\n"
                             : "'tandem COMMAND --help' tells more about one of them.\n");
}

const std::string_view program_version = TANDEM_VERSION;
const std::span<const Described> common_options = options_of_all;
const std::span<const Described> program_options = options_of_program;
const std::span<const Described> exit_statuses = statuses;
const std::span<const GroupTitle> command_groups = groups;

}  // namespace tandem::shell
