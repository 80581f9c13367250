// The values of the catalogue: plain structs and their encoding (protocol/contract/fields.hpp). Each keeps
// the fields it does not know, so that an older client does not lose what a newer one wrote.
// docs/CATALOGUE.md is the written schema.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/contract/identifiers.hpp"
#include "protocol/contract/node_service.hpp"
#include "protocol/contract/result.hpp"

namespace tandem::gateway {

inline constexpr std::uint32_t catalogue_format = 1;

// Revisions between the two were given out by a catalogue that was lost, behind the backup this one came
// from. What a node holds at one of them this catalogue has never heard of: that it has no record means
// nothing.
struct LostRevisions {
  Revision after = 0;
  Revision before = 0;
  bool operator==(const LostRevisions&) const = default;
};
struct ClusterRecord {  // meta
  std::uint32_t format = catalogue_format;
  ClusterId id{};
  std::string name{};
  std::int64_t created_ns = 0;
  std::vector<LostRevisions> lost{};  // one for each time it was restored
  std::string unknown{};

  bool has_lost(Revision revision) const;
};

// e/: the value is the id's 16 raw bytes followed by one byte of Kind.
struct NameValue {
  ObjectId id{};
  Kind kind = Kind::file;
};

struct ObjectRecord {  // f/<id>
  Kind kind = Kind::file;
  std::string pair{};  // of a file: who holds it
  Stamp stamp{};       // of a file: its present content
  std::uint64_t size_bytes = 0;
  Digest digest{};
  Attributes attributes{};
  std::vector<Name> names{};  // all of them; exactly one for a directory, none for the root
  std::string target{};       // of a symlink
  std::string unknown{};
};

struct MemberRecord {
  NodeId node{};
  std::string address{};  // HOST:PORT
  Run run = 0;            // the life that was admitted; changes with admission only
  bool operator==(const MemberRecord&) const = default;
};
struct PairRecord {  // p/<pair>
  std::string name{};
  std::vector<MemberRecord> members{};
  std::string state = "active";  // draining, drained
  std::string unknown{};
};

enum class NodeState : std::uint8_t { live = 1, healing = 2, out = 3 };
struct NodeRecord {  // n/<node>: a hint, nobody guards on it
  NodeState state = NodeState::live;
  std::string reason{};
  std::int64_t since_ns = 0;               // wall clock, for people
  bool filling = false;                    // healing by comparing everything, not by marks alone
  std::optional<ObjectId> filled_up_to{};  // where that walk goes on
  std::string unknown{};
};

struct MarkRecord {  // w/<node><id>
  Kind kind = Kind::file;
  bool content = false;  // bytes are missing, not only names
  std::int64_t since_ns = 0;
  std::string unknown{};
};

// What a transaction leaves to do on the nodes.
struct Owed {
  ObjectId id{};
  Kind kind = Kind::file;
  std::string pair{};  // empty: all nodes of all pairs
};
struct SlotRecord {             // op/<session>/<slot>
  std::uint64_t operation = 0;  // counted by the session; tells a resend from the next operation
  std::vector<Owed> owed{};
  std::string unknown{};
};

struct SessionRecord {  // s/<session>
  std::string about{};  // program, host, pid: for people
  std::int64_t since_ns = 0;
  std::string unknown{};
};

// The mode stands in the key, the holder is the session the entry ends with, its revision is the fence.
struct TokenRecord {         // t/<id>x, t/<id>s<session>
  bool is_explicit = false;  // asked for by a person or a program; others wait until it is given back
  std::int64_t since_ns = 0;
  std::string unknown{};
};

struct TokenRequestRecord {             // tq<id>...
  std::vector<SessionId> acting_for{};  // whose explicit tokens the asker may use, its own session first
  std::int64_t since_ns = 0;
  std::string unknown{};
};

// Words, not numbers: a reader shows kinds it does not know as they are.
namespace event_kind {
inline constexpr std::string_view node_out = "node_out";          // a member is not asked any longer
inline constexpr std::string_view node_filling = "node_filling";  // missed too much to list: all is compared
inline constexpr std::string_view node_back = "node_back";        // admitted again, to be brought up to date
inline constexpr std::string_view node_live = "node_live";        // it holds everything again
inline constexpr std::string_view node_refused = "node_refused";  // not the member answers at its address
inline constexpr std::string_view node_replaced = "node_replaced";  // another folder is the member now
inline constexpr std::string_view copy_damaged = "copy_damaged";    // and marked, so that it is replaced
inline constexpr std::string_view lock_broken = "lock_broken";      // taken from its holder by force
}  // namespace event_kind
struct EventRecord {  // v/<16 hex>
  std::string kind{};
  std::int64_t at_ns = 0;  // wall clock, for people; the order is that of the sequence numbers
  std::string node{};      // HOST:PORT
  std::string path{};
  std::string message{};
  std::string unknown{};
};

std::string encode(const ClusterRecord& record);
std::string encode(const NameValue& value);
std::string encode(const ObjectRecord& record);
std::string encode(const PairRecord& record);
std::string encode(const NodeRecord& record);
std::string encode(const MarkRecord& record);
std::string encode(const SlotRecord& record);
std::string encode(const SessionRecord& record);
std::string encode(const TokenRecord& record);
std::string encode(const TokenRequestRecord& record);
std::string encode(const EventRecord& record);

// `corrupt` when the bytes do not parse; `unsupported` when the format is newer than this program.
template <class Record>
Result<Record> decode(std::string_view value);
template <>
Result<ClusterRecord> decode(std::string_view value);
template <>
Result<NameValue> decode(std::string_view value);
template <>
Result<ObjectRecord> decode(std::string_view value);
template <>
Result<PairRecord> decode(std::string_view value);
template <>
Result<NodeRecord> decode(std::string_view value);
template <>
Result<MarkRecord> decode(std::string_view value);
template <>
Result<SlotRecord> decode(std::string_view value);
template <>
Result<SessionRecord> decode(std::string_view value);
template <>
Result<TokenRecord> decode(std::string_view value);
template <>
Result<TokenRequestRecord> decode(std::string_view value);
template <>
Result<EventRecord> decode(std::string_view value);

}  // namespace tandem::gateway
