// The value of h/<node>: who brings that member up to date at present, and how far it is. It ends with the
// session of whoever does.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/contract/result.hpp"

namespace tandem::gateway {

struct HealRecord {
  std::string about{};        // program, host, pid: for people
  std::int64_t since_ns = 0;  // wall clock, for people
  std::uint64_t healed = 0;   // marks, since then
  std::uint64_t bytes = 0;    // copied for them
  std::int64_t spent_ns = 0;  // by the healer's own clock
};

std::string encode(const HealRecord& record);
// `corrupt` when the bytes do not parse. Fields it does not know are left out: the record is its writer's.
Result<HealRecord> decode_heal(std::string_view value);
std::string describe(const HealRecord& record);

}  // namespace tandem::gateway
