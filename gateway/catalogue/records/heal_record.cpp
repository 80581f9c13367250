#include "gateway/catalogue/records/heal_record.hpp"

#include "protocol/contract/fields.hpp"

namespace tandem::gateway {

std::string encode(const HealRecord& record) {
  FieldWriter writer;
  writer.bytes(1, record.about);
  writer.number(2, static_cast<std::uint64_t>(record.since_ns));
  writer.number(3, record.healed);
  writer.number(4, record.bytes);
  writer.number(5, static_cast<std::uint64_t>(record.spent_ns));
  return std::move(writer).take();
}

Result<HealRecord> decode_heal(std::string_view value) {
  HealRecord record;
  FieldReader reader(value);
  while (const auto field = reader.next()) {
    if (field->id == 1) record.about = field->bytes;
    if (field->id == 2) record.since_ns = static_cast<std::int64_t>(field->number);
    if (field->id == 3) record.healed = field->number;
    if (field->id == 4) record.bytes = field->number;
    if (field->id == 5) record.spent_ns = static_cast<std::int64_t>(field->number);
  }
  if (!reader.ok()) return Error{Code::corrupt, "the note of a heal in the catalogue is damaged"};
  return record;
}

std::string describe(const HealRecord& record) {
  return "by=\"" + record.about + "\" since=" + std::to_string(record.since_ns / 1'000'000'000) +
         " healed=" + std::to_string(record.healed) + " bytes=" + std::to_string(record.bytes);
}

}  // namespace tandem::gateway
