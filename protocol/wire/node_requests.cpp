#include <utility>

#include "protocol/contract/limits.hpp"
#include "protocol/wire/node_codec.hpp"
#include "protocol/wire/node_messages.hpp"

namespace tandem::protocol {
namespace {

// Field 1 of every request that carries one.
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

void put_name(FieldWriter& out, std::uint32_t field, const Name& name) {
  FieldWriter inner;
  put(inner, 1, name.directory);
  put(inner, 2, name.name);
  out.nested(field, inner);
}

bool take_name(const Field& field, Name& name) {
  return field.is_bytes && each_field(field.bytes, [&](const Field& inner) {
           if (inner.id == 1) return take(inner, name.directory);
           if (inner.id == 2) return take(inner, name.name);
           return true;
         });
}

void put_step(FieldWriter& out, std::uint32_t field, const DirectoryStep& step) {
  FieldWriter inner;
  put(inner, 1, step.id);
  put(inner, 2, step.revision);
  put(inner, 3, step.parent);
  put(inner, 4, step.name);
  out.nested(field, inner);
}

bool take_step(const Field& field, DirectoryStep& step) {
  return field.is_bytes && each_field(field.bytes, [&](const Field& inner) {
           switch (inner.id) {
             case 1:
               return take(inner, step.id);
             case 2:
               return take(inner, step.revision);
             case 3:
               return take(inner, step.parent);
             case 4:
               return take(inner, step.name);
             default:
               return true;
           }
         });
}

void put_attributes(FieldWriter& out, std::uint32_t field, const Attributes& attributes) {
  FieldWriter inner;
  put(inner, 1, attributes.mode);
  put(inner, 2, attributes.uid);
  put(inner, 3, attributes.gid);
  put(inner, 4, static_cast<std::uint64_t>(attributes.modified_ns));
  out.nested(field, inner);
}

bool take_attributes(const Field& field, Attributes& attributes) {
  attributes.mode = 0;
  return field.is_bytes && each_field(field.bytes, [&](const Field& inner) {
           switch (inner.id) {
             case 1:
               return take(inner, attributes.mode);
             case 2:
               return take(inner, attributes.uid);
             case 3:
               return take(inner, attributes.gid);
             case 4:
               return take(inner, attributes.modified_ns);
             default:
               return true;
           }
         });
}

std::string encode_item(const SettleItem& item) {
  FieldWriter out;
  put(out, 1, item.id);
  put(out, 2, static_cast<std::uint64_t>(item.kind));
  put(out, 3, item.revision);
  put(out, 4, std::uint64_t{item.removed});
  put_stamp(out, 5, item.stamp);
  put(out, 7, item.size_bytes);
  put(out, 8, item.digest);
  put_attributes(out, 9, item.attributes);
  put(out, 10, static_cast<std::uint64_t>(item.source));
  put(out, 11, item.claim);
  for (const Name& name : item.names) put_name(out, 12, name);
  for (const DirectoryStep& step : item.directories) put_step(out, 13, step);
  return std::move(out).take();
}

bool take_flag(const Field& field, bool& flag) {
  if (field.is_bytes || field.number > 1) return false;
  flag = field.number == 1;
  return true;
}

bool take_item_list(const Field& field, SettleItem& item) {
  if (field.id == 12) {
    return item.names.size() < limits::names_per_object_max && take_name(field, item.names.emplace_back());
  }
  return take_step(field, item.directories.emplace_back());
}

bool take_item(const Field& field, SettleItem& item) {
  switch (field.id) {
    case 1:
      return take(field, item.id);
    case 2:
      return take_enumerator(field, item.kind, Kind::file, Kind::symlink);
    case 3:
      return take(field, item.revision);
    case 4:
      return take_flag(field, item.removed);
    case 5:
      return take(field, item.stamp.fence);
    case 6:
      return take(field, item.stamp.attempt);
    case 7:
      return take(field, item.size_bytes);
    case 8:
      return take(field, item.digest);
    case 9:
      return take_attributes(field, item.attributes);
    case 10:
      return take_enumerator(field, item.source, SettleSource::held, SettleSource::claimed);
    case 11:
      return take(field, item.claim);
    case 12:
    case 13:
      return take_item_list(field, item);
    default:
      return true;
  }
}

bool take_ids(const Field& field, std::vector<ObjectId>& ids) {
  if (!field.is_bytes || field.bytes.size() % ObjectId::size_bytes != 0) return false;
  const std::size_t count = field.bytes.size() / ObjectId::size_bytes;
  if (count > limits::look_ids_max - ids.size()) return false;
  for (std::size_t i = 0; i < count; ++i) {
    ids.push_back(*ObjectId::from_raw(field.bytes.substr(i * ObjectId::size_bytes, ObjectId::size_bytes)));
  }
  return true;
}

// The guard as field 1; the others as `visit` takes them.
template <class Request, class Visit>
Result<Request> decode(std::string_view encoded, std::string_view what, Visit visit) {
  Request request;
  const bool good = each_field(encoded, [&](const Field& field) {
    if constexpr (requires { request.guard; }) {
      if (field.id == 1) return take_guard(field, request.guard);
    }
    return visit(field, request);
  });
  if (!good) return damaged_message(what);
  return request;
}

FieldWriter settle_head(const CallGuard& guard, bool durable) {
  FieldWriter out;
  put_guard(out, guard);
  out.number(2, durable ? 1 : 0);
  return out;
}

}  // namespace

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

std::vector<std::string> encode_settles(const CallGuard& guard, std::span<const SettleItem> items,
                                        bool durable) {
  constexpr std::size_t field_overhead = 11;
  std::vector<std::string> requests;
  FieldWriter out = settle_head(guard, durable);
  std::size_t in_this = 0;
  for (const SettleItem& item : items) {
    const std::string encoded = encode_item(item);
    const bool full = in_this == limits::settle_items_max ||
                      out.encoded().size() + encoded.size() + field_overhead > limits::base64_bytes_max;
    if (full && in_this > 0) {
      requests.push_back(std::exchange(out, settle_head(guard, durable)).encoded());
      in_this = 0;
    }
    out.bytes(3, encoded);
    ++in_this;
  }
  requests.push_back(std::move(out).take());
  return requests;
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
  return decode<JoinRequest>(encoded, "node.join", [](const Field& field, JoinRequest& request) {
    if (field.id == 1) return take(field, request.cluster);
    if (field.id == 2) return take(field, request.epoch);
    return true;
  });
}

Result<AdoptEpochRequest> decode_adopt_epoch(std::string_view encoded) {
  return decode<AdoptEpochRequest>(encoded, "node.adopt_epoch",
                                   [](const Field& field, AdoptEpochRequest& request) {
                                     return field.id != 2 || take(field, request.epoch);
                                   });
}

Result<LookRequest> decode_look(std::string_view encoded) {
  return decode<LookRequest>(encoded, "node.look", [](const Field& field, LookRequest& request) {
    if (field.id == 2) return take_ids(field, request.ids);
    if (field.id == 3) return take(field, request.claim);
    return true;
  });
}

Result<SettleRequest> decode_settle(std::string_view encoded) {
  return decode<SettleRequest>(encoded, "node.settle", [](const Field& field, SettleRequest& request) {
    if (field.id == 2) return take_flag(field, request.durable);
    if (field.id != 3) return true;
    if (!field.is_bytes || request.items.size() == limits::settle_items_max) return false;
    SettleItem& item = request.items.emplace_back();
    return each_field(field.bytes, [&](const Field& inner) { return take_item(inner, item); });
  });
}

Result<InventoryRequest> decode_inventory(std::string_view encoded) {
  return decode<InventoryRequest>(encoded, "node.inventory",
                                  [](const Field& field, InventoryRequest& request) {
                                    if (field.id == 2) return take(field, request.after.emplace());
                                    if (field.id == 3) return take(field, request.limit);
                                    return true;
                                  });
}

Result<StagedRequest> decode_staged(std::string_view encoded) {
  return decode<StagedRequest>(encoded, "node.staged", [](const Field& field, StagedRequest& request) {
    return field.id != 2 || take(field, request.limit);
  });
}

Result<DropStagedRequest> decode_drop_staged(std::string_view encoded) {
  return decode<DropStagedRequest>(encoded, "node.drop_staged",
                                   [](const Field& field, DropStagedRequest& request) {
                                     if (field.id != 2) return true;
                                     return request.which.size() < limits::inventory_entries_max &&
                                            take_staged(field, request.which.emplace_back());
                                   });
}

Result<VerifyRequest> decode_verify(std::string_view encoded) {
  return decode<VerifyRequest>(encoded, "node.verify", [](const Field& field, VerifyRequest& request) {
    if (field.id == 2) return take(field, request.id);
    if (field.id == 3) return take(field, request.stamp.fence);
    if (field.id == 4) return take(field, request.stamp.attempt);
    return true;
  });
}

Result<TreeRequest> decode_tree(std::string_view encoded) {
  return decode<TreeRequest>(encoded, "node.tree", [](const Field& field, TreeRequest& request) {
    if (field.id == 2) return field.bytes.size() <= limits::path_bytes_max && take(field, request.after);
    if (field.id == 3) return take(field, request.limit);
    return true;
  });
}

}  // namespace tandem::protocol
