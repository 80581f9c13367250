// The methods of the registry, with help and signatures. For the dispatcher.
#pragma once

#include <cstddef>
#include <xmlrpc-c/registry.hpp>

#include "protocol/contract/node_service.hpp"
#include "protocol/contract/plain_service.hpp"

namespace tandem::protocol {

void add_plain_methods(xmlrpc_c::registry& registry, PlainService& service);
void add_node_methods(xmlrpc_c::registry& registry, NodeService& service);
void add_unknown_method(xmlrpc_c::registry& registry);

// Bounds what the calls of one document may hand out together: system.multicall could ask for the same
// megabyte ten thousand times. One for each document and thread.
class ReplyAllowance {
 public:
  ReplyAllowance();
  ~ReplyAllowance();
  ReplyAllowance(const ReplyAllowance&) = delete;
  ReplyAllowance& operator=(const ReplyAllowance&) = delete;
};

}  // namespace tandem::protocol
