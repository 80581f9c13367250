#include "protocol/wire/xmlrpc_dispatcher.hpp"

#include <exception>
#include <xmlrpc-c/girerr.hpp>
#include <xmlrpc-c/registry.hpp>

#include "protocol/contract/limits.hpp"
#include "protocol/wire/base64.hpp"
#include "protocol/wire/call_text.hpp"
#include "protocol/wire/node_calls.hpp"
#include "protocol/wire/supplementary_characters.hpp"
#include "protocol/wire/xml_precheck.hpp"
#include "protocol/wire/xml_text.hpp"
#include "protocol/wire/xmlrpc_library.hpp"
#include "protocol/wire/xmlrpc_methods.hpp"

namespace tandem::protocol {
namespace {

std::string answer_directly(NodeService& node, const NodeCall& call, std::string_view base64) {
  const auto request = decode_base64(base64);
  if (!request || request->size() > limits::base64_bytes_max) {
    return write_fault({.code = Code::invalid, .cause = "the parameter is no base64 of at most 1 MiB"});
  }
  const auto reply = call.answer(node, *request);
  return reply ? write_node_reply(*reply) : write_fault(reply.error());
}

// The library lists a method of its own that stops the server; it cannot be taken out, and is never granted.
std::string without_shutdown(std::string response) {
  constexpr std::string_view listed = "<value><string>system.shutdown</string></value>\r\n";
  const std::size_t at = response.find(listed);
  if (at != std::string::npos) response.erase(at, listed.size());
  return response;
}

}  // namespace

struct XmlRpcDispatcher::Registry {
  xmlrpc_c::registry methods{};
};

XmlRpcDispatcher::XmlRpcDispatcher(PlainService& plain, NodeService* node) : node_(node) {
  prepare_xmlrpc_library();
  registry_ = std::make_unique<Registry>();
  add_plain_methods(registry_->methods, plain);
  if (node != nullptr) add_node_methods(registry_->methods, *node);
  add_unknown_method(registry_->methods);
}

XmlRpcDispatcher::~XmlRpcDispatcher() = default;

std::string XmlRpcDispatcher::process(std::string_view body) const {
  if (node_ != nullptr) {
    if (const auto text = recognise_node_call(body)) {
      const NodeCall* call = find_node_call(text->method);
      if (call != nullptr) return answer_directly(*node_, *call, text->base64);
    }
  }
  if (body.size() > limits::xml_body_bytes_max) {
    return write_fault({.code = Code::invalid, .cause = "the XML document is longer than 2 MiB"});
  }
  if (Status checked = check_xml(body); !checked) return write_fault(checked.error());
  const ReplyAllowance allowance;
  std::string cause;
  try {
    std::string response;
    registry_->methods.processCall(fold_supplementary(body), &response);
    return without_shutdown(std::move(response));
  } catch (const girerr::error& error) {
    cause = error.what();
  } catch (const std::exception& error) {
    cause = error.what();
  }
  return write_fault({.code = Code::invalid, .cause = "the request could not be processed: " + cause});
}

}  // namespace tandem::protocol
