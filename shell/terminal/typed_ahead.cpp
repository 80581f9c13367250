#include "shell/terminal/typed_ahead.hpp"

#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <array>

namespace tandem::shell {
namespace {

constexpr std::size_t bytes_max = std::size_t{64} * 1024;  // a terminal holds 4 KiB
constexpr char ctrl_d = '\x04';

}  // namespace

std::string take_typed_ahead(int terminal) {
  std::string typed;
  termios mode{};
  if (::tcgetattr(terminal, &mode) != 0 || (mode.c_lflag & static_cast<tcflag_t>(ICANON)) == 0) return typed;
  std::array<char, 4096> piece;
  while (typed.size() < bytes_max) {
    pollfd waiting{terminal, POLLIN, 0};
    // A terminal that was closed gives ends for ever; whoever reads next finds out.
    if (::poll(&waiting, 1, 0) != 1 || waiting.revents != POLLIN) break;
    const ssize_t got = ::read(terminal, piece.data(), piece.size());
    if (got < 0) break;
    if (got == 0) {
      typed += ctrl_d;
    } else {
      typed.append(piece.data(), static_cast<std::size_t>(got));
    }
  }
  return typed;
}

}  // namespace tandem::shell
