// The checksum that stands beside everything the database holds. SQLite's pages carry none: a bit that flips
// on the disk would be believed.
#pragma once

#include <cstdint>
#include <string_view>

#include "protocol/contract/identifiers.hpp"

struct sqlite3;

namespace tandem::gateway::entry_sum {

// Over all of an entry; 32 bits, as a signed number, which the database holds in four bytes.
std::uint64_t of_entry(std::string_view key, std::string_view value, Revision revision, SessionId session);
// Of a name with a number: a counter, or a change in the log.
std::uint64_t of_number(std::string_view name, std::uint64_t number);

// Makes SQL know both, as entry_sum(k, v, rev, sess) and number_sum(k, number). False: no memory.
bool define_functions(sqlite3* database);

}  // namespace tandem::gateway::entry_sum
