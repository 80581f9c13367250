#include "shell/output/output.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "shell/output/local_error.hpp"

namespace tandem::shell {
namespace {

constexpr std::size_t buffer_bytes = 65'536;

bool colours_wanted() {
  const char* refused = std::getenv("NO_COLOR");
  const char* kind = std::getenv("TERM");
  return (refused == nullptr || *refused == '\0') && kind != nullptr && std::strcmp(kind, "dumb") != 0;
}

}  // namespace

DescriptorOutput::DescriptorOutput(int descriptor, std::string name)
    : descriptor_(descriptor),
      name_(std::move(name)),
      terminal_(isatty(descriptor) == 1),
      colours_(terminal_ && colours_wanted()) {}

DescriptorOutput::~DescriptorOutput() {
  DescriptorOutput::flush();
}

void DescriptorOutput::write(std::string_view bytes) {
  if (error_ || bytes.empty()) return;
  line_open_ = bytes.back() != '\n';
  if (buffer_.size() + bytes.size() > buffer_bytes) flush();
  if (bytes.size() >= buffer_bytes) {
    send(bytes);
  } else {
    buffer_.append(bytes);
  }
}

void DescriptorOutput::flush() {
  send(buffer_);
  buffer_.clear();
}

void DescriptorOutput::send(std::string_view bytes) {
  while (!bytes.empty() && !error_) {
    const ssize_t sent = ::write(descriptor_, bytes.data(), bytes.size());
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno != EINTR) {
      reader_gone_ = errno == EPIPE;
      error_ = local_error("cannot write", name_, errno);
    }
  }
}

void DescriptorOutput::forget_error() {
  error_.reset();
  reader_gone_ = false;
}

int DescriptorOutput::columns() const {
  winsize size{};
  if (terminal_ && ioctl(descriptor_, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

}  // namespace tandem::shell
