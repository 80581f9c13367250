// Failures of this machine's files in the words of the contract.
#pragma once

#include <string>
#include <string_view>

#include "protocol/contract/result.hpp"

namespace tandem::shell {

Code code_of_errno(int number);

// "PATH: WHAT: No such file or directory".
Error local_error(std::string_view what, std::string path, int number);

}  // namespace tandem::shell
