#include <utility>

#include "protocol/contract/limits.hpp"
#include "protocol/wire/node_codec.hpp"
#include "protocol/wire/node_messages.hpp"

namespace tandem::protocol {
namespace {

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

FieldWriter settle_head(const CallGuard& guard, bool durable) {
  FieldWriter out;
  put_guard(out, guard);
  out.number(2, durable ? 1 : 0);
  return out;
}

}  // namespace

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

Result<SettleRequest> decode_settle(std::string_view encoded) {
  return decode_request<SettleRequest>(
      encoded, "node.settle", [](const Field& field, SettleRequest& request) {
        if (field.id == 2) return take_flag(field, request.durable);
        if (field.id != 3) return true;
        if (!field.is_bytes || request.items.size() == limits::settle_items_max) return false;
        SettleItem& item = request.items.emplace_back();
        return each_field(field.bytes, [&](const Field& inner) { return take_item(inner, item); });
      });
}

}  // namespace tandem::protocol
