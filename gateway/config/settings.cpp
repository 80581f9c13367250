#include "gateway/config/settings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

#include "protocol/contract/limits.hpp"

namespace tandem::gateway {
namespace {

using Type = SettingValue::Type;

Error wrong(const SettingValue& value, std::string expectation) {
  const bool quoted = value.type == Type::text || value.type == Type::untyped;
  const std::string shown = quoted ? "\"" + value.text + "\"" : value.text;
  return Error{Code::invalid, "cannot be " + shown}.hint(std::move(expectation));
}

Status set_text(std::string& target, const SettingValue& value, const char* expectation) {
  if (value.type != Type::text && value.type != Type::untyped) return wrong(value, expectation);
  target = value.text;
  return success();
}

template <class Number>
Status set_number(Number& target, const SettingValue& value, std::uint64_t least, std::uint64_t greatest) {
  std::uint64_t number = 0;
  const char* end_of_text = value.text.data() + value.text.size();
  const auto [end, problem] = std::from_chars(value.text.data(), end_of_text, number);
  const bool typed = value.type == Type::integer || value.type == Type::untyped;
  if (!typed || problem != std::errc{} || end != end_of_text || number < least || number > greatest) {
    return wrong(value, "a whole number from " + std::to_string(least) + " to " + std::to_string(greatest));
  }
  target = static_cast<Number>(number);
  return success();
}

Status set_boolean(bool& target, const SettingValue& value) {
  const bool typed = value.type == Type::boolean || value.type == Type::untyped;
  if (!typed || (value.text != "true" && value.text != "false")) return wrong(value, "true or false");
  target = value.text == "true";
  return success();
}

Status set_share(double& target, const SettingValue& value) {
  double number = 0;
  const char* end_of_text = value.text.data() + value.text.size();
  const auto [end, problem] = std::from_chars(value.text.data(), end_of_text, number);
  const bool typed = value.type != Type::text && value.type != Type::boolean;
  if (!typed || problem != std::errc{} || end != end_of_text || !(number >= 0.0 && number <= 1.0)) {
    return wrong(value, "a number from 0 to 1");
  }
  target = number;
  return success();
}

Status set_duration(Duration& target, const SettingValue& value, const char* least, const char* greatest) {
  const auto duration = parse_duration(value.text);
  if (!duration.ok() || value.type == Type::boolean || value.type == Type::fraction) {
    return wrong(value, "a number with a unit: us, ms, s, m, h or d, as in \"300ms\"");
  }
  if (*duration < *parse_duration(least) || *duration > *parse_duration(greatest)) {
    return wrong(value, std::string("from \"") + least + "\" to \"" + greatest + "\"");
  }
  target = *duration;
  return success();
}

Status set_size(std::uint64_t& target, const SettingValue& value) {
  const auto size = parse_size(value.text);
  if (!size.ok() || value.type == Type::boolean || value.type == Type::fraction) {
    return wrong(value, "bytes, or a number with KiB, MiB, GiB or TiB, as in \"1GiB\"");
  }
  target = *size;
  return success();
}

Status set_rate(std::uint64_t& target, const SettingValue& value) {
  constexpr std::string_view per_second = "/s";
  if (value.text == "unlimited") {
    target = 0;
    return success();
  }
  std::string_view amount = value.text;
  if (amount.ends_with(per_second)) amount.remove_suffix(per_second.size());
  const auto size = parse_size(amount);
  if (!size.ok() || *size == 0 || value.type == Type::boolean || value.type == Type::fraction) {
    return wrong(value, "\"unlimited\", or a size a second, as in \"20MiB/s\"");
  }
  target = *size;
  return success();
}

template <class Choice, std::size_t count>
Status set_choice(Choice& target, const SettingValue& value,
                  const std::array<std::pair<std::string_view, Choice>, count>& choices) {
  std::string expectation = "one of ";
  for (const auto& [word, choice] : choices) {
    if (value.text == word && (value.type == Type::text || value.type == Type::untyped)) {
      target = choice;
      return success();
    }
    if (word != choices.front().first) expectation += ", ";
    expectation += "\"" + std::string(word) + "\"";
  }
  return wrong(value, expectation);
}

Status set_name(Config& config, const SettingValue& value) {
  const char* expectation = "a name of 1 to 64 bytes in quotes, as in \"home\"";
  if (value.text.empty() || value.text.size() > 64) return wrong(value, expectation);
  return set_text(config.cluster.name, value, expectation);
}

Status set_placement(Config& config, const SettingValue& value) {
  static constexpr std::array<std::pair<std::string_view, PlacementPolicy>, 3> choices{
      {{"round-robin", PlacementPolicy::round_robin},
       {"follow-parent", PlacementPolicy::follow_parent},
       {"most-free", PlacementPolicy::most_free}}};
  return set_choice(config.cluster.placement, value, choices);
}

Status set_durability(Config& config, const SettingValue& value) {
  static constexpr std::array<std::pair<std::string_view, bool>, 2> choices{
      {{"disk", true}, {"memory", false}}};
  return set_choice(config.cluster.durable, value, choices);
}

Status set_level(Config& config, const SettingValue& value) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> choices{
      {{"error", "error"}, {"warning", "warning"}, {"info", "info"}, {"debug", "debug"}}};
  std::string_view level;
  Status chosen = set_choice(level, value, choices);
  if (chosen.ok()) config.log.level = level;
  return chosen;
}

using Value = const SettingValue&;
constexpr std::uint64_t million = 1'000'000;

constexpr std::array all_settings{
    Setting{"cluster", "name", set_name},
    Setting{"cluster", "catalogue",
            [](Config& c, Value v) {
              return set_text(c.cluster.catalogue, v, "\"sqlite:FILE\" or \"etcd://...\"");
            }},
    Setting{"cluster", "placement", set_placement},
    Setting{"cluster", "write_quorum",
            [](Config& c, Value v) {
              return set_number(c.cluster.write_quorum, v, 1, limits::members_per_pair_max);
            }},
    Setting{"cluster", "read_quorum",
            [](Config& c, Value v) {
              return set_number(c.cluster.read_quorum, v, 1, limits::members_per_pair_max);
            }},
    Setting{"cluster", "durability", set_durability},
    Setting{"cluster", "secret_file",
            [](Config& c, Value v) {
              return set_text(c.cluster.secret_file, v, "the name of a file in quotes");
            }},
    Setting{"timeouts", "connect",
            [](Config& c, Value v) { return set_duration(c.timeouts.connect, v, "1ms", "10m"); }},
    Setting{"timeouts", "request",
            [](Config& c, Value v) { return set_duration(c.timeouts.request, v, "10ms", "10m"); }},
    Setting{"timeouts", "retries",
            [](Config& c, Value v) { return set_number(c.timeouts.retries, v, 0, 100); }},
    Setting{"timeouts", "verdict",
            [](Config& c, Value v) { return set_duration(c.timeouts.verdict, v, "10ms", "10m"); }},
    Setting{"timeouts", "lock_wait",
            [](Config& c, Value v) { return set_duration(c.timeouts.lock_wait, v, "0", "1d"); }},
    Setting{"timeouts", "operation",
            [](Config& c, Value v) { return set_duration(c.timeouts.operation, v, "100ms", "1d"); }},
    Setting{"read", "hedge", [](Config& c, Value v) { return set_duration(c.read.hedge, v, "0", "10m"); }},
    Setting{"session", "lease",
            [](Config& c, Value v) { return set_duration(c.session.lease, v, "100ms", "1h"); }},
    Setting{"cache", "entries",
            [](Config& c, Value v) { return set_number(c.cache.entries, v, 1, 1000 * million); }},
    Setting{"limits", "connections_per_node",
            [](Config& c, Value v) { return set_number(c.limits.connections_per_node, v, 1, 1024); }},
    Setting{"limits", "transfers",
            [](Config& c, Value v) { return set_number(c.limits.transfers, v, 1, 256); }},
    Setting{"limits", "reserve", [](Config& c, Value v) { return set_size(c.limits.reserve_bytes, v); }},
    Setting{"limits", "backlog_names",
            [](Config& c, Value v) { return set_number(c.limits.backlog_names, v, 1, 1000 * million); }},
    Setting{"heal", "automatic", [](Config& c, Value v) { return set_boolean(c.heal.automatic, v); }},
    Setting{"heal", "rate", [](Config& c, Value v) { return set_rate(c.heal.rate_bytes_per_second, v); }},
    Setting{"heal", "foreground_share",
            [](Config& c, Value v) { return set_share(c.heal.foreground_share, v); }},
    Setting{"scrub", "every",
            [](Config& c, Value v) { return set_duration(c.scrub.every, v, "1m", "3650d"); }},
    Setting{"scrub", "rate", [](Config& c, Value v) { return set_rate(c.scrub.rate_bytes_per_second, v); }},
    Setting{"log", "level", set_level},
};

constexpr std::array<std::string_view, 10> sections{"cluster", "pair",   "timeouts", "read",  "session",
                                                    "cache",   "limits", "heal",     "scrub", "log"};

}  // namespace

const Setting* find_setting(std::string_view section, std::string_view key) {
  const auto* found = std::find_if(all_settings.begin(), all_settings.end(), [&](const Setting& setting) {
    return setting.section == section && setting.key == key;
  });
  return found == all_settings.end() ? nullptr : &*found;
}

std::span<const std::string_view> section_names() {
  return sections;
}

std::vector<std::string_view> keys_of_section(std::string_view section) {
  if (section == "pair") return {"name", "members"};
  std::vector<std::string_view> keys;
  for (const Setting& setting : all_settings) {
    if (setting.section == section) keys.push_back(setting.key);
  }
  return keys;
}

}  // namespace tandem::gateway
