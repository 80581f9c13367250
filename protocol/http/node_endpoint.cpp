#include "protocol/http/node_endpoint.hpp"

#include <utility>

#include "protocol/contract/limits.hpp"
#include "protocol/http/byte_budget.hpp"
#include "protocol/http/http_status.hpp"
#include "protocol/http/object_exchange.hpp"
#include "protocol/wire/call_text.hpp"
#include "protocol/wire/xmlrpc_dispatcher.hpp"

namespace tandem::protocol {
namespace {

class Reservation {
 public:
  Reservation(ByteBudget& budget, std::size_t bytes)
      : budget_(budget), bytes_(budget.take(bytes) ? bytes : 0) {}
  ~Reservation() { budget_.give_back(bytes_); }
  Reservation(const Reservation&) = delete;
  Reservation& operator=(const Reservation&) = delete;
  bool holds(std::size_t bytes) const { return bytes_ >= bytes; }

 private:
  ByteBudget& budget_;
  std::size_t bytes_;
};

// The method's name as it stands in a call, if it is one of ours to count; a foreign text is "other".
std::string_view call_name(std::string_view body) {
  constexpr std::string_view tag = "<methodName>";
  constexpr std::string_view known[] = {"mkdir",
                                        "create",
                                        "mv",
                                        "rm",
                                        "read",
                                        "write",
                                        "status",
                                        "node.identify",
                                        "node.status",
                                        "node.join",
                                        "node.adopt_epoch",
                                        "node.look",
                                        "node.settle",
                                        "node.inventory",
                                        "node.staged",
                                        "node.drop_staged",
                                        "node.verify",
                                        "node.tree"};
  const std::size_t at = body.substr(0, 512).find(tag);
  if (at == std::string_view::npos) return "other";
  body.remove_prefix(at + tag.size());
  const std::string_view name = body.substr(0, body.substr(0, 64).find('<'));
  for (const std::string_view one : known) {
    if (one == name) return one;
  }
  return "other";
}

int reply_text(Exchange& exchange, int status, std::string_view fields, std::string_view text) {
  exchange.reply(status, fields, text);
  return status;
}

int refuse_method(Exchange& exchange, std::string_view allowed) {
  return reply_text(exchange, 405, "Allow: " + std::string(allowed) + "\r\n", "");
}

}  // namespace

struct NodeEndpoint::State {
  XmlRpcDispatcher dispatcher;
  NodeService* node;
  Runtime& runtime;
  const EndpointOptions options;
  ByteBudget xml_budget;

  Served route(Exchange& exchange);
  Served call(Exchange& exchange);
  int metrics(Exchange& exchange);
};

Served NodeEndpoint::State::call(Exchange& exchange) {
  constexpr std::size_t bytes_max = limits::xml_body_bytes_max;
  const MessageHead& head = exchange.head();
  if (!head.content_length && !head.chunked) return {"other", reply_text(exchange, 411, "", "")};
  const std::uint64_t length = head.content_length.value_or(bytes_max);
  if (length > bytes_max) return {"other", reply_text(exchange, 413, "", "")};
  const Reservation room(xml_budget, static_cast<std::size_t>(length));
  if (!room.holds(static_cast<std::size_t>(length))) {
    return {"other", reply_text(exchange, 503, "Retry-After: 1\r\n", "")};
  }
  const auto body = exchange.whole_body(bytes_max);
  if (!body) return {"other", reply_text(exchange, http_status(body.code()), "", "")};
  const std::string reply = dispatcher.process(*body);
  exchange.reply(200, "Content-Type: text/xml\r\n", reply);
  return {options.on_served ? call_name(*body) : "", 200};
}

int NodeEndpoint::State::metrics(Exchange& exchange) {
  return reply_text(exchange, 200, "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n",
                    options.metrics());
}

Served NodeEndpoint::State::route(Exchange& exchange) {
  const MessageHead& head = exchange.head();
  const std::string_view path = head.target.substr(0, head.target.find('?'));
  if (path == "/RPC2") {
    return head.method == "POST" ? call(exchange) : Served{"other", refuse_method(exchange, "POST")};
  }
  if (node != nullptr && path.starts_with("/objects/")) {
    if (head.method == "GET") return {"fetch", serve_fetch(*node, exchange)};
    if (head.method == "PUT") return {"stage", serve_stage(*node, exchange)};
    return {"other", refuse_method(exchange, "GET, PUT")};
  }
  if (options.metrics && path == "/metrics") {
    return {"metrics", head.method == "GET" ? metrics(exchange) : refuse_method(exchange, "GET")};
  }
  return {"other", reply_text(exchange, 404, "Content-Type: text/plain\r\n", "nothing here; POST /RPC2\n")};
}

NodeEndpoint::NodeEndpoint(PlainService& plain, NodeService* node, Runtime& runtime,
                           const EndpointOptions& options)
    : state_(new State{.dispatcher = {plain, node},
                       .node = node,
                       .runtime = runtime,
                       .options = options,
                       .xml_budget = ByteBudget(options.xml_bytes_in_flight_max)}) {}

NodeEndpoint::~NodeEndpoint() = default;

void NodeEndpoint::handle(Exchange& exchange) {
  if (!state_->options.on_served) {
    state_->route(exchange);
    return;
  }
  const Instant start = state_->runtime.now();
  Served served = state_->route(exchange);
  served.took = state_->runtime.now() - start;
  state_->options.on_served(served);
}

}  // namespace tandem::protocol
