#include "protocol/wire/xml_precheck.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <system_error>

#include "protocol/contract/limits.hpp"

namespace tandem::protocol {
namespace {

// Blocks of a fixed length, which the compiler turns into a few instructions.
constexpr std::size_t scan_bytes = 64;

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r';
}

// XML allows none of them; the NUL of UTF-16 is one, behind which a '<' could hide.
bool has_control_character(std::string_view text) {
  for (; text.size() >= scan_bytes; text.remove_prefix(scan_bytes)) {
    unsigned char found = 0;
    for (std::size_t i = 0; i < scan_bytes; ++i) found |= static_cast<unsigned char>(is_control(text[i]));
    if (found != 0) return true;
  }
  return std::any_of(text.begin(), text.end(), is_control);
}

std::string_view name_of(std::string_view tag) {
  return tag.substr(0, tag.find_first_of(" \t\r\n/"));
}

bool is_whole_number(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  std::int64_t number = 0;
  const auto [rest, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  return problem == std::errc() && rest == text.data() + text.size();
}

// Walks over the markup and counts; the text between is skipped at memory speed.
class Walk {
 public:
  explicit Walk(std::string_view document) : rest_(document) {}

  const char* check() {
    if (has_control_character(rest_)) return "it contains a control character; base64 may carry any";
    if (rest_.starts_with("<?xml")) {
      if (!skip_behind("?>", 5)) return "its declaration does not end";
    }
    for (;;) {
      const std::size_t tag = rest_.find('<');
      if (tag == std::string_view::npos) break;
      rest_.remove_prefix(tag + 1);
      if (const char* reason = take_markup()) return reason;
    }
    if (elements_ == 0) return "it contains no element";
    return depth_ == 0 ? nullptr : "its elements are not closed";
  }

 private:
  const char* take_markup() {
    if (rest_.empty()) return "it ends within a tag";
    switch (rest_.front()) {
      case '!':
        return take_declaration();
      case '?':
        return "it contains a processing instruction";
      case '/':
        if (depth_-- == 0) return "it closes what was not opened";
        return skip_behind(">", 1) ? nullptr : "it ends within a tag";
      default:
        return take_start_tag();
    }
  }

  // Only comments and CDATA; a DTD could define entities that unfold without bound.
  const char* take_declaration() {
    if (rest_.starts_with("!--")) return skip_behind("-->", 3) ? nullptr : "a comment does not end";
    if (rest_.starts_with("![CDATA["))
      return skip_behind("]]>", 8) ? nullptr : "a CDATA section does not end";
    return "it contains a document type or entity declaration";
  }

  // A quoted value may hide "/>" or '>' from us, so attributes may stand at the root only, where the tag
  // is taken as opening whatever it looks like.
  const char* take_start_tag() {
    const std::size_t end = rest_.find('>');
    if (end == std::string_view::npos) return "it ends within a tag";
    const std::string_view tag = rest_.substr(0, end);
    const bool quoted = tag.find_first_of("\"'") != std::string_view::npos;
    if (quoted && depth_ > 0) return "an element below the root has attributes";
    if (++elements_ > limits::xml_elements_max) return "it has too many elements";
    if ((quoted || !tag.ends_with('/')) && ++depth_ > limits::xml_depth_max) return "it is nested too deeply";
    rest_.remove_prefix(end + 1);
    return name_of(tag) == "i8" ? check_long_integer() : nullptr;
  }

  // The library reads a null pointer when it is about to complain of one that is none.
  const char* check_long_integer() const {
    const std::size_t end = rest_.find('<');
    const bool closed = end != std::string_view::npos && rest_.substr(end).starts_with("</");
    return closed && is_whole_number(rest_.substr(0, end)) ? nullptr : "an <i8> is no whole number";
  }

  bool skip_behind(std::string_view terminator, std::size_t from) {
    const std::size_t at = rest_.find(terminator, from);
    if (at == std::string_view::npos) return false;
    rest_.remove_prefix(at + terminator.size());
    return true;
  }

  std::string_view rest_;
  std::size_t depth_ = 0;
  std::size_t elements_ = 0;
};

}  // namespace

Status check_xml(std::string_view document) {
  if (const char* reason = Walk(document).check()) {
    return Error{.code = Code::invalid, .cause = std::string("the XML document was refused: ") + reason};
  }
  return success();
}

}  // namespace tandem::protocol
