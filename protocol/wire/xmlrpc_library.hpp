// The XML-RPC library, as far as a client needs it. It throws; nothing declared here does.
#pragma once

#include <string>
#include <string_view>

#include "protocol/contract/result.hpp"

namespace tandem::protocol {

// Its process-wide limits, set once before its first use.
void prepare_xmlrpc_library();

// The bytes of a <base64> result, or the error of a fault, out of any well-formed response.
Result<std::string> parse_bytes_response(std::string_view body);

}  // namespace tandem::protocol
