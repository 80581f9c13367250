#include "protocol/wire/call_text.hpp"

#include "protocol/contract/limits.hpp"
#include "protocol/wire/base64.hpp"
#include "protocol/wire/xml_text.hpp"
#include "protocol/wire/xmlrpc_library.hpp"

namespace tandem::protocol {
namespace {

constexpr std::string_view call_start = "<?xml version=\"1.0\"?>\n<methodCall><methodName>";
constexpr std::string_view call_middle = "</methodName><params><param><value><base64>";
constexpr std::string_view call_end = "</base64></value></param></params></methodCall>\n";

constexpr std::string_view reply_start =
    "<?xml version=\"1.0\"?>\n<methodResponse><params><param><value><base64>";
constexpr std::string_view reply_end = "</base64></value></param></params></methodResponse>\n";

constexpr std::string_view fault_start =
    "<?xml version=\"1.0\"?>\n<methodResponse><fault><value><struct><member><name>faultCode</name>"
    "<value><int>";
constexpr std::string_view fault_middle =
    "</int></value></member><member><name>faultString</name><value><string>";
constexpr std::string_view fault_end =
    "</string></value></member></struct></value></fault></methodResponse>\n";

constexpr std::size_t method_bytes_max = 64;

}  // namespace

std::string write_node_call(std::string_view method, std::string_view request) {
  std::string text;
  text.reserve(call_start.size() + method.size() + call_middle.size() + request.size() / 3 * 4 + 4 +
               call_end.size());
  text.append(call_start).append(method).append(call_middle);
  append_base64(text, request);
  text.append(call_end);
  return text;
}

std::optional<NodeCallText> recognise_node_call(std::string_view body) {
  if (!body.starts_with(call_start) || !body.ends_with(call_end)) return std::nullopt;
  body.remove_prefix(call_start.size());
  const std::size_t method_end = body.substr(0, method_bytes_max).find('<');
  if (method_end == std::string_view::npos) return std::nullopt;
  const std::string_view method = body.substr(0, method_end);
  body.remove_prefix(method_end);
  if (!body.starts_with(call_middle) || body.size() < call_middle.size() + call_end.size())
    return std::nullopt;
  body.remove_prefix(call_middle.size());
  body.remove_suffix(call_end.size());
  return NodeCallText{method, body};
}

std::string write_node_reply(std::string_view reply) {
  std::string text;
  text.reserve(reply_start.size() + reply.size() / 3 * 4 + 4 + reply_end.size());
  text.append(reply_start);
  append_base64(text, reply);
  text.append(reply_end);
  return text;
}

std::string write_fault(const Error& error) {
  std::string text(fault_start);
  text += std::to_string(static_cast<int>(error.code));
  text += fault_middle;
  append_escaped(text, printable_text(to_string(error)));
  text += fault_end;
  return text;
}

Result<std::string> read_node_reply(std::string_view body) {
  if (body.size() > limits::xml_body_bytes_max) {
    return Error{.code = Code::unsupported, .cause = "the answer is longer than an XML-RPC document may be"};
  }
  if (body.starts_with(reply_start) && body.ends_with(reply_end) &&
      body.size() >= reply_start.size() + reply_end.size()) {
    std::string_view coded = body.substr(reply_start.size());
    coded.remove_suffix(reply_end.size());
    if (auto reply = decode_base64(coded)) return std::move(*reply);
  }
  return parse_bytes_response(body);
}

}  // namespace tandem::protocol
