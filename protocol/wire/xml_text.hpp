// Text that may stand in an XML document and that both the XML-RPC library and stock clients accept.
#pragma once

#include <string>
#include <string_view>

namespace tandem::protocol {

// Valid UTF-8 of at most three bytes a character passes, also tab and newline; every other byte becomes
// \xNN. Markup characters are left as they are.
std::string printable_text(std::string_view bytes);

void append_escaped(std::string& out, std::string_view text);  // & < > as entities

}  // namespace tandem::protocol
