// Paths of the user's tree: absolute, '/'-separated, any bytes but NUL and '/'.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "protocol/contract/result.hpp"

namespace tandem {

// The components of a path; empty for the root. Repeated and trailing slashes and "." are dropped; ".." and
// whatever breaks a limit is `invalid`.
Result<std::vector<std::string>> split_path(std::string_view path);

// The same of what a symbolic link says, where ".." is kept: the directory above the one reached by then.
Result<std::vector<std::string>> split_link_target(std::string_view target);

// The last of split_path()'s components, out of a path that it accepts; empty for the root.
std::string_view last_component(std::string_view path);

// "/a/b" from {"a", "b"}; "/" from {}.
std::string join_path(const std::vector<std::string>& components);

// One component: not empty, not "." or "..", no '/' or NUL, at most limits::name_bytes_max.
Status check_name(std::string_view name);

}  // namespace tandem
