// Fields that are zero or empty are left out, as protobuf does; docs/CATALOGUE.md has the numbers.
#include <algorithm>

#include "gateway/catalogue/records/records.hpp"
#include "protocol/contract/fields.hpp"

namespace tandem::gateway {
namespace {

void number(FieldWriter& writer, std::uint32_t field, std::uint64_t value) {
  if (value != 0) writer.number(field, value);
}

void signed_number(FieldWriter& writer, std::uint32_t field, std::int64_t value) {
  number(writer, field, static_cast<std::uint64_t>(value));
}

void text(FieldWriter& writer, std::uint32_t field, std::string_view value) {
  if (!value.empty()) writer.bytes(field, value);
}

template <class Tag>
void identifier(FieldWriter& writer, std::uint32_t field, const Identifier<Tag>& value) {
  if (!value.is_null()) writer.bytes(field, value.raw());
}

template <class Enumeration>
void choice(FieldWriter& writer, std::uint32_t field, Enumeration value) {
  writer.number(field, static_cast<std::uint64_t>(value));
}

std::string finish(FieldWriter& writer, const std::string& unknown) {
  writer.raw(unknown);
  return std::move(writer).take();
}

}  // namespace

bool ClusterRecord::has_lost(Revision revision) const {
  return std::any_of(lost.begin(), lost.end(), [&](const LostRevisions& range) {
    return range.after < revision && revision < range.before;
  });
}

std::string encode(const ClusterRecord& record) {
  FieldWriter writer;
  writer.number(1, record.format);  // always: what is left out reads as the present one
  identifier(writer, 2, record.id);
  text(writer, 3, record.name);
  signed_number(writer, 4, record.created_ns);
  for (const LostRevisions& lost : record.lost) {
    FieldWriter inner;
    number(inner, 1, lost.after);
    number(inner, 2, lost.before);
    writer.nested(5, inner);
  }
  return finish(writer, record.unknown);
}

std::string encode(const NameValue& value) {
  std::string encoded(value.id.raw());
  encoded.push_back(static_cast<char>(value.kind));
  return encoded;
}

std::string encode(const ObjectRecord& record) {
  FieldWriter writer;
  choice(writer, 1, record.kind);
  text(writer, 2, record.pair);
  number(writer, 3, record.stamp.fence);
  number(writer, 4, record.stamp.attempt);
  number(writer, 5, record.size_bytes);
  identifier(writer, 6, record.digest);
  writer.number(7, record.attributes.mode);  // always: what is left out reads as 0644
  number(writer, 8, record.attributes.uid);
  number(writer, 9, record.attributes.gid);
  signed_number(writer, 10, record.attributes.modified_ns);
  for (const Name& name : record.names) {
    FieldWriter inner;
    identifier(inner, 1, name.directory);
    text(inner, 2, name.name);
    writer.nested(11, inner);
  }
  text(writer, 12, record.target);
  return finish(writer, record.unknown);
}

std::string encode(const PairRecord& record) {
  FieldWriter writer;
  text(writer, 1, record.name);
  for (const MemberRecord& member : record.members) {
    FieldWriter inner;
    identifier(inner, 1, member.node);
    text(inner, 2, member.address);
    number(inner, 3, member.run);
    writer.nested(2, inner);
  }
  writer.bytes(3, record.state);  // always: what is left out reads as active
  return finish(writer, record.unknown);
}

std::string encode(const NodeRecord& record) {
  FieldWriter writer;
  choice(writer, 1, record.state);
  text(writer, 2, record.reason);
  signed_number(writer, 3, record.since_ns);
  number(writer, 4, record.filling ? 1 : 0);
  if (record.filled_up_to) writer.bytes(5, record.filled_up_to->raw());
  return finish(writer, record.unknown);
}

std::string encode(const MarkRecord& record) {
  FieldWriter writer;
  choice(writer, 1, record.kind);
  number(writer, 2, record.content ? 1 : 0);
  signed_number(writer, 3, record.since_ns);
  return finish(writer, record.unknown);
}

std::string encode(const SlotRecord& record) {
  FieldWriter writer;
  number(writer, 1, record.operation);
  for (const Owed& owed : record.owed) {
    FieldWriter inner;
    identifier(inner, 1, owed.id);
    choice(inner, 2, owed.kind);
    text(inner, 3, owed.pair);
    writer.nested(2, inner);
  }
  return finish(writer, record.unknown);
}

std::string encode(const SessionRecord& record) {
  FieldWriter writer;
  text(writer, 1, record.about);
  signed_number(writer, 2, record.since_ns);
  return finish(writer, record.unknown);
}

std::string encode(const TokenRecord& record) {
  FieldWriter writer;
  number(writer, 1, record.is_explicit ? 1 : 0);
  signed_number(writer, 2, record.since_ns);
  return finish(writer, record.unknown);
}

std::string encode(const TokenRequestRecord& record) {
  FieldWriter writer;
  for (const SessionId session : record.acting_for) writer.number(1, session);
  signed_number(writer, 2, record.since_ns);
  return finish(writer, record.unknown);
}

std::string encode(const EventRecord& record) {
  FieldWriter writer;
  text(writer, 1, record.kind);
  signed_number(writer, 2, record.at_ns);
  text(writer, 3, record.node);
  text(writer, 4, record.path);
  text(writer, 5, record.message);
  return finish(writer, record.unknown);
}

}  // namespace tandem::gateway
