#include "protocol/http/object_exchange.hpp"

#include <string>
#include <utility>

#include "protocol/contract/limits.hpp"
#include "protocol/http/http_status.hpp"
#include "protocol/http/object_text.hpp"
#include "protocol/wire/xml_text.hpp"

namespace tandem::protocol {
namespace {

constexpr std::string_view text_type = "Content-Type: text/plain; charset=utf-8\r\n";

int refuse(Exchange& exchange, const Error& error) {
  std::string fields(code_field);
  fields.append(": ").append(std::to_string(static_cast<int>(error.code))).append("\r\n").append(text_type);
  const int status = http_status(error.code);
  exchange.reply(status, fields, printable_text(to_string(error)) + "\n");
  return status;
}

int status_of(Answer answer) {
  switch (answer) {
    case Answer::absent:
      return 404;
    case Answer::damaged:
      return 500;
    default:
      return 412;
  }
}

int answer_without_bytes(Exchange& exchange, const FetchHead& head) {
  std::string fields;
  append_fetch_head(fields, head);
  fields += text_type;
  const int status = status_of(head.answer);
  exchange.reply(status, fields, std::string(answer_word(head.answer)) + "\n");
  return status;
}

// Only for clients that asked with Range; the gateway's own requests name offset and length in the URI.
int choose_status(const MessageHead& request, const FetchHead& head, std::string& fields) {
  if (request.field("Range").empty()) return 200;
  if (head.length == 0) {
    fields += "Content-Range: bytes */" + std::to_string(head.size_bytes) + "\r\n";
    return 416;
  }
  fields += "Content-Range: bytes " + std::to_string(head.offset) + "-" +
            std::to_string(head.offset + head.length - 1) + "/" + std::to_string(head.size_bytes) + "\r\n";
  return 206;
}

// A failure before the first byte can still be told; a later one only by breaking off.
int send_content(ContentSource& source, Exchange& exchange) {
  const FetchHead& head = source.head();
  std::string fields;
  append_fetch_head(fields, head);
  fields += "Content-Type: application/octet-stream\r\n";
  const int status = choose_status(exchange.head(), head, fields);
  if (head.length == 0) {
    exchange.reply(status, fields, "");
    return status;
  }
  const std::span<std::byte> room = exchange.scratch();
  auto got = source.read(room);
  if (!got) return refuse(exchange, got.error());
  exchange.begin_reply(status, fields, head.length);
  std::uint64_t sent = 0;
  while (got && *got > 0) {
    if (!exchange.send(room.first(*got))) return status;
    sent += *got;
    if (sent == head.length) break;
    got = source.read(room);
  }
  return status;
}

Status take_body(Exchange& exchange, StageSink& sink) {
  for (;;) {
    const auto piece = exchange.next_body();
    if (!piece) return piece.error();
    if (piece->empty()) return success();
    if (Status written = sink.write(*piece); !written) return written;
  }
}

}  // namespace

int serve_fetch(NodeService& node, Exchange& exchange) {
  const auto guard = read_guard(exchange.head());
  if (!guard) return refuse(exchange, guard.error());
  const auto request = read_fetch(exchange.head());
  if (!request) return refuse(exchange, request.error());
  auto source = node.fetch(*guard, *request);
  if (!source) return refuse(exchange, source.error());
  const FetchHead& head = (*source)->head();
  if (head.answer != Answer::ok) return answer_without_bytes(exchange, head);
  return send_content(**source, exchange);
}

int serve_stage(NodeService& node, Exchange& exchange) {
  const auto guard = read_guard(exchange.head());
  if (!guard) return refuse(exchange, guard.error());
  const auto request = read_stage(exchange.head());
  if (!request) return refuse(exchange, request.error());
  auto sink = node.stage(*guard, *request);
  if (!sink) return refuse(exchange, sink.error());
  if (Status taken = take_body(exchange, **sink); !taken) return refuse(exchange, taken.error());
  auto staged = (*sink)->finish();
  if (!staged) return refuse(exchange, staged.error());
  std::string fields;
  append_stage_reply(fields, *staged);
  exchange.reply(200, fields, "");
  return 200;
}

}  // namespace tandem::protocol
