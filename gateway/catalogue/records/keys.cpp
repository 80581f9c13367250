#include "gateway/catalogue/records/keys.hpp"

namespace tandem::gateway::keys {
namespace {

std::string hexadecimal(std::uint64_t number, int digits) {
  std::string text(static_cast<std::size_t>(digits), '0');
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit, number >>= 4) {
    *digit = "0123456789abcdef"[number & 15];
  }
  return text;
}

std::optional<std::uint64_t> parse_hexadecimal(std::string_view text) {
  std::uint64_t number = 0;
  for (const char digit : text) {
    const bool is_decimal = digit >= '0' && digit <= '9';
    if (!is_decimal && (digit < 'a' || digit > 'f')) return std::nullopt;
    number = number << 4 | static_cast<std::uint64_t>(is_decimal ? digit - '0' : digit - 'a' + 10);
  }
  return number;
}

std::string joined(std::string_view prefix, std::string_view rest) {
  std::string key;
  key.reserve(prefix.size() + rest.size());
  return key.append(prefix).append(rest);
}

// What stands behind the prefix, or nothing.
std::optional<std::string_view> behind(std::string_view key, std::string_view prefix) {
  if (!key.starts_with(prefix)) return std::nullopt;
  return key.substr(prefix.size());
}

std::optional<MarkKey> node_and_id(std::string_view key, std::string_view prefix) {
  const auto rest = behind(key, prefix);
  if (!rest || rest->size() != NodeId::size_bytes + ObjectId::size_bytes) return std::nullopt;
  return MarkKey{*NodeId::from_raw(rest->substr(0, NodeId::size_bytes)),
                 *ObjectId::from_raw(rest->substr(NodeId::size_bytes))};
}

}  // namespace

std::string name(const ObjectId& directory, std::string_view name) {
  return names_of(directory).append(name);
}

std::string names_of(const ObjectId& directory) {
  std::string key = joined(names_prefix, directory.raw());
  key.push_back('\0');
  return key;
}

std::string record(const ObjectId& id) {
  return joined(records_prefix, id.raw());
}
std::string pair(std::string_view pair_name) {
  return joined(pairs_prefix, pair_name);
}
std::string node(const NodeId& node) {
  return joined(nodes_prefix, node.raw());
}
std::string mark(const NodeId& node, const ObjectId& id) {
  return marks_of(node).append(id.raw());
}
std::string marks_of(const NodeId& node) {
  return joined(marks_prefix, node.raw());
}
std::string heal(const NodeId& node) {
  return joined(heals_prefix, node.raw());
}
std::string demand(const NodeId& node, const ObjectId& id) {
  return demands_of(node).append(id.raw());
}
std::string demands_of(const NodeId& node) {
  return joined(demands_prefix, node.raw());
}
std::string session(SessionId session) {
  return joined(sessions_prefix, hexadecimal(session, 16));
}

std::string slot(SessionId session, std::uint32_t slot) {
  return slots_of(session).append(hexadecimal(slot, 8));
}

std::string slots_of(SessionId session) {
  return joined(slots_prefix, hexadecimal(session, 16)).append("/");
}

std::string intent(const ObjectId& id) {
  return joined(intents_prefix, id.raw());
}

std::string tokens_of(const ObjectId& id) {
  return joined(tokens_prefix, id.raw());
}

std::string exclusive_token(const ObjectId& id) {
  return tokens_of(id).append("x");
}

std::string shared_token(const ObjectId& id, SessionId session) {
  return tokens_of(id).append("s").append(hexadecimal(session, 16));
}

std::string requests_for(const ObjectId& id, char mode) {
  std::string key = joined(requests_prefix, id.raw());
  key.push_back(mode);
  return key;
}

std::string request(const ObjectId& id, char mode, std::uint64_t order, SessionId session,
                    std::uint64_t number) {
  return requests_for(id, mode)
      .append(hexadecimal(order, 16))
      .append(hexadecimal(session, 16))
      .append(hexadecimal(number, 16));
}

std::string event(std::uint64_t sequence) {
  return joined(events_prefix, hexadecimal(sequence, 16));
}

std::string event_count_value(std::uint64_t count) {
  return hexadecimal(count, 16);
}

std::optional<NameKey> parse_name(std::string_view key) {
  const auto rest = behind(key, names_prefix);
  constexpr std::size_t head = ObjectId::size_bytes + 1;
  if (!rest || rest->size() <= head || (*rest)[head - 1] != '\0') return std::nullopt;
  return NameKey{*ObjectId::from_raw(rest->substr(0, ObjectId::size_bytes)), rest->substr(head)};
}

std::optional<ObjectId> parse_record(std::string_view key) {
  const auto rest = behind(key, records_prefix);
  return rest ? ObjectId::from_raw(*rest) : std::nullopt;
}

std::optional<ObjectId> parse_intent(std::string_view key) {
  const auto rest = behind(key, intents_prefix);
  return rest ? ObjectId::from_raw(*rest) : std::nullopt;
}

std::optional<MarkKey> parse_mark(std::string_view key) {
  return node_and_id(key, marks_prefix);
}

std::optional<MarkKey> parse_demand(std::string_view key) {
  return node_and_id(key, demands_prefix);
}

std::optional<SessionId> parse_session(std::string_view key) {
  const auto rest = behind(key, sessions_prefix);
  if (!rest || rest->size() != 16) return std::nullopt;
  return parse_hexadecimal(*rest);
}

std::optional<SessionId> parse_slot_session(std::string_view key) {
  const auto rest = behind(key, slots_prefix);
  if (!rest || rest->size() != 25 || (*rest)[16] != '/') return std::nullopt;
  return parse_hexadecimal(rest->substr(0, 16));
}

std::optional<TokenKey> parse_token(std::string_view key) {
  const auto rest = behind(key, tokens_prefix);
  if (!rest || rest->size() <= ObjectId::size_bytes) return std::nullopt;
  const char mode = (*rest)[ObjectId::size_bytes];
  const std::size_t size = ObjectId::size_bytes + (mode == 's' ? 17 : 1);
  if ((mode != 'x' && mode != 's') || rest->size() != size) return std::nullopt;
  return TokenKey{*ObjectId::from_raw(rest->substr(0, ObjectId::size_bytes)), mode};
}

std::optional<RequestKey> parse_request(std::string_view key) {
  constexpr std::size_t place_bytes = 48;
  const auto rest = behind(key, requests_prefix);
  if (!rest || rest->size() != ObjectId::size_bytes + 1 + place_bytes) return std::nullopt;
  const char mode = (*rest)[ObjectId::size_bytes];
  if (mode != 'x' && mode != 's') return std::nullopt;
  return RequestKey{*ObjectId::from_raw(rest->substr(0, ObjectId::size_bytes)), mode,
                    rest->substr(ObjectId::size_bytes + 1)};
}

std::optional<std::uint64_t> parse_event(std::string_view key) {
  const auto rest = behind(key, events_prefix);
  return rest ? parse_event_count(*rest) : std::nullopt;
}

std::optional<std::uint64_t> parse_event_count(std::string_view value) {
  return value.size() == 16 ? parse_hexadecimal(value) : std::nullopt;
}

}  // namespace tandem::gateway::keys
