// HOST:PORT as members are written in a config.
#pragma once

#include <string>
#include <string_view>

#include "protocol/contract/result.hpp"

namespace tandem::gateway {

// The address as it is compared and shown: host in lower case. HOST is a name, an IPv4 address or an IPv6
// address in brackets; PORT is 1 to 65535. Anything else is `invalid`.
Result<std::string> check_member_address(std::string_view text);

}  // namespace tandem::gateway
