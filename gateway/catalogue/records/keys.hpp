// The keys of the catalogue. Ids stand in them as 16 raw bytes; docs/CATALOGUE.md has the table.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/contract/identifiers.hpp"

namespace tandem::gateway::keys {

inline constexpr std::string_view meta = "meta";  // ClusterRecord
inline constexpr std::string_view directory_move = "dirmove";
inline constexpr std::string_view names_prefix = "e/";
inline constexpr std::string_view records_prefix = "f/";
inline constexpr std::string_view pairs_prefix = "p/";
inline constexpr std::string_view nodes_prefix = "n/";
inline constexpr std::string_view marks_prefix = "w/";
inline constexpr std::string_view sessions_prefix = "s/";
inline constexpr std::string_view slots_prefix = "op/";
inline constexpr std::string_view tokens_prefix = "t/";
inline constexpr std::string_view requests_prefix = "tq";  // for tokens
inline constexpr std::string_view heals_prefix = "h/";
inline constexpr std::string_view demands_prefix = "d/";
inline constexpr std::string_view event_count = "v";  // how many events there have been: 16 digits
inline constexpr std::string_view events_prefix = "v/";
inline constexpr std::string_view intents_prefix =
    "o/";  // reserved: a client that meets one refuses the file

std::string name(const ObjectId& directory, std::string_view name);  // e/<directory>\0<name> -> id
std::string names_of(const ObjectId& directory);                     // e/<directory>\0
std::string record(const ObjectId& id);                              // f/<id>
std::string pair(std::string_view pair_name);                        // p/<pair>
std::string node(const NodeId& node);                                // n/<node>
std::string mark(const NodeId& node, const ObjectId& id);            // w/<node><id>
std::string marks_of(const NodeId& node);                            // w/<node>
std::string heal(const NodeId& node);                                // h/<node>
std::string demand(const NodeId& node, const ObjectId& id);          // d/<node><id>
std::string demands_of(const NodeId& node);                          // d/<node>
std::string session(SessionId session);                              // s/<16 hex>
std::string slot(SessionId session, std::uint32_t slot);             // op/<16 hex>/<8 hex>
std::string slots_of(SessionId session);                             // op/<16 hex>/
std::string intent(const ObjectId& id);                              // o/<id>
std::string tokens_of(const ObjectId& id);                           // t/<id>
std::string exclusive_token(const ObjectId& id);                     // t/<id>x
std::string shared_token(const ObjectId& id, SessionId session);     // t/<id>s<16 hex>
std::string requests_for(const ObjectId& id, char mode);             // tq<id>x or tq<id>s
// tq<id><mode><order><session><number>, 16 hex each: in one mode they are served in the order of their keys.
std::string request(const ObjectId& id, char mode, std::uint64_t order, SessionId session,
                    std::uint64_t number);
std::string event(std::uint64_t sequence);  // v/<16 hex>
std::string event_count_value(std::uint64_t count);

struct NameKey {
  ObjectId directory{};
  std::string_view name{};
};
std::optional<NameKey> parse_name(std::string_view key);
std::optional<ObjectId> parse_record(std::string_view key);
std::optional<ObjectId> parse_intent(std::string_view key);
struct MarkKey {
  NodeId node{};
  ObjectId id{};
};
std::optional<MarkKey> parse_mark(std::string_view key);
std::optional<MarkKey> parse_demand(std::string_view key);
std::optional<SessionId> parse_session(std::string_view key);
std::optional<SessionId> parse_slot_session(std::string_view key);  // whose slot it is
struct TokenKey {
  ObjectId id{};
  char mode = 'x';  // or 's'
};
std::optional<TokenKey> parse_token(std::string_view key);
struct RequestKey {
  ObjectId id{};
  char mode = 'x';
  std::string_view place{};  // in the queue: compares with that of requests in the other mode, too
};
std::optional<RequestKey> parse_request(std::string_view key);
std::optional<std::uint64_t> parse_event(std::string_view key);
std::optional<std::uint64_t> parse_event_count(std::string_view value);

}  // namespace tandem::gateway::keys
