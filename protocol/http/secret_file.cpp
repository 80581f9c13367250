#include "protocol/http/secret_file.hpp"

#include <sys/stat.h>

#include <fstream>

namespace tandem::protocol {
namespace {
constexpr std::size_t secret_bytes_max = 1024;
}  // namespace

Result<SecretFile> read_secret_file(const std::string& path, std::string_view option) {
  std::ifstream file(path, std::ios::binary);
  std::string text(secret_bytes_max + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad() || (!file && file.gcount() == 0 && !file.eof()))
    return Error{Code::invalid, "the secret file cannot be read", path}.hint("check " + std::string(option));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > secret_bytes_max)
    return Error{Code::invalid, "far too long for a secret", path}.hint("keep it in one line");
  constexpr std::string_view white = " \t\r\n";
  const std::size_t first = text.find_first_not_of(white);
  if (first == std::string::npos)
    return Error{Code::invalid, "the secret file is empty", path}.hint("put the secret in");
  text = text.substr(first, text.find_last_not_of(white) - first + 1);
  struct stat status {};
  const bool readable = ::stat(path.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0;
  return SecretFile{std::move(text), readable};
}

}  // namespace tandem::protocol
