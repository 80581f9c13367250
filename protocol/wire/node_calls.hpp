// The node calls by name: "node.settle" with the bytes of its request, onto a NodeService.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "protocol/contract/node_service.hpp"

namespace tandem::protocol {

struct NodeCall {
  std::string_view method;  // "node.settle"
  std::string_view help;
  Result<std::string> (*answer)(NodeService& service, std::string_view request);  // the bytes of the reply
};

// All of them; they live as long as the program.
std::span<const NodeCall> node_calls();
const NodeCall* find_node_call(std::string_view method);  // nullptr: no such call

}  // namespace tandem::protocol
