// XML-RPC onto services: the seven plain methods for any client, and the node calls for gateways.
// docs/PROTOCOL.md describes them; so does the introspection every instance answers.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "protocol/contract/node_service.hpp"
#include "protocol/contract/plain_service.hpp"

namespace tandem::protocol {

class XmlRpcDispatcher {
 public:
  // The services must outlive it. Without a node only the plain methods exist.
  XmlRpcDispatcher(PlainService& plain, NodeService* node);
  ~XmlRpcDispatcher();
  XmlRpcDispatcher(const XmlRpcDispatcher&) = delete;
  XmlRpcDispatcher& operator=(const XmlRpcDispatcher&) = delete;

  // The response document to a call document; whatever goes wrong is a fault in it. From any thread.
  std::string process(std::string_view body) const;

 private:
  struct Registry;
  NodeService* node_;
  std::unique_ptr<Registry> registry_;
};

}  // namespace tandem::protocol
