#include <utility>

#include "protocol/wire/node_codec.hpp"
#include "protocol/wire/node_messages.hpp"

namespace tandem::protocol {
namespace {

std::string encode_state(const ObjectState& state) {
  FieldWriter out;
  put(out, 1, state.id);
  put(out, 2, std::uint64_t{state.settled});
  put(out, 3, std::uint64_t{state.damaged});
  put_stamp(out, 4, state.stamp);
  put(out, 6, state.revision);
  put(out, 7, state.size_bytes);
  put(out, 8, state.digest);
  for (const Stamp& stamp : state.staged) {
    FieldWriter inner;
    put_stamp(inner, 1, stamp);
    out.nested(9, inner);
  }
  return std::move(out).take();
}

bool take_stamp(const Field& field, Stamp& stamp) {
  return field.is_bytes && each_field(field.bytes, [&](const Field& inner) {
           if (inner.id == 1) return take(inner, stamp.fence);
           if (inner.id == 2) return take(inner, stamp.attempt);
           return true;
         });
}

bool take_flag(const Field& field, bool& flag) {
  flag = field.number != 0;
  return !field.is_bytes;
}

bool take_state(const Field& field, ObjectState& state) {
  switch (field.id) {
    case 1:
      return take(field, state.id);
    case 2:
      return take_flag(field, state.settled);
    case 3:
      return take_flag(field, state.damaged);
    case 4:
      return take(field, state.stamp.fence);
    case 5:
      return take(field, state.stamp.attempt);
    case 6:
      return take(field, state.revision);
    case 7:
      return take(field, state.size_bytes);
    case 8:
      return take(field, state.digest);
    case 9:
      return take_stamp(field, state.staged.emplace_back());
    default:
      return true;
  }
}

bool take_identity(const Field& field, NodeIdentity& identity) {
  switch (field.id) {
    case 1:
      return take(field, identity.node);
    case 2:
      return take(field, identity.cluster);
    case 3:
      return take(field, identity.epoch);
    case 4:
      return take(field, identity.run);
    case 5:
      return take(field, identity.previous_run);
    case 6:
      return take_flag(field, identity.previous_clean);
    case 7:
      return take(field, identity.version);
    case 8:
      return take(field, identity.pid);
    default:
      return true;
  }
}

// The counts of a status, in the order of their field numbers from 2.
constexpr std::uint64_t NodeStatus::*status_counts[] = {
    &NodeStatus::directories,   &NodeStatus::files,        &NodeStatus::data_bytes,
    &NodeStatus::free_bytes,    &NodeStatus::staged_files, &NodeStatus::staged_bytes,
    &NodeStatus::limbo_entries, &NodeStatus::reads,        &NodeStatus::writes,
};

// A list: field 1, repeated; each element its own fields.
template <class Element, class Take>
Result<std::vector<Element>> decode_list(std::string_view encoded, std::string_view what, Take take_element) {
  std::vector<Element> elements;
  const bool good = each_field(encoded, [&](const Field& field) {
    return field.id != 1 || take_element(field, elements.emplace_back());
  });
  if (!good) return damaged_message(what);
  return elements;
}

// An inventory page is long and regular, so an entry is not a message but 25 plain bytes.
constexpr std::size_t entry_bytes = ObjectId::size_bytes + 1 + sizeof(Revision);

bool take_entries(const Field& field, std::vector<InventoryEntry>& entries) {
  if (!field.is_bytes || field.bytes.size() % entry_bytes != 0) return false;
  entries.reserve(entries.size() + field.bytes.size() / entry_bytes);
  for (std::string_view rest = field.bytes; !rest.empty(); rest.remove_prefix(entry_bytes)) {
    InventoryEntry& entry = entries.emplace_back();
    entry.id = *ObjectId::from_raw(rest.substr(0, ObjectId::size_bytes));
    entry.kind = static_cast<Kind>(rest[ObjectId::size_bytes]);
    if (entry.kind < Kind::file || entry.kind > Kind::symlink) return false;
    for (std::size_t i = 0; i < sizeof(Revision); ++i) {
      const auto byte = static_cast<unsigned char>(rest[ObjectId::size_bytes + 1 + i]);
      entry.revision |= Revision{byte} << (8 * i);
    }
  }
  return true;
}

}  // namespace

void put_staged(FieldWriter& out, std::uint32_t field, const StagedState& staged) {
  FieldWriter inner;
  put(inner, 1, staged.id);
  put_stamp(inner, 2, staged.stamp);
  put(inner, 4, staged.session);
  put(inner, 5, staged.size_bytes);
  out.nested(field, inner);
}

bool take_staged(const Field& field, StagedState& staged) {
  return field.is_bytes && each_field(field.bytes, [&](const Field& inner) {
           switch (inner.id) {
             case 1:
               return take(inner, staged.id);
             case 2:
               return take(inner, staged.stamp.fence);
             case 3:
               return take(inner, staged.stamp.attempt);
             case 4:
               return take(inner, staged.session);
             case 5:
               return take(inner, staged.size_bytes);
             default:
               return true;
           }
         });
}

std::string encode_reply(const NodeIdentity& identity) {
  FieldWriter out;
  put(out, 1, identity.node);
  put(out, 2, identity.cluster);
  put(out, 3, identity.epoch);
  put(out, 4, identity.run);
  put(out, 5, identity.previous_run);
  put(out, 6, std::uint64_t{identity.previous_clean});
  put(out, 7, identity.version);
  put(out, 8, identity.pid);
  return std::move(out).take();
}

std::string encode_reply(const NodeStatus& status) {
  FieldWriter out;
  out.bytes(1, encode_reply(status.identity));
  std::uint32_t field = 2;
  for (const auto count : status_counts) put(out, field++, status.*count);
  return std::move(out).take();
}

std::string encode_reply(const std::vector<ObjectState>& states) {
  FieldWriter out;
  for (const ObjectState& state : states) out.bytes(1, encode_state(state));
  return std::move(out).take();
}

std::string encode_reply(const std::vector<Answer>& answers) {
  FieldWriter out;
  put(out, 1, std::string_view(reinterpret_cast<const char*>(answers.data()), answers.size()));
  return std::move(out).take();
}

std::string encode_reply(const InventoryPage& page) {
  std::string entries;
  entries.reserve(page.entries.size() * entry_bytes);
  for (const InventoryEntry& entry : page.entries) {
    entries += entry.id.raw();
    entries += static_cast<char>(entry.kind);
    for (std::size_t i = 0; i < sizeof(Revision); ++i)
      entries += static_cast<char>(entry.revision >> (8 * i));
  }
  FieldWriter out;
  put(out, 1, entries);
  if (page.next) out.bytes(2, page.next->raw());
  return std::move(out).take();
}

std::string encode_reply(const std::vector<StagedState>& staged) {
  FieldWriter out;
  for (const StagedState& one : staged) put_staged(out, 1, one);
  return std::move(out).take();
}

std::string encode_reply(const Answer& answer) {
  FieldWriter out;
  out.number(1, static_cast<std::uint64_t>(answer));
  return std::move(out).take();
}

std::string encode_reply(const std::vector<TreeEntry>& entries) {
  FieldWriter out;
  for (const TreeEntry& entry : entries) {
    FieldWriter inner;
    put(inner, 1, entry.path);
    put(inner, 2, static_cast<std::uint64_t>(entry.kind));
    put(inner, 3, entry.size_bytes);
    out.nested(1, inner);
  }
  return std::move(out).take();
}

std::string encode_reply(const Nothing&) {
  return {};
}

template <>
Result<NodeIdentity> decode_reply(std::string_view encoded) {
  NodeIdentity identity;
  const bool good = each_field(encoded, [&](const Field& field) { return take_identity(field, identity); });
  if (!good) return damaged_message("a node's identity");
  return identity;
}

template <>
Result<NodeStatus> decode_reply(std::string_view encoded) {
  NodeStatus status;
  const bool good = each_field(encoded, [&](const Field& field) {
    if (field.id == 1) {
      return field.is_bytes && each_field(field.bytes, [&](const Field& inner) {
               return take_identity(inner, status.identity);
             });
    }
    if (field.id - 2 >= std::size(status_counts)) return true;
    return take(field, status.*status_counts[field.id - 2]);
  });
  if (!good) return damaged_message("a node's status");
  return status;
}

template <>
Result<std::vector<ObjectState>> decode_reply(std::string_view encoded) {
  return decode_list<ObjectState>(encoded, "object states", [](const Field& field, ObjectState& state) {
    return field.is_bytes &&
           each_field(field.bytes, [&](const Field& inner) { return take_state(inner, state); });
  });
}

template <>
Result<std::vector<Answer>> decode_reply(std::string_view encoded) {
  std::vector<Answer> answers;
  const bool good = each_field(encoded, [&](const Field& field) {
    if (field.id != 1) return true;
    if (!field.is_bytes) return false;
    for (const char byte : field.bytes) {
      if (static_cast<unsigned char>(byte) > static_cast<unsigned char>(Answer::again)) return false;
      answers.push_back(static_cast<Answer>(byte));
    }
    return true;
  });
  if (!good) return damaged_message("settle answers");
  return answers;
}

template <>
Result<InventoryPage> decode_reply(std::string_view encoded) {
  InventoryPage page;
  const bool good = each_field(encoded, [&](const Field& field) {
    if (field.id == 1) return take_entries(field, page.entries);
    if (field.id == 2) return take(field, page.next.emplace());
    return true;
  });
  if (!good) return damaged_message("an inventory page");
  return page;
}

template <>
Result<std::vector<StagedState>> decode_reply(std::string_view encoded) {
  return decode_list<StagedState>(encoded, "a list of staged contents", take_staged);
}

template <>
Result<Answer> decode_reply(std::string_view encoded) {
  std::optional<Answer> answer;
  const bool good = each_field(encoded, [&](const Field& field) {
    return field.id != 1 || take_enumerator(field, answer.emplace(), Answer::ok, Answer::again);
  });
  if (!good || !answer) return damaged_message("an answer");
  return *answer;
}

template <>
Result<std::vector<TreeEntry>> decode_reply(std::string_view encoded) {
  return decode_list<TreeEntry>(encoded, "a page of the tree", [](const Field& field, TreeEntry& entry) {
    return field.is_bytes && each_field(field.bytes, [&](const Field& inner) {
             if (inner.id == 1) return take(inner, entry.path);
             if (inner.id == 2) return take_enumerator(inner, entry.kind, Kind::file, Kind::symlink);
             if (inner.id == 3) return take(inner, entry.size_bytes);
             return true;
           });
  });
}

template <>
Result<Nothing> decode_reply(std::string_view encoded) {
  if (!each_field(encoded, [](const Field&) { return true; })) return damaged_message("an empty reply");
  return Nothing{};
}

}  // namespace tandem::protocol
