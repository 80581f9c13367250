// Writes the manual pages into a folder: run while the project is built, not installed.
#include <fstream>
#include <iostream>
#include <string>

#include "shell/commands/manual.hpp"

namespace {

bool write(const std::string& file, const std::string& page) {
  std::ofstream stream(file);
  stream << page;
  stream.close();
  if (!stream) std::cerr << "cannot write " << file << "\n";
  return stream.good();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: tandem_manual FOLDER\n";
    return 64;
  }
  const std::string folder = std::string(argv[1]) + "/";
  if (!write(folder + "tandem.1", tandem::shell::manual_of_program())) return 1;
  for (const tandem::shell::Command* command : tandem::shell::all_commands()) {
    const std::string file = folder + "tandem-" + std::string(command->name) + ".1";
    if (!write(file, tandem::shell::manual_page(*command))) return 1;
  }
  return 0;
}
