#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

#include "gateway/config/config.hpp"

namespace tandem::gateway {
namespace {

constexpr std::size_t config_bytes_max = 1 << 20;

}  // namespace

Result<Config> load_config(const std::string& file, const std::vector<std::string>& overrides) {
  errno = 0;
  std::ifstream stream(file, std::ios::binary);
  std::string text;
  char piece[4096];
  while (stream.read(piece, sizeof piece) || stream.gcount() > 0) {
    text.append(piece, static_cast<std::size_t>(stream.gcount()));
    if (text.size() > config_bytes_max) {
      return Error{Code::invalid, "is larger than a config may be (1 MiB)"}.at(file).hint(
          "check that this is the file you meant");
    }
  }
  if (!stream.is_open() || stream.bad()) {
    const std::string reason = errno != 0 ? std::strerror(errno) : "it is not a readable file";
    return Error{Code::invalid, "the config cannot be read: " + reason}.at(file).hint(
        "name another with --config or TANDEM_CONFIG");
  }
  return parse_config(text, file, overrides);
}

}  // namespace tandem::gateway
