#include "gateway/config/member_address.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace tandem::gateway {
namespace {

constexpr std::size_t host_bytes_max = 253;

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_host(std::string_view host) {
  if (host.empty() || host.size() > host_bytes_max) return false;
  if (host.front() == '[') {
    if (host.size() < 4 || host.back() != ']') return false;
    const auto inner = host.substr(1, host.size() - 2);
    return std::all_of(inner.begin(), inner.end(),
                       [](char c) { return is_letter_or_digit(c) || c == ':' || c == '.' || c == '%'; });
  }
  return std::all_of(host.begin(), host.end(),
                     [](char c) { return is_letter_or_digit(c) || c == '.' || c == '-' || c == '_'; });
}

bool is_port(std::string_view port) {
  std::uint16_t number = 0;
  const auto [end, problem] = std::from_chars(port.data(), port.data() + port.size(), number);
  return problem == std::errc{} && end == port.data() + port.size() && number != 0 && port.front() != '0';
}

}  // namespace

Result<std::string> check_member_address(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || !is_host(text.substr(0, colon)) ||
      !is_port(text.substr(colon + 1))) {
    return Error{Code::invalid, "\"" + std::string(text) + "\" is not HOST:PORT"}.hint(
        "write it like \"10.0.0.1:7001\"");
  }
  std::string address(text);
  std::transform(address.begin(), address.end(), address.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return address;
}

}  // namespace tandem::gateway
