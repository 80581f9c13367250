// Names of any bytes in a line editor that knows characters only. Bytes that are no UTF-8 and control
// characters stand in for themselves as the private characters U+F700 to U+F7FF while they are edited.
#pragma once

#include <string>
#include <string_view>

namespace tandem::shell {

std::string to_editable(std::string_view bytes);
// The way back, also of what was typed: to_bytes(to_editable(b)) == b for every b.
std::string to_bytes(std::string_view editable);

}  // namespace tandem::shell
