#include "protocol/http/message.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <cassert>

#include "protocol/contract/limits.hpp"

namespace tandem::protocol {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;

std::string_view view_of(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return boost::beast::iequals({a.data(), a.size()}, {b.data(), b.size()});
}

// Beast's parser without its containers: it hands out views, and they are kept as such.
template <bool is_request>
class HeadParser : public http::basic_parser<is_request> {
 public:
  explicit HeadParser(MessageHead& head) : head_(head) {
    this->header_limit(limits::http_header_bytes_max);
    this->body_limit(boost::none);  // whoever reads a body bounds it
  }

  void in_buffer(std::string_view available) { available_ = available; }
  std::string_view take_piece() { return std::exchange(piece_, {}); }

 private:
  using Length = boost::optional<std::uint64_t>;
  using Text = boost::beast::string_view;

  void on_request_impl(http::verb, Text method, Text target, int version, error_code& ec) override {
    ec = {};
    current_version_ = version == 11;
    head_.method = view_of(method);
    head_.target = view_of(target);
  }
  void on_response_impl(int status, Text, int version, error_code& ec) override {
    ec = {};
    current_version_ = version == 11;
    head_.status = status;
  }

  void on_field_impl(http::field name, Text name_text, Text value, error_code& ec) override {
    ec = {};
    if (in_trailer_) return;
    const std::string_view text = view_of(value);
    if (!inside_buffer(text)) ec = http::error::bad_value;  // a folded line: its value was copied together
    if (name == http::field::content_length) take_length(ec);
    if (name == http::field::transfer_encoding && !equal_ignoring_case(text, "chunked")) {
      ec = http::error::bad_transfer_encoding;
    }
    if (name == http::field::expect) head_.expects_continue = equal_ignoring_case(text, "100-continue");
    if (head_.fields.size() == fields_max) ec = http::error::header_limit;
    head_.fields.emplace_back(view_of(name_text), text);
  }
  void take_length(error_code& ec) {
    if (has_length_) ec = http::error::multiple_content_length;
    has_length_ = true;
  }
  void on_header_impl(error_code& ec) override {
    ec = {};
    in_trailer_ = true;
    head_.chunked = this->chunked();
    head_.keep_alive = current_version_ && this->keep_alive();
    if (const auto length = this->content_length()) head_.content_length = *length;
  }

  void on_body_init_impl(const Length&, error_code& ec) override { ec = {}; }
  std::size_t on_body_impl(Text, error_code& ec) override {
    ec = http::error::unexpected_body;  // bodies of known length do not pass through here
    return 0;
  }
  void on_chunk_header_impl(std::uint64_t, Text, error_code& ec) override { ec = {}; }
  std::size_t on_chunk_body_impl(std::uint64_t, Text body, error_code& ec) override {
    ec = {};
    piece_ = view_of(body);
    return body.size();
  }
  void on_finish_impl(error_code& ec) override { ec = {}; }

  bool inside_buffer(std::string_view text) const {
    return text.empty() || (text.data() >= available_.data() &&
                            text.data() + text.size() <= available_.data() + available_.size());
  }

  static constexpr std::size_t fields_max = 100;
  MessageHead& head_;
  std::string_view available_{};
  std::string_view piece_{};
  bool current_version_ = false;
  bool has_length_ = false;
  bool in_trailer_ = false;
};

template <class Parser>
Parsed put_head(Parser& parser, std::string_view available, std::size_t& consumed) {
  error_code ec;
  parser.in_buffer(available);
  consumed = parser.put(boost::asio::const_buffer(available.data(), available.size()), ec);
  if (ec == http::error::need_more) return Parsed::need_more;
  if (ec == http::error::header_limit) return Parsed::too_large;
  if (ec) return Parsed::bad;
  return parser.is_header_done() ? Parsed::complete : Parsed::need_more;
}

template <class Parser>
Parsed put_chunk(Parser& parser, std::string_view available, std::size_t& consumed, std::string_view& piece) {
  consumed = 0;
  piece = {};
  if (parser.is_done()) return Parsed::complete;
  error_code ec;
  parser.in_buffer(available);
  consumed = parser.put(boost::asio::const_buffer(available.data(), available.size()), ec);
  piece = parser.take_piece();
  if (ec == http::error::need_more || (!ec && !parser.is_done())) return Parsed::need_more;
  return ec ? Parsed::bad : Parsed::complete;
}

}  // namespace

std::string_view MessageHead::field(std::string_view name) const {
  for (const auto& [field_name, value] : fields) {
    if (field_name.size() == name.size() && equal_ignoring_case(field_name, name)) return value;
  }
  return {};
}

struct MessageParser::State {
  Side side;
  MessageHead head{};
  std::optional<HeadParser<true>> request{};
  std::optional<HeadParser<false>> reply{};
};

MessageParser::MessageParser(Side side) : state_(std::make_unique<State>(State{side})) {
  start();
}
MessageParser::~MessageParser() = default;

void MessageParser::start() {
  MessageHead& head = state_->head;
  auto fields = std::move(head.fields);
  fields.clear();
  head = MessageHead{};
  head.fields = std::move(fields);  // its memory serves the next message
  if (state_->side == Side::request) {
    state_->request.emplace(head);
  } else {
    state_->reply.emplace(head);
  }
}

Parsed MessageParser::parse_head(std::string_view available, std::size_t& consumed) {
  return state_->side == Side::request ? put_head(*state_->request, available, consumed)
                                       : put_head(*state_->reply, available, consumed);
}

const MessageHead& MessageParser::head() const {
  return state_->head;
}

Parsed MessageParser::parse_chunk(std::string_view available, std::size_t& consumed,
                                  std::string_view& piece) {
  return state_->side == Side::request ? put_chunk(*state_->request, available, consumed, piece)
                                       : put_chunk(*state_->reply, available, consumed, piece);
}

}  // namespace tandem::protocol
