// Rows of the database as they were written, or `corrupt`: what is read is held against its checksum, and an
// absence against its neighbours. A key damaged by a flipped bit lies where the right one would: searches for
// either end beside it.
#pragma once

#include <string_view>

#include "gateway/catalogue/catalogue.hpp"
#include "gateway/catalogue/sqlite/connection.hpp"

namespace tandem::gateway::checked_rows {

// Of a row k, v, rev, sess, sum.
Result<Entry> entry(Connection& connection, const Query& row);
// Whether a search upwards from `key`, there or not, begins where it should: nothing damaged lies before.
Status check_start(Connection& connection, std::string_view key);
// Whether `key`, which was not found, is absent indeed.
Status check_gap(Connection& connection, std::string_view key);
// Of every entry and every counter; `corrupt` names the first that is damaged.
Status check_all(Connection& connection);

}  // namespace tandem::gateway::checked_rows
