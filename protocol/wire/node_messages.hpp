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

// Field 1 of every request that carries one.
void put_guard(FieldWriter& out, const CallGuard& guard);
bool take_guard(const Field& field, CallGuard& guard);

void put_staged(FieldWriter& out, std::uint32_t field, const StagedState& staged);
bool take_staged(const Field& field, StagedState& staged);

inline Error damaged_message(std::string_view what) {
  return {.code = Code::invalid, .cause = "the bytes of " + std::string(what) + " cannot be decoded"};
}

// The guard as field 1; the others as `visit` takes them.
template <class Request, class Visit>
Result<Request> decode_request(std::string_view encoded, std::string_view what, Visit visit) {
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

}  // namespace tandem::protocol
