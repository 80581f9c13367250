// Holds JSON documents against docs/schemas/, stricter than a reader would: a field that no schema names is
// a mistake too.
#pragma once

#include <string>
#include <vector>

namespace tandem::shell::test {

// What is wrong with the document, a line each; empty when nothing is. `schema`: "ls" for ls.schema.json.
std::vector<std::string> complaints(const std::string& schema, const std::string& document);

}  // namespace tandem::shell::test
