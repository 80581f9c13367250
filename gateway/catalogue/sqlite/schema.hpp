// The tables of the database and their versions.
//   entries(k, v, rev, sess, sum)   what the catalogue holds
//   changes(id, rev, k, sum)        which keys changed, in order and without gaps; the oldest are pruned
//   counters(k, v, sum)             'revision'; 'log_floor': changes behind it are all in the table
// `sum` is the checksum of the rest, see entry_sum.hpp. Version 1 had kv, log and meta instead, without it:
// other names, so that a program that still uses them cannot write past the checksums.
#pragma once

#include "gateway/catalogue/sqlite/connection.hpp"

namespace tandem::gateway::schema {

inline constexpr int application_id = 0x746e646d;  // "tndm"
inline constexpr int version = 2;

// In an empty database; the catalogue starts at epoch 1.
Status create(Connection& connection);
// The version of the tables. `corrupt`: not a catalogue; `unsupported`: of a newer tandem.
Result<int> version_of(Connection& connection);
// Makes the tables those of this version, in one transaction; nothing when they are. Who does it to a
// catalogue in use holds its gate.
Status upgrade(Connection& connection);

}  // namespace tandem::gateway::schema
