#include <cstdlib>
#include <string>
#include <vector>

#include "protocol/http/message.hpp"
#include "protocol/http/object_text.hpp"
#include "tests/fuzz/protocol/targets.hpp"

namespace tandem::fuzz {
namespace {

using protocol::MessageParser;
using protocol::Parsed;

struct Reading {
  Parsed head = Parsed::need_more;
  Parsed body = Parsed::complete;
  std::string target{};
  std::string text{};  // of a chunked body
  std::size_t used = 0;
};

// Hands out the input up to each of `ends`, one after the other, as a connection's buffer would.
Reading read_up_to(std::string_view input, const std::vector<std::size_t>& ends) {
  Reading reading;
  MessageParser parser(MessageParser::Side::request);
  for (const std::size_t end : ends) {
    std::size_t consumed = 0;
    if (reading.head == Parsed::need_more) {
      reading.head = parser.parse_head(input.substr(reading.used, end - reading.used), consumed);
      reading.used += consumed;
      if (reading.head == Parsed::complete) {
        reading.target = parser.head().target;
        reading.body = parser.head().chunked ? Parsed::need_more : Parsed::complete;
        static_cast<void>(protocol::read_fetch(parser.head()));
        static_cast<void>(protocol::read_stage(parser.head()));
        static_cast<void>(protocol::read_guard(parser.head()));
        static_cast<void>(protocol::read_fetch_head(parser.head()));
      }
    }
    if (reading.head != Parsed::complete) continue;
    do {
      if (reading.body != Parsed::need_more) break;
      std::string_view piece;
      reading.body = parser.parse_chunk(input.substr(reading.used, end - reading.used), consumed, piece);
      reading.used += consumed;
      reading.text += piece;
    } while (consumed > 0);
  }
  return reading;
}

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

void http_framing(std::string_view input) {
  if (input.empty()) return;
  const std::size_t cut = static_cast<unsigned char>(input.front()) * input.size() / 256;
  input.remove_prefix(1);
  const Reading whole = read_up_to(input, {input.size()});
  const Reading pieces = read_up_to(input, {std::min(cut, input.size()), input.size()});
  require(whole.used <= input.size() && pieces.used <= input.size());
  if (whole.head == Parsed::complete && whole.body == Parsed::complete) {
    require(pieces.head == Parsed::complete && pieces.body == Parsed::complete);
    require(whole.used == pieces.used);
    require(whole.text == pieces.text);
    require(whole.target == pieces.target);
  } else {
    require(!(pieces.head == Parsed::complete && pieces.body == Parsed::complete));
  }
}

}  // namespace tandem::fuzz
