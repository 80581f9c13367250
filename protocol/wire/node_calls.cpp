#include "protocol/wire/node_calls.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "protocol/contract/limits.hpp"
#include "protocol/wire/node_codec.hpp"

namespace tandem::protocol {
namespace {

template <class Reply>
Result<std::string> encoded(Result<Reply> reply) {
  if (!reply) return std::move(reply).error();
  return encode_reply(*reply);
}

// Asks for a page, and for ever shorter ones while it does not fit a call.
template <class AskFor>
Result<std::string> fitting_page(std::size_t limit, AskFor ask_for) {
  for (;;) {
    auto page = ask_for(limit);
    if (!page) return std::move(page).error();
    std::string text = encode_reply(*page);
    if (text.size() <= limits::base64_bytes_max || limit <= 1) return text;
    limit /= 2;
  }
}

std::size_t bounded(std::size_t limit) {
  return std::clamp<std::size_t>(limit, 1, limits::inventory_entries_max);
}

Result<std::string> identify(NodeService& service, std::string_view) {
  return encoded(service.identify());
}

Result<std::string> status(NodeService& service, std::string_view) {
  return encoded(service.status());
}

Result<std::string> join(NodeService& service, std::string_view text) {
  auto request = decode_join(text);
  if (!request) return std::move(request).error();
  return encoded(service.join(request->cluster, request->epoch));
}

Result<std::string> adopt_epoch(NodeService& service, std::string_view text) {
  auto request = decode_adopt_epoch(text);
  if (!request) return std::move(request).error();
  return encoded(service.adopt_epoch(request->guard, request->epoch));
}

Result<std::string> look(NodeService& service, std::string_view text) {
  auto request = decode_look(text);
  if (!request) return std::move(request).error();
  return encoded(service.look(request->guard, request->ids, request->claim));
}

Result<std::string> settle(NodeService& service, std::string_view text) {
  auto request = decode_settle(text);
  if (!request) return std::move(request).error();
  return encoded(service.settle(request->guard, request->items, request->durable));
}

Result<std::string> inventory(NodeService& service, std::string_view text) {
  auto request = decode_inventory(text);
  if (!request) return std::move(request).error();
  return encoded(service.inventory(request->guard, request->after, bounded(request->limit)));
}

Result<std::string> staged(NodeService& service, std::string_view text) {
  auto request = decode_staged(text);
  if (!request) return std::move(request).error();
  return fitting_page(bounded(request->limit),
                      [&](std::size_t limit) { return service.staged(request->guard, limit); });
}

Result<std::string> drop_staged(NodeService& service, std::string_view text) {
  auto request = decode_drop_staged(text);
  if (!request) return std::move(request).error();
  return encoded(service.drop_staged(request->guard, request->which));
}

Result<std::string> verify(NodeService& service, std::string_view text) {
  auto request = decode_verify(text);
  if (!request) return std::move(request).error();
  return encoded(service.verify(request->guard, request->id, request->stamp));
}

Result<std::string> tree(NodeService& service, std::string_view text) {
  auto request = decode_tree(text);
  if (!request) return std::move(request).error();
  return fitting_page(bounded(request->limit),
                      [&](std::size_t limit) { return service.tree(request->guard, request->after, limit); });
}

constexpr std::array calls{
    NodeCall{"node.identify", "Who this node is: identity, cluster, epoch, run. Without parameter: a struct.",
             identify},
    NodeCall{"node.status", "Counts, space and identity of this node. Without parameter: a struct.", status},
    NodeCall{"node.join", "Makes an unowned node a member of a cluster.", join},
    NodeCall{"node.adopt_epoch", "Raises the epoch.", adopt_epoch},
    NodeCall{"node.look", "What the node holds of some objects; may claim them.", look},
    NodeCall{"node.settle", "Makes the node match versions of records.", settle},
    NodeCall{"node.inventory", "A page of all objects held, ordered by id.", inventory},
    NodeCall{"node.staged", "Contents that are staged.", staged},
    NodeCall{"node.drop_staged", "Drops staged contents.", drop_staged},
    NodeCall{"node.verify", "Reads an object and checks every block.", verify},
    NodeCall{"node.tree", "A page of the names shown under tree/.", tree},
};

}  // namespace

std::span<const NodeCall> node_calls() {
  return calls;
}

const NodeCall* find_node_call(std::string_view method) {
  const auto* found = std::ranges::find(calls, method, &NodeCall::method);
  return found == calls.end() ? nullptr : found;
}

}  // namespace tandem::protocol
