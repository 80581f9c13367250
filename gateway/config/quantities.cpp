#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "gateway/config/config.hpp"

namespace tandem::gateway {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr std::uint64_t second_ns = 1'000'000'000;
constexpr std::array duration_units{Unit{"us", 1'000},           Unit{"ms", 1'000'000},
                                    Unit{"s", second_ns},        Unit{"m", 60 * second_ns},
                                    Unit{"h", 3600 * second_ns}, Unit{"d", 86400 * second_ns}};
constexpr std::array size_units{Unit{"", 1},
                                Unit{"B", 1},
                                Unit{"KiB", std::uint64_t{1} << 10},
                                Unit{"MiB", std::uint64_t{1} << 20},
                                Unit{"GiB", std::uint64_t{1} << 30},
                                Unit{"TiB", std::uint64_t{1} << 40}};

Error not_a(std::string_view what, std::string_view text, std::string_view mend) {
  return Error{Code::invalid, "\"" + std::string(text) + "\" is not a " + std::string(what)}.hint(
      std::string(mend));
}

template <std::size_t count>
Result<std::uint64_t> parse_quantity(std::string_view text, const std::array<Unit, count>& units,
                                     std::uint64_t greatest, const Error& refusal) {
  std::uint64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{}) return refusal;
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  for (const Unit& known : units) {
    if (known.name != unit) continue;
    if (number > greatest / known.factor) return refusal;
    return number * known.factor;
  }
  return refusal;
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
  if (text == "0") return Duration::zero();
  const auto nanoseconds = parse_quantity(
      text, duration_units, std::numeric_limits<std::int64_t>::max(),
      not_a("duration", text, "write a number with a unit: us, ms, s, m, h or d, as in \"300ms\""));
  if (!nanoseconds.ok()) return nanoseconds.error();
  return Duration(static_cast<std::int64_t>(*nanoseconds));
}

Result<std::uint64_t> parse_size(std::string_view text) {
  return parse_quantity(
      text, size_units, std::numeric_limits<std::uint64_t>::max(),
      not_a("size", text, "write bytes or a number with KiB, MiB, GiB or TiB, as in \"1GiB\""));
}

}  // namespace tandem::gateway
