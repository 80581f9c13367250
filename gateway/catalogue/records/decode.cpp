// Unknown fields of a record are kept. The messages nested in one (a name, a member, an owed id) are closed:
// a field more in one of them is `unsupported`, never dropped.
#include <limits>
#include <type_traits>

#include "gateway/catalogue/records/records.hpp"
#include "protocol/contract/fields.hpp"
#include "protocol/contract/limits.hpp"

namespace tandem::gateway {
namespace {

enum class Taken : std::uint8_t { yes, unknown, damaged, unsupported };

Error failure(Code code, std::string_view what) {
  return Error{code, std::string(what) + (code == Code::corrupt ? " in the catalogue is damaged"
                                                                : " in the catalogue needs a newer tandem")};
}

Taken take(const Field& field, std::uint64_t& out) {
  if (field.is_bytes) return Taken::damaged;
  out = field.number;
  return Taken::yes;
}

Taken take(const Field& field, std::uint32_t& out) {
  if (field.is_bytes || field.number > std::numeric_limits<std::uint32_t>::max()) return Taken::damaged;
  out = static_cast<std::uint32_t>(field.number);
  return Taken::yes;
}

Taken take(const Field& field, std::int64_t& out) {
  if (field.is_bytes) return Taken::damaged;
  out = static_cast<std::int64_t>(field.number);
  return Taken::yes;
}

Taken take(const Field& field, bool& out) {
  if (field.is_bytes || field.number > 1) return Taken::damaged;
  out = field.number == 1;
  return Taken::yes;
}

Taken take(const Field& field, std::string& out) {
  if (!field.is_bytes) return Taken::damaged;
  out = field.bytes;
  return Taken::yes;
}

template <class Tag>
Taken take(const Field& field, Identifier<Tag>& out) {
  if (!field.is_bytes) return Taken::damaged;
  const auto parsed = Identifier<Tag>::from_raw(field.bytes);
  if (!parsed) return Taken::damaged;
  out = *parsed;
  return Taken::yes;
}

// Of Kind and NodeState, which have three values each.
template <class Choice>
requires std::is_enum_v<Choice> Taken take(const Field& field, Choice& out) {
  if (field.is_bytes) return Taken::damaged;
  if (field.number < 1 || field.number > 3) return Taken::unsupported;
  out = static_cast<Choice>(field.number);
  return Taken::yes;
}

// Walks over all fields; what the handler does not know goes to `unknown`, or refuses the input without one.
template <class Handler>
Taken walk(std::string_view value, std::string* unknown, const Handler& handler) {
  FieldReader reader(value);
  while (const auto field = reader.next()) {
    Taken taken = handler(*field);
    if (taken == Taken::unknown && unknown != nullptr) {
      unknown->append(field->raw);
      taken = Taken::yes;
    }
    if (taken != Taken::yes) return taken == Taken::unknown ? Taken::unsupported : taken;
  }
  return reader.ok() ? Taken::yes : Taken::damaged;
}

template <class Record, class Handler>
Result<Record> decode_record(std::string_view value, std::string_view what, const Handler& handler) {
  Record record;
  const Taken taken =
      walk(value, &record.unknown, [&](const Field& field) { return handler(record, field); });
  if (taken == Taken::damaged) return failure(Code::corrupt, what);
  if (taken == Taken::unsupported) return failure(Code::unsupported, what);
  return record;
}

// Appends a nested message to a list.
template <class Item, class Handler>
Taken take_item(const Field& field, std::vector<Item>& out, const Handler& handler) {
  if (!field.is_bytes) return Taken::damaged;
  Item item;
  const Taken taken = walk(field.bytes, nullptr, [&](const Field& inner) { return handler(item, inner); });
  if (taken == Taken::yes) out.push_back(std::move(item));
  return taken;
}

Taken take_name(Name& name, const Field& field) {
  switch (field.id) {
    case 1:
      return take(field, name.directory);
    case 2:
      return take(field, name.name);
    default:
      return Taken::unknown;
  }
}

Taken take_member(MemberRecord& member, const Field& field) {
  switch (field.id) {
    case 1:
      return take(field, member.node);
    case 2:
      return take(field, member.address);
    case 3:
      return take(field, member.run);
    default:
      return Taken::unknown;
  }
}

Taken take_lost(LostRevisions& lost, const Field& field) {
  switch (field.id) {
    case 1:
      return take(field, lost.after);
    case 2:
      return take(field, lost.before);
    default:
      return Taken::unknown;
  }
}

Taken take_owed(Owed& owed, const Field& field) {
  switch (field.id) {
    case 1:
      return take(field, owed.id);
    case 2:
      return take(field, owed.kind);
    case 3:
      return take(field, owed.pair);
    default:
      return Taken::unknown;
  }
}

Taken take_object(ObjectRecord& record, const Field& field) {
  switch (field.id) {
    case 1:
      return take(field, record.kind);
    case 2:
      return take(field, record.pair);
    case 3:
      return take(field, record.stamp.fence);
    case 4:
      return take(field, record.stamp.attempt);
    case 5:
      return take(field, record.size_bytes);
    case 6:
      return take(field, record.digest);
    case 7:
      return take(field, record.attributes.mode);
    case 8:
      return take(field, record.attributes.uid);
    case 9:
      return take(field, record.attributes.gid);
    case 10:
      return take(field, record.attributes.modified_ns);
    case 11:
      return take_item(field, record.names, take_name);
    case 12:
      return take(field, record.target);
    default:
      return Taken::unknown;
  }
}

}  // namespace

template <>
Result<ClusterRecord> decode(std::string_view value) {
  auto record =
      decode_record<ClusterRecord>(value, "the cluster's record", [](auto& out, const Field& field) {
        switch (field.id) {
          case 1:
            return take(field, out.format);
          case 2:
            return take(field, out.id);
          case 3:
            return take(field, out.name);
          case 4:
            return take(field, out.created_ns);
          case 5:
            return take_item(field, out.lost, take_lost);
          default:
            return Taken::unknown;
        }
      });
  if (record && record->format > catalogue_format) return failure(Code::unsupported, "the cluster's record");
  return record;
}

template <>
Result<NameValue> decode(std::string_view value) {
  constexpr std::string_view what = "a name";
  if (value.size() != ObjectId::size_bytes + 1) return failure(Code::corrupt, what);
  const auto kind = static_cast<std::uint8_t>(value.back());
  if (kind < 1 || kind > 3) return failure(Code::unsupported, what);
  return NameValue{*ObjectId::from_raw(value.substr(0, ObjectId::size_bytes)), static_cast<Kind>(kind)};
}

template <>
Result<ObjectRecord> decode(std::string_view value) {
  return decode_record<ObjectRecord>(value, "a record", take_object);
}

template <>
Result<PairRecord> decode(std::string_view value) {
  return decode_record<PairRecord>(value, "a pair's record", [](auto& out, const Field& field) {
    switch (field.id) {
      case 1:
        return take(field, out.name);
      case 2:  // whoever works with members counts on the bound; only a newer program could have made more
        if (out.members.size() == limits::members_per_pair_max) return Taken::unsupported;
        return take_item(field, out.members, take_member);
      case 3:
        return take(field, out.state);
      default:
        return Taken::unknown;
    }
  });
}

template <>
Result<NodeRecord> decode(std::string_view value) {
  return decode_record<NodeRecord>(value, "a node's record", [](auto& out, const Field& field) {
    switch (field.id) {
      case 1:
        return take(field, out.state);
      case 2:
        return take(field, out.reason);
      case 3:
        return take(field, out.since_ns);
      case 4:
        return take(field, out.filling);
      case 5:
        return take(field, out.filled_up_to.emplace());
      default:
        return Taken::unknown;
    }
  });
}

template <>
Result<MarkRecord> decode(std::string_view value) {
  return decode_record<MarkRecord>(value, "a mark", [](auto& out, const Field& field) {
    switch (field.id) {
      case 1:
        return take(field, out.kind);
      case 2:
        return take(field, out.content);
      case 3:
        return take(field, out.since_ns);
      default:
        return Taken::unknown;
    }
  });
}

template <>
Result<SlotRecord> decode(std::string_view value) {
  return decode_record<SlotRecord>(value, "a slot", [](auto& out, const Field& field) {
    switch (field.id) {
      case 1:
        return take(field, out.operation);
      case 2:
        return take_item(field, out.owed, take_owed);
      default:
        return Taken::unknown;
    }
  });
}

template <>
Result<SessionRecord> decode(std::string_view value) {
  return decode_record<SessionRecord>(value, "a session's record", [](auto& out, const Field& field) {
    switch (field.id) {
      case 1:
        return take(field, out.about);
      case 2:
        return take(field, out.since_ns);
      default:
        return Taken::unknown;
    }
  });
}

template <>
Result<TokenRecord> decode(std::string_view value) {
  return decode_record<TokenRecord>(value, "a token", [](auto& out, const Field& field) {
    switch (field.id) {
      case 1:
        return take(field, out.is_explicit);
      case 2:
        return take(field, out.since_ns);
      default:
        return Taken::unknown;
    }
  });
}

template <>
Result<TokenRequestRecord> decode(std::string_view value) {
  return decode_record<TokenRequestRecord>(value, "a request for a token", [](auto& out, const Field& field) {
    switch (field.id) {
      case 1:
        return take(field, out.acting_for.emplace_back());
      case 2:
        return take(field, out.since_ns);
      default:
        return Taken::unknown;
    }
  });
}

template <>
Result<EventRecord> decode(std::string_view value) {
  return decode_record<EventRecord>(value, "an event", [](auto& out, const Field& field) {
    switch (field.id) {
      case 1:
        return take(field, out.kind);
      case 2:
        return take(field, out.at_ns);
      case 3:
        return take(field, out.node);
      case 4:
        return take(field, out.path);
      case 5:
        return take(field, out.message);
      default:
        return Taken::unknown;
    }
  });
}

}  // namespace tandem::gateway
