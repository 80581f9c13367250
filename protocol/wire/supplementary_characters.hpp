// Characters beyond Unicode's Basic Multilingual Plane (emoji, rarer Chinese). XML allows them and clients
// send them, but the XML-RPC library refuses a string that holds one. So they are folded before the library
// sees a document, each into three characters of the private use area, and unfolded in the strings it hands
// out. A document's own use of the leading one is doubled, so that unfolding gives back what was sent.
#pragma once

#include <string>
#include <string_view>

namespace tandem::protocol {

// Also those written as references (&#128512;), except where references mean nothing (CDATA, comments). Of a
// document that is not UTF-8 only the references. At most three times as long as `document`.
std::string fold_supplementary(std::string_view document);

std::string unfold_supplementary(std::string text);

}  // namespace tandem::protocol
