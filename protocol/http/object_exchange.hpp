// Contents over HTTP, the server's side: GET and PUT /objects/<id> onto fetch and stage.
#pragma once

#include "protocol/contract/node_service.hpp"
#include "protocol/http/exchange.hpp"

namespace tandem::protocol {

// Each answers the exchange and returns the HTTP status.
int serve_fetch(NodeService& node, Exchange& exchange);
int serve_stage(NodeService& node, Exchange& exchange);

}  // namespace tandem::protocol
