// The codes of the contract as HTTP status.
#pragma once

#include <string_view>

#include "protocol/contract/result.hpp"

namespace tandem::protocol {

int http_status(Code code);
std::string_view reason_phrase(int status);

}  // namespace tandem::protocol
