// Base64 (RFC 4648, with padding) at memory speed; the XML-RPC library's own coding is several times slower.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tandem::protocol {

void append_base64(std::string& out, std::string_view bytes);  // one line, no line breaks
std::string encode_base64(std::string_view bytes);

// White space between the characters is skipped. Nothing: a foreign character, or wrong padding.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace tandem::protocol
