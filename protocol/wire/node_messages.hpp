// The parts that several messages of the node codec share.
#pragma once

#include <string>
#include <string_view>

#include "protocol/contract/node_service.hpp"
#include "protocol/contract/result.hpp"
#include "protocol/wire/field_values.hpp"

namespace tandem::protocol {

// A stamp takes two fields, `field` and the one behind it.
inline void put_stamp(FieldWriter& out, std::uint32_t field, const Stamp& stamp) {
  put(out, field, stamp.fence);
  put(out, field + 1, stamp.attempt);
}

void put_staged(FieldWriter& out, std::uint32_t field, const StagedState& staged);
bool take_staged(const Field& field, StagedState& staged);

inline Error damaged_message(std::string_view what) {
  return {.code = Code::invalid, .cause = "the bytes of " + std::string(what) + " cannot be decoded"};
}

}  // namespace tandem::protocol
