// Which known word somebody may have meant who wrote another.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tandem::gateway {

// The known word the fewest edits away, if that is close enough to be meant.
std::optional<std::string_view> nearest_word(std::string_view word, std::span<const std::string_view> known);

// `did you mean "X"?`, or a list of what there is.
std::string suggestion(std::string_view word, std::span<const std::string_view> known);

}  // namespace tandem::gateway
