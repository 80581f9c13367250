// What an XML document must look like before the XML-RPC library may see it, on either side of a
// connection. The library builds a tree of whatever it is given and walks it recursively, expands entities
// and knows no bounds; here a document is held to limits::xml_depth_max and limits::xml_elements_max, and
// those with a DTD, control characters (so also the NULs of UTF-16) or attributes below the root are turned
// away, and so is an <i8> that is no number: the library dies of one. One pass, no memory; it does not
// promise that the document is well-formed.
#pragma once

#include <string_view>

#include "protocol/contract/result.hpp"

namespace tandem::protocol {

// `invalid`, with the reason, when the document must not be parsed.
Status check_xml(std::string_view document);

}  // namespace tandem::protocol
