#include "protocol/http/object_exchange.hpp"

#include <string>
#include <utility>

#include "protocol/contract/limits.hpp"
#include "protocol/http/http_status.hpp"
#include "protocol/http/object_text.hpp"
#include "protocol/wire/xml_text.hpp"

namespace tandem::protocol {
namespace {

constexpr std::size_t checked_at_once_bytes = 1 << 21;
constexpr std::size_t sent_from_file_bytes_min = 1 << 18;  // of less, one system call saves more than a copy
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

// Content on its way out. Long content is sent from the page cache once it is checked, and so copied once
// less; should the disk then give other bytes than before, the head names the checksum of every block. Its
// first bytes go out at once, with the head: who waits for them may ask the mirror before long.
class Outgoing {
 public:
  Outgoing(ContentSource& source, Exchange& exchange)
      : source_(source),
        exchange_(exchange),
        room_(exchange.scratch()),
        file_(source.head().length < sent_from_file_bytes_min ? no_file : source.file().value_or(no_file)) {}

  // The next bytes, 0 only at the end.
  Result<std::size_t> check_next() {
    std::size_t checked = 0;
    do {
      auto got = source_.read(room_);
      if (!got) return got;
      if (*got == 0) break;
      checked += *got;
    } while (from_file() && checked < checked_at_once_bytes);
    return checked;
  }
  Status send(std::size_t checked) {
    Status sent = from_file() ? exchange_.send_from(file_, source_.head().offset + sent_, checked)
                              : exchange_.send(room_.first(checked));
    sent_ += checked;
    return sent;
  }
  bool complete() const { return sent_ == source_.head().length; }

 private:
  static constexpr int no_file = -1;
  bool from_file() const { return file_ != no_file && sent_ > 0; }

  ContentSource& source_;
  Exchange& exchange_;
  const std::span<std::byte> room_;
  const int file_;
  std::uint64_t sent_ = 0;
};

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
  Outgoing outgoing(source, exchange);
  auto checked = outgoing.check_next();
  if (!checked) return refuse(exchange, checked.error());
  exchange.begin_reply(status, fields, head.length);
  while (checked && *checked > 0 && outgoing.send(*checked) && !outgoing.complete())
    checked = outgoing.check_next();
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
