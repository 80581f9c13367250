// Keys and values of the catalogue for people: one line each, ids in hexadecimal, names quoted where they
// have to be. Nothing reads this back.
#pragma once

#include <string>
#include <string_view>

namespace tandem::gateway {

// "f/0123...", "e/0123.../name", "w/<node>/<object>"; keys that are text stay as they are.
std::string describe_key(std::string_view key);
// "kind=file pair=p1 size=12 ...". A value that cannot be read says why, and its bytes in hexadecimal.
std::string describe_value(std::string_view key, std::string_view value);

// The longest prefix of raw keys that all keys begin with whose description begins with `description`; which
// of those do, describe_key() tells.
std::string raw_prefix_of(std::string_view description);

}  // namespace tandem::gateway
