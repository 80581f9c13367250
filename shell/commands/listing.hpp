// Entries as ls, tree and find show them.
#pragma once

#include <functional>
#include <string>

#include "shell/commands/session.hpp"

namespace tandem::shell {

// Calls `each` with every item of a directory, page by page, until it returns false.
Status for_each_item(gateway::Store& store, const std::string& path,
                     const std::function<bool(const gateway::Item&)>& each);

// The item and everything below it, parents first, in byte order. `each` gets the path and the depth
// (0: the start itself).
using VisitItem = std::function<bool(const std::string& path, const gateway::Item& item, std::size_t depth)>;
Status walk_items(gateway::Store& store, const std::string& path, std::size_t depth_max,
                  const VisitItem& each);

// On a terminal safe and, where wanted, in colour; elsewhere the bytes of the name.
std::string shown_name(const Session& session, const gateway::Item& item, const std::string& name);

// " -> TARGET" of a symbolic link, nothing of anything else.
std::string shown_target(const Session& session, const gateway::Item& item);

std::string size_column(const Session& session, std::uint64_t bytes, bool exact, bool human);

}  // namespace tandem::shell
