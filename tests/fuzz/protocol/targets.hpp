// What is fuzzed, each a function that must come back for any input. They abort on what must not be.
#pragma once

#include <string_view>

namespace tandem::fuzz {

// A request in one piece and in two must be read alike.
void http_framing(std::string_view input);
// What the precheck lets through must not hurt the XML-RPC library; folding keeps the text as it is.
void xml_documents(std::string_view input);
// Whatever a decoder takes must survive being written and read again; the first byte chooses the message.
void node_messages(std::string_view input);

}  // namespace tandem::fuzz
