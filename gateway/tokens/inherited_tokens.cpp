#include "gateway/tokens/inherited_tokens.hpp"

#include <charconv>

namespace tandem::gateway {
namespace {

constexpr std::size_t tokens_max = 64;

std::string hexadecimal(std::uint64_t number) {
  char digits[16];
  const auto end = std::to_chars(digits, digits + sizeof digits, number, 16).ptr;
  return {digits, end};
}

// Takes the text up to the next `separator` (or the end) from `rest`.
std::string_view take_part(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, 16);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<Token> parse_token(std::string_view text) {
  const auto session = parse_number(take_part(text, ':'));
  const auto raw = from_hex(take_part(text, ':'));
  const auto id = raw ? ObjectId::from_raw(*raw) : std::nullopt;
  const auto fence = parse_number(take_part(text, ':'));
  if (!session || !id || !fence || (text != "x" && text != "s")) return std::nullopt;
  return Token{.id = *id,
               .mode = text == "x" ? TokenMode::exclusive : TokenMode::shared,
               .holder = *session,
               .fence = *fence,
               .is_explicit = true};
}

}  // namespace

std::string encode_inherited(const std::vector<Token>& tokens) {
  std::string text;
  for (const Token& token : tokens) {
    if (!text.empty()) text += ',';
    text += hexadecimal(token.holder) + ":" + to_string(token.id) + ":" + hexadecimal(token.fence);
    text += token.mode == TokenMode::exclusive ? ":x" : ":s";
  }
  return text;
}

Result<std::vector<Token>> parse_inherited(std::string_view text) {
  std::vector<Token> tokens;
  while (!text.empty()) {
    const auto token = parse_token(take_part(text, ','));
    if (!token || tokens.size() == tokens_max) {
      return Error{Code::invalid, "TANDEM_SESSION does not say what `tandem lock` lets it say"}.hint(
          "unset it; `tandem lock` sets it for its command");
    }
    tokens.push_back(*token);
  }
  return tokens;
}

}  // namespace tandem::gateway
