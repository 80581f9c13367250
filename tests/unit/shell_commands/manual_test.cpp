// Help and manual pages: complete for every command, of one source, and proper typesetting.
#include "shell/commands/manual.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "shell/commands/help.hpp"

namespace tandem::shell {
namespace {

// What groff complains about; nothing where there is no groff.
std::string complaints_about(const std::string& page) {
  char file[] = "/tmp/tandem-manual-XXXXXX";
  const int descriptor = ::mkstemp(file);
  ::close(descriptor);
  std::ofstream(file) << page;
  const std::string said = std::string(file) + ".said";
  const std::string command =
      std::string("command -v groff >/dev/null || exit 0; groff -man -Tutf8 -ww -z ") + file;
  if (std::system(("{ " + command + "; } >" + said + " 2>&1").c_str()) != 0) return "groff failed";
  std::ifstream stream(said);
  std::stringstream all;
  all << stream.rdbuf();
  ::unlink(file);
  ::unlink(said.c_str());
  return all.str();
}

TEST(Help, IsCompleteForEveryCommand) {
  for (const Command* command : all_commands()) {
    const auto verb = command->make();
    Arguments arguments;
    verb->define(arguments);
    EXPECT_FALSE(command->description.empty()) << command->name;
    EXPECT_FALSE(command->examples.empty()) << command->name;
    for (const auto& operand : arguments.declared_operands()) {
      EXPECT_FALSE(operand.help.empty()) << command->name << " " << operand.name;
    }
    for (const auto& option : arguments.declared_options()) {
      EXPECT_FALSE(option.hidden || option.help.empty()) << command->name << " " << option.names;
    }
  }
}

TEST(Manual, APageSaysWhatTheHelpSays) {
  for (const Command* command : all_commands()) {
    const std::string page = manual_page(*command);
    for (const char* section : {"NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLES", "SEE ALSO"}) {
      EXPECT_NE(page.find(std::string(".SH ") + section + "\n"), std::string::npos) << command->name;
    }
    EXPECT_NE(page.find("tandem\\-" + std::string(command->name) + " \\- "), std::string::npos);
    EXPECT_EQ(complaints_about(page), "") << page;
  }
}

TEST(Manual, ThePageOfTheProgramNamesEveryCommandAndStatus) {
  const std::string page = manual_of_program();
  for (const Command* command : all_commands()) {
    EXPECT_NE(page.find(".BR tandem\\-" + std::string(command->name) + " (1)"), std::string::npos)
        << command->name;
    EXPECT_NE(page.find(".B \"" + std::string(command->name) + "\"\n"), std::string::npos) << command->name;
  }
  for (const auto& [number, meaning] : exit_statuses) {
    EXPECT_NE(page.find(".B \"" + std::string(number) + "\"\n"), std::string::npos) << number << meaning;
  }
  EXPECT_EQ(complaints_about(page), "");
}

TEST(Manual, TextIsNeverTakenForTypesetting) {
  Command command = **all_commands().begin();
  command.description = ".B not a macro\n'nor this\n  a\\b `c` -d\nend";
  const std::string page = manual_page(command);
  EXPECT_NE(
      page.find("\n\\&.B not a macro\n\\&\\(aqnor this\n.PP\n.EX\n  a\\eb \\(gac\\(ga \\-d\n.EE\nend\n"),
      std::string::npos)
      << page;
}

}  // namespace
}  // namespace tandem::shell
