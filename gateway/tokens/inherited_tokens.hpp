// Tokens that a command may use because the `tandem lock` it runs under holds them: what TANDEM_SESSION says.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/tokens/token_table.hpp"

namespace tandem::gateway {

// "session:object:fence:mode" in hexadecimal, mode x or s; several with commas in between, outermost first.
std::string encode_inherited(const std::vector<Token>& tokens);
// Empty text: none. `invalid`: nothing that encode_inherited() gave out.
Result<std::vector<Token>> parse_inherited(std::string_view text);

}  // namespace tandem::gateway
