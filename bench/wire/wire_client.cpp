#include "bench/wire/wire_client.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace tandem::bench {
namespace {

constexpr std::size_t buffer_bytes = std::size_t{256} * 1024;
constexpr std::string_view length_field = "Content-Length: ";

std::size_t length_in(std::string_view head) {
  const std::size_t at = head.find(length_field);
  std::size_t length = 0;
  if (at == std::string_view::npos) throw std::runtime_error("a reply without a length");
  const char* const start = head.data() + at + length_field.size();
  std::from_chars(start, head.data() + head.size(), length);
  return length;
}

}  // namespace

WireClient::WireClient(std::uint16_t port, Setup setup)
    : socket_(connect_over_loopback(port, setup)), buffer_(buffer_bytes) {}

void WireClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_.descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) throw std::runtime_error("the connection broke while sending");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::size_t WireClient::receive(char* into, std::size_t bytes_max) {
  const ssize_t got = ::recv(socket_.descriptor(), into, bytes_max, 0);
  if (got <= 0) throw std::runtime_error("the connection broke while receiving");
  return static_cast<std::size_t>(got);
}

WireClient::Head WireClient::take_head() {
  std::size_t have = 0;
  std::size_t end = std::string_view::npos;
  while (end == std::string_view::npos) {
    have += receive(buffer_.data() + have, buffer_.size() - have);
    end = std::string_view(buffer_.data(), have).find("\r\n\r\n");
  }
  const std::string_view head(buffer_.data(), end + 4);
  if (!head.starts_with("HTTP/1.1 200")) throw std::runtime_error("refused: " + std::string(head));
  return {head.size(), length_in(head), have - head.size()};
}

std::size_t WireClient::take_reply() {
  const Head head = take_head();
  for (std::size_t have = head.body_received; have < head.body_bytes;)
    have += receive(buffer_.data(), std::min(head.body_bytes - have, buffer_.size()));
  return head.body_bytes;
}

std::string WireClient::take_text() {
  const Head head = take_head();
  std::size_t have = head.body_received;
  while (have < head.body_bytes) have += receive(buffer_.data() + head.bytes + have, head.body_bytes - have);
  return {buffer_.data() + head.bytes, head.body_bytes};
}

}  // namespace tandem::bench
