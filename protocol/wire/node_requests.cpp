#include <utility>

#include "protocol/contract/limits.hpp"
#include "protocol/wire/node_codec.hpp"
#include "protocol/wire/node_messages.hpp"

namespace tandem::protocol {
namespace {

bool take_ids(const Field& field, std::vector<ObjectId>& ids) {
  if (!field.is_bytes || field.bytes.size() % ObjectId::size_bytes != 0) return false;
  const std::size_t count = field.bytes.size() / ObjectId::size_bytes;
  if (count > limits::look_ids_max - ids.size()) return false;
  for (std::size_t i = 0; i < count; ++i) {
    ids.push_back(*ObjectId::from_raw(field.bytes.substr(i * ObjectId::size_bytes, ObjectId::size_bytes)));
  }
  return true;
}

}  // namespace

void put_guard(FieldWriter& out, const CallGuard& guard) {
  FieldWriter inner;
  put(inner, 1, guard.cluster);
  put(inner, 2, guard.node);
  put(inner, 3, guard.epoch);
  put(inner, 4, guard.run);
  out.nested(1, inner);
}

bool take_guard(const Field& field, CallGuard& guard) {
  return field.is_bytes && each_field(field.bytes, [&](const Field& inner) {
           switch (inner.id) {
             case 1:
               return take(inner, guard.cluster);
             case 2:
               return take(inner, guard.node);
             case 3:
               return take(inner, guard.epoch);
             case 4:
               return take(inner, guard.run);
             default:
               return true;
           }
         });
}

std::string encode_join(const ClusterId& cluster, Epoch epoch) {
  FieldWriter out;
  put(out, 1, cluster);
  put(out, 2, epoch);
  return std::move(out).take();
}

std::string encode_adopt_epoch(const CallGuard& guard, Epoch epoch) {
  FieldWriter out;
  put_guard(out, guard);
  put(out, 2, epoch);
  return std::move(out).take();
}

std::string encode_look(const CallGuard& guard, std::span<const ObjectId> ids, std::uint64_t claim) {
  FieldWriter out;
  put_guard(out, guard);
  put(out, 2, std::string_view(reinterpret_cast<const char*>(ids.data()), ids.size_bytes()));
  put(out, 3, claim);
  return std::move(out).take();
}

std::string encode_inventory(const CallGuard& guard, std::optional<ObjectId> after, std::size_t limit) {
  FieldWriter out;
  put_guard(out, guard);
  if (after) out.bytes(2, after->raw());
  put(out, 3, limit);
  return std::move(out).take();
}

std::string encode_staged(const CallGuard& guard, std::size_t limit) {
  FieldWriter out;
  put_guard(out, guard);
  put(out, 2, limit);
  return std::move(out).take();
}

std::string encode_drop_staged(const CallGuard& guard, std::span<const StagedState> which) {
  FieldWriter out;
  put_guard(out, guard);
  for (const StagedState& staged : which) put_staged(out, 2, staged);
  return std::move(out).take();
}

std::string encode_verify(const CallGuard& guard, const ObjectId& id, const Stamp& stamp) {
  FieldWriter out;
  put_guard(out, guard);
  put(out, 2, id);
  put_stamp(out, 3, stamp);
  return std::move(out).take();
}

std::string encode_tree(const CallGuard& guard, std::string_view after, std::size_t limit) {
  FieldWriter out;
  put_guard(out, guard);
  put(out, 2, after);
  put(out, 3, limit);
  return std::move(out).take();
}

Result<JoinRequest> decode_join(std::string_view encoded) {
  return decode_request<JoinRequest>(encoded, "node.join", [](const Field& field, JoinRequest& request) {
    if (field.id == 1) return take(field, request.cluster);
    if (field.id == 2) return take(field, request.epoch);
    return true;
  });
}

Result<AdoptEpochRequest> decode_adopt_epoch(std::string_view encoded) {
  return decode_request<AdoptEpochRequest>(encoded, "node.adopt_epoch",
                                           [](const Field& field, AdoptEpochRequest& request) {
                                             return field.id != 2 || take(field, request.epoch);
                                           });
}

Result<LookRequest> decode_look(std::string_view encoded) {
  return decode_request<LookRequest>(encoded, "node.look", [](const Field& field, LookRequest& request) {
    if (field.id == 2) return take_ids(field, request.ids);
    if (field.id == 3) return take(field, request.claim);
    return true;
  });
}

Result<InventoryRequest> decode_inventory(std::string_view encoded) {
  return decode_request<InventoryRequest>(encoded, "node.inventory",
                                          [](const Field& field, InventoryRequest& request) {
                                            if (field.id == 2) return take(field, request.after.emplace());
                                            if (field.id == 3) return take(field, request.limit);
                                            return true;
                                          });
}

Result<StagedRequest> decode_staged(std::string_view encoded) {
  return decode_request<StagedRequest>(
      encoded, "node.staged",
      [](const Field& field, StagedRequest& request) { return field.id != 2 || take(field, request.limit); });
}

Result<DropStagedRequest> decode_drop_staged(std::string_view encoded) {
  return decode_request<DropStagedRequest>(encoded, "node.drop_staged",
                                           [](const Field& field, DropStagedRequest& request) {
                                             if (field.id != 2) return true;
                                             return request.which.size() < limits::inventory_entries_max &&
                                                    take_staged(field, request.which.emplace_back());
                                           });
}

Result<VerifyRequest> decode_verify(std::string_view encoded) {
  return decode_request<VerifyRequest>(encoded, "node.verify",
                                       [](const Field& field, VerifyRequest& request) {
                                         if (field.id == 2) return take(field, request.id);
                                         if (field.id == 3) return take(field, request.stamp.fence);
                                         if (field.id == 4) return take(field, request.stamp.attempt);
                                         return true;
                                       });
}

Result<TreeRequest> decode_tree(std::string_view encoded) {
  return decode_request<TreeRequest>(encoded, "node.tree", [](const Field& field, TreeRequest& request) {
    if (field.id == 2) return field.bytes.size() <= limits::path_bytes_max && take(field, request.after);
    if (field.id == 3) return take(field, request.limit);
    return true;
  });
}

}  // namespace tandem::protocol
