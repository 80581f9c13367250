// XML-RPC texts of the one shape node calls have: one <base64> parameter, one <base64> result. Writing and
// recognising that shape needs no XML library; what deviates from it by a byte goes the long way.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "protocol/contract/result.hpp"

namespace tandem::protocol {

struct NodeCallText {
  std::string_view method;  // both point into the body
  std::string_view base64;
};

std::string write_node_call(std::string_view method, std::string_view request);
std::optional<NodeCallText> recognise_node_call(std::string_view body);

std::string write_node_reply(std::string_view reply);
// A fault bears the code's number and to_string(error), made safe for XML.
std::string write_fault(const Error& error);

// What a node answered: the bytes of the reply, or the error of its fault. A text that is neither is
// `unsupported`: the other end does not speak this protocol.
Result<std::string> read_node_reply(std::string_view body);

}  // namespace tandem::protocol
