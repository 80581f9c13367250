// The keys of tandem.toml outside the pairs: what each is called, what it accepts, where it goes.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/config/config.hpp"

namespace tandem::gateway {

// A value as it was written, whether in the file or behind --set.
struct SettingValue {
  enum class Type : std::uint8_t { text, integer, fraction, boolean, untyped };  // untyped: from --set
  Type type = Type::untyped;
  std::string text{};
};

struct Setting {
  std::string_view section;
  std::string_view key;
  Status (*apply)(Config& config, const SettingValue& value);  // the error: cause without the key, and mend
};

const Setting* find_setting(std::string_view section, std::string_view key);
std::span<const std::string_view> section_names();  // `pair` included
std::vector<std::string_view> keys_of_section(std::string_view section);

}  // namespace tandem::gateway
