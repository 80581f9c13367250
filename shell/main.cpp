#include "shell/commands/program.hpp"

int main(int argc, char** argv) {
  return tandem::shell::run_program({argv + 1, argv + argc});
}
