#include "shell/commands/manual.hpp"

#include "shell/commands/help.hpp"

namespace tandem::shell {
namespace {

// As text, whatever is in it: no character of it commands the typesetter.
std::string escaped(std::string_view text) {
  std::string out;
  bool line_begins = true;
  for (const char c : text) {
    if (line_begins && (c == '.' || c == '\'')) out += "\\&";
    line_begins = c == '\n';
    switch (c) {
      case '\\':
        out += "\\e";
        break;
      case '-':
        out += "\\-";
        break;
      case '\'':
        out += "\\(aq";
        break;
      case '`':
        out += "\\(ga";
        break;
      case '^':
        out += "\\(ha";
        break;
      case '~':
        out += "\\(ti";
        break;
      default:
        out += c;
    }
  }
  return out;
}

// Paragraphs; lines that begin with a blank stay as they are.
std::string paragraphs(std::string_view text) {
  std::string out;
  bool as_it_stands = false;
  while (!text.empty()) {
    const std::size_t newline = text.find('\n');
    const std::string_view line = text.substr(0, newline);
    text.remove_prefix(newline == std::string_view::npos ? text.size() : newline + 1);
    if (!as_it_stands && line.starts_with(' ')) out += ".PP\n.EX\n";
    if (as_it_stands && !line.starts_with(' ')) out += ".EE\n";
    as_it_stands = line.starts_with(' ');
    out += line.empty() ? (text.starts_with(' ') ? "" : ".PP\n") : escaped(line) + "\n";
  }
  return out + (as_it_stands ? ".EE\n" : "");
}

std::string item(std::string_view macro, std::string_view what, std::string_view meaning) {
  return ".TP\n" + std::string(macro) + " \"" + escaped(what) + "\"\n" + paragraphs(meaning);
}

std::string list(std::span<const Described> described) {
  std::string out;
  for (const auto& [what, meaning] : described) out += item(".B", what, meaning);
  return out;
}

std::string title(std::string_view name) {
  std::string upper;
  for (const char c : name) upper += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return ".TH \"" + upper + "\" 1 \"\" \"tandem " + std::string(program_version) + "\" \"Tandem\"\n";
}

std::string operands_and_options(const Arguments& arguments) {
  std::string operands;
  std::string options;
  for (const auto& operand : arguments.declared_operands()) {
    operands += item(".I", operand.name, operand.help);
  }
  for (const auto& option : arguments.declared_options()) {
    if (!option.hidden) options += item(".B", option_heading(option), option.help);
  }
  return (operands.empty() ? "" : ".SH OPERANDS\n" + operands) + ".SH OPTIONS\n" + options +
         list(common_options);
}

}  // namespace

std::string manual_page(const Command& command) {
  const auto verb = command.make();
  Arguments arguments;
  verb->define(arguments);
  const std::string name = "tandem-" + std::string(command.name);
  std::string page = title(name) + ".SH NAME\n" + escaped(name) + " \\- " + escaped(command.summary) +
                     "\n.SH SYNOPSIS\n" + escaped(command.keeps_state ? "" : "tandem ") +
                     escaped(usage_line(command, arguments)) + "\n.SH DESCRIPTION\n";
  if (command.keeps_state) {
    page += "A command of scripts and of the interactive shell.\n.PP\n";
  }
  page += paragraphs(command.description) + operands_and_options(arguments) + ".SH EXAMPLES\n.EX\n" +
          escaped(command.examples) + "\n.EE\n";
  if (!command.keeps_state) page += ".SH EXIT STATUS\n" + list(exit_statuses);
  return page + ".SH SEE ALSO\n.BR tandem (1)\n";
}

std::string manual_of_program() {
  std::string page = title("tandem") + ".SH NAME\ntandem \\- " +
                     "one dependable file store out of mirrored pairs of machines\n.SH SYNOPSIS\n"
                     "tandem [options] command [operands]\n.br\ntandem\n.br\n"
                     "tandem run script\n.SH DESCRIPTION\n"
                     "Spreads files over mirrored pairs of machines that run storaged. Without a command, on "
                     "a terminal, it is an interactive shell with the same commands.\n";
  page += ".SH OPTIONS\n" + list(program_options) + ".SH COMMANDS\n";
  for (const auto& [group, heading] : command_groups) {
    page += ".SS \"" + escaped(heading) + "\"\n";
    for (const Command* command : all_commands()) {
      if (command->group == group) page += item(".B", command->name, command->summary);
    }
  }
  page += ".SH EXIT STATUS\n" + list(exit_statuses) +
          item(".B", "status", "0 healthy, 1 degraded, 2 at risk, 3 down.") + ".SH ENVIRONMENT\n" +
          item(".B", "TANDEM_CONFIG", "The configuration, where --config names none.") +
          item(".B", "PAGER", "Shows the pages of --page.") +
          item(".B", "NO_COLOR", "Set and not empty: no colours.") +
          item(".B", "XDG_STATE_HOME", "Where the history is kept; ~/.local/state by default.") +
          ".SH FILES\n" + item(".I", "./tandem.toml", "The configuration of the working directory.") +
          item(".I", "/etc/tandem/tandem.toml", "The configuration of the machine.") +
          item(".I", "~/.local/state/tandem/history", "The lines typed at the interactive shell.") +
          ".SH SEE ALSO\n";
  std::string others;
  for (const Command* command : all_commands()) {
    others +=
        (others.empty() ? "" : ",\n") + std::string(".BR tandem\\-") + std::string(command->name) + " (1)";
  }
  return page + others + "\n";
}

}  // namespace tandem::shell
