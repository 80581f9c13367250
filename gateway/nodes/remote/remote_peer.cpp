#include "gateway/nodes/remote/remote_peer.hpp"

#include <charconv>
#include <utility>

#include "protocol/http/object_text.hpp"
#include "protocol/http/secret.hpp"

namespace tandem::gateway {
namespace {

constexpr std::size_t reason_bytes_max = 65'536;

// For replies that bear no code of ours.
Code code_of_status(int status) {
  switch (status) {
    case 401:
    case 403:
      return Code::denied;
    case 408:
    case 503:
      return Code::unavailable;
    case 400:
    case 413:
    case 431:
      return Code::invalid;
    case 500:
      return Code::unavailable;
    default:
      return Code::unsupported;
  }
}

Code code_of(const protocol::MessageHead& head) {
  const std::string_view text = head.field(protocol::code_field);
  int number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const auto code = error == std::errc{} ? code_from_number(number) : std::nullopt;
  return code && *code != Code::ok ? *code : code_of_status(head.status);
}

std::string first_line(std::string_view text) {
  return std::string(text.substr(0, text.find_first_of("\r\n")));
}

}  // namespace

RemotePeer::RemotePeer(std::string address, Runtime& runtime, const protocol::ClientOptions& options,
                       const std::string& secret)
    : pool_(std::move(address), runtime, options), common_fields_("Host: " + pool_.address() + "\r\n") {
  if (!secret.empty()) common_fields_ += "Authorization: " + protocol::basic_credentials(secret) + "\r\n";
}

std::string RemotePeer::call_head(std::size_t body_bytes) const {
  std::string head = "POST /RPC2 HTTP/1.1\r\n" + common_fields_;
  head.append("Content-Type: text/xml\r\nContent-Length: ").append(std::to_string(body_bytes));
  head += "\r\n\r\n";
  return head;
}

std::string RemotePeer::fetch_head(const CallGuard& guard, const FetchRequest& request) const {
  std::string head = "GET " + protocol::fetch_target(request) + " HTTP/1.1\r\n" + common_fields_;
  protocol::append_guard(head, guard);
  head += "\r\n";
  return head;
}

std::string RemotePeer::stage_head(const CallGuard& guard, const StageRequest& request) const {
  std::string head = "PUT " + protocol::stage_target(request) + " HTTP/1.1\r\n" + common_fields_;
  protocol::append_guard(head, guard);
  if (request.size_bytes) {
    head.append("Content-Length: ").append(std::to_string(*request.size_bytes)).append("\r\n\r\n");
  } else {
    head += "Transfer-Encoding: chunked\r\n\r\n";
  }
  return head;
}

Error RemotePeer::named(Error error) const {
  error.node = address();
  return error;
}

Error RemotePeer::foreign(Error error) const {
  error.code = Code::unsupported;
  error.mend = "check that a storaged of a matching version listens there";
  return named(std::move(error));
}

Error RemotePeer::unknown_outcome(Error error) const {
  if (error.code == Code::unavailable || error.code == Code::unsupported) error.code = Code::outcome_unknown;
  return named(std::move(error));
}

Error RemotePeer::refused(protocol::ClientConnection& connection, const protocol::MessageHead& head) const {
  const int status = head.status;
  const Code code = code_of(head);
  const auto text = connection.whole_body(reason_bytes_max);
  if (status == 401) {
    return {.code = Code::denied,
            .cause = "the secret is wrong or missing",
            .node = address(),
            .mend = "set cluster.secret_file"};
  }
  std::string cause = text && !text->starts_with('<') ? first_line(*text) : std::string();
  if (cause.empty()) cause = "the node answered HTTP status " + std::to_string(status);
  return {.code = code, .cause = std::move(cause), .node = address()};
}

}  // namespace tandem::gateway
