// The node calls as bytes: requests and replies of NodeService as numbered fields (protocol/contract/
// fields.hpp). docs/PROTOCOL.md lists the numbers. Decoders check lengths, counts and enumerators against
// the contract and answer `invalid`; unknown fields are skipped, so that fields can be added.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/contract/node_service.hpp"

namespace tandem::protocol {

struct JoinRequest {
  ClusterId cluster{};
  Epoch epoch = 0;
};
struct AdoptEpochRequest {
  CallGuard guard{};
  Epoch epoch = 0;
};
struct LookRequest {
  CallGuard guard{};
  std::vector<ObjectId> ids{};
  std::uint64_t claim = 0;
};
struct SettleRequest {
  CallGuard guard{};
  std::vector<SettleItem> items{};
  bool durable = true;
};
struct InventoryRequest {
  CallGuard guard{};
  std::optional<ObjectId> after{};
  std::size_t limit = 0;
};
struct StagedRequest {
  CallGuard guard{};
  std::size_t limit = 0;
};
struct DropStagedRequest {
  CallGuard guard{};
  std::vector<StagedState> which{};
};
struct VerifyRequest {
  CallGuard guard{};
  ObjectId id{};
  Stamp stamp{};
};
struct TreeRequest {
  CallGuard guard{};
  std::string after{};
  std::size_t limit = 0;
};

std::string encode_join(const ClusterId& cluster, Epoch epoch);
std::string encode_adopt_epoch(const CallGuard& guard, Epoch epoch);
std::string encode_look(const CallGuard& guard, std::span<const ObjectId> ids, std::uint64_t claim);
std::string encode_inventory(const CallGuard& guard, std::optional<ObjectId> after, std::size_t limit);
std::string encode_staged(const CallGuard& guard, std::size_t limit);
std::string encode_drop_staged(const CallGuard& guard, std::span<const StagedState> which);
std::string encode_verify(const CallGuard& guard, const ObjectId& id, const Stamp& stamp);
std::string encode_tree(const CallGuard& guard, std::string_view after, std::size_t limit);

Result<JoinRequest> decode_join(std::string_view encoded);
Result<AdoptEpochRequest> decode_adopt_epoch(std::string_view encoded);
Result<LookRequest> decode_look(std::string_view encoded);
Result<SettleRequest> decode_settle(std::string_view encoded);
Result<InventoryRequest> decode_inventory(std::string_view encoded);
Result<StagedRequest> decode_staged(std::string_view encoded);
Result<DropStagedRequest> decode_drop_staged(std::string_view encoded);
Result<VerifyRequest> decode_verify(std::string_view encoded);
Result<TreeRequest> decode_tree(std::string_view encoded);

// As many settle requests as it takes to keep each within limits::settle_items_max and
// limits::base64_bytes_max, the items in order. (An item too large for any call gets one of its own.)
std::vector<std::string> encode_settles(const CallGuard& guard, std::span<const SettleItem> items,
                                        bool durable);

std::string encode_reply(const NodeIdentity& identity);
std::string encode_reply(const NodeStatus& status);
std::string encode_reply(const std::vector<ObjectState>& states);
std::string encode_reply(const std::vector<Answer>& answers);
std::string encode_reply(const InventoryPage& page);
std::string encode_reply(const std::vector<StagedState>& staged);
std::string encode_reply(const Answer& answer);
std::string encode_reply(const std::vector<TreeEntry>& entries);
std::string encode_reply(const Nothing& nothing);

template <class Reply>
Result<Reply> decode_reply(std::string_view encoded);  // for each of the types above

template <>
Result<NodeIdentity> decode_reply(std::string_view encoded);
template <>
Result<NodeStatus> decode_reply(std::string_view encoded);
template <>
Result<std::vector<ObjectState>> decode_reply(std::string_view encoded);
template <>
Result<std::vector<Answer>> decode_reply(std::string_view encoded);
template <>
Result<InventoryPage> decode_reply(std::string_view encoded);
template <>
Result<std::vector<StagedState>> decode_reply(std::string_view encoded);
template <>
Result<Answer> decode_reply(std::string_view encoded);
template <>
Result<std::vector<TreeEntry>> decode_reply(std::string_view encoded);
template <>
Result<Nothing> decode_reply(std::string_view encoded);

}  // namespace tandem::protocol
