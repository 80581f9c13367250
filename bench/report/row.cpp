#include "bench/report/row.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdio>
#include <string_view>

namespace tandem::bench {
namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char letter : text) {
    if (letter == '"' || letter == '\\') out += '\\';
    assert(static_cast<unsigned char>(letter) >= 0x20);
    out += letter;
  }
  return out + '"';
}

std::string number(double value) {
  if (!std::isfinite(value)) return "null";
  char text[32];
  (void)std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

std::string list(const std::vector<double>& values) {
  std::string out = "[";
  for (const double value : values) out += (out.size() > 1 ? "," : "") + number(value);
  return out + "]";
}

std::string fields(const Spread& spread) {
  return "\"median\":" + number(spread.median) + ",\"min\":" + number(spread.min) +
         ",\"max\":" + number(spread.max);
}

template <class Value, class Print>
std::string object(const std::map<std::string, Value>& values, Print print_value) {
  std::string out = "{";
  for (const auto& [key, value] : values) {
    out += (out.size() > 1 ? "," : "") + quoted(key) + ":" + print_value(value);
  }
  return out + "}";
}

std::string floor_of(const Row& row) {
  if (row.floor_samples.empty()) return "null";
  return "{\"what\":" + quoted(row.floor_is) + ",\"samples\":" + list(row.floor_samples) + "," +
         fields(spread_of(row.floor_samples)) + "}";
}

std::string target_of(const Row& row) {
  if (!row.target) return "null";
  const Target& target = *row.target;
  constexpr std::string_view names[] = {"value", "floor", "peer"};
  const auto peer = [](const std::string& name) { return name.empty() ? "null" : quoted(name); };
  return "{\"against\":" + quoted(names[static_cast<int>(target.against)]) +
         ",\"limit\":" + number(target.limit) + ",\"peer\":" + peer(target.peer) +
         ",\"faster_than\":" + peer(target.faster_than) + "}";
}

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

Row with_own_cost(Row row) {
  static double told_s = 0;
  rusage used{};
  if (::getrusage(RUSAGE_SELF, &used) != 0) return row;
  const double cpu_s = seconds_of(used.ru_utime) + seconds_of(used.ru_stime);
  if (!row.details.contains("client_cpu_s_per_kop")) {
    row.details["program_cpu_s"] = cpu_s - told_s;
    row.details["program_peak_mib"] = static_cast<double>(used.ru_maxrss) / 1024;
  }
  told_s = cpu_s;
  return row;
}

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::met:
      return "met";
    case Verdict::missed:
      return "missed";
    case Verdict::open:
      break;
  }
  return "open";
}

}  // namespace

Spread spread_of(std::vector<double> samples) {
  assert(!samples.empty());
  std::sort(samples.begin(), samples.end());
  const auto middle = samples.size() / 2;
  const double median =
      samples.size() % 2 == 1 ? samples[middle] : (samples[middle - 1] + samples[middle]) / 2;
  return {median, samples.front(), samples.back()};
}

std::optional<Spread> ratio_to_floor(const Row& row) {
  if (row.samples.empty() || row.samples.size() != row.floor_samples.size()) return std::nullopt;
  std::vector<double> ratios;
  for (std::size_t pair = 0; pair < row.samples.size(); ++pair) {
    ratios.push_back(row.samples[pair] / row.floor_samples[pair]);
  }
  return spread_of(std::move(ratios));
}

Verdict verdict_of(const Row& row) {
  if (!row.target || row.target->against == Target::Against::peer || row.samples.empty())
    return Verdict::open;
  const auto ratio = ratio_to_floor(row);
  if (row.target->against == Target::Against::floor && !ratio) return Verdict::open;
  const double reached =
      row.target->against == Target::Against::floor ? ratio->median : spread_of(row.samples).median;
  const bool met = row.better == Better::higher ? reached >= row.target->limit : reached <= row.target->limit;
  return met ? Verdict::met : Verdict::missed;
}

std::string to_json(const Row& row) {
  const auto ratio = ratio_to_floor(row);
  return "{\"schema\":1,\"name\":" + quoted(row.name) + ",\"title\":" + quoted(row.title) +
         ",\"unit\":" + quoted(row.unit) +
         ",\"better\":" + (row.better == Better::higher ? "\"higher\"" : "\"lower\"") +
         ",\"samples\":" + list(row.samples) +
         (row.samples.empty() ? "" : "," + fields(spread_of(row.samples))) + ",\"floor\":" + floor_of(row) +
         ",\"ratio\":" + (ratio ? "{" + fields(*ratio) + "}" : "null") +
         ",\"conditions\":" + object(row.conditions, [](const std::string& text) { return quoted(text); }) +
         ",\"details\":" + object(row.details, number) + ",\"target\":" + target_of(row) +
         ",\"verdict\":" + quoted(name_of(verdict_of(row))) + "}";
}

void print(const Row& row) {
  (void)std::puts(to_json(with_own_cost(row)).c_str());
  (void)std::fflush(stdout);
}

}  // namespace tandem::bench
