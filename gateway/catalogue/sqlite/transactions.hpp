// What is done inside a write transaction of the database. Each sees what was done before it in the same
// one, committed or not yet. committed == false: a condition does not hold and nothing was written. After an
// error the write transaction must be rolled back.
#pragma once

#include "gateway/catalogue/catalogue.hpp"
#include "gateway/catalogue/sqlite/connection.hpp"

namespace tandem::gateway::transactions {

// Keys one piece of an ending session may have; the rest follows in further commits.
inline constexpr std::size_t session_keys_at_once_max = 1000;

// Also conflicts when a key is put under a session that has ended: nobody would ever erase it.
Result<Commit> apply(Connection& connection, const Transaction& transaction, Revision revision);

// The new session's number is `revision`.
Result<Commit> begin_session(Connection& connection, std::string_view about, WallTime since,
                             Revision revision);

// Erases s/<session> first, and as many of its other keys as one piece may have. committed == false: nothing
// of the session is left.
Result<Commit> end_session(Connection& connection, SessionId session, Revision revision);

}  // namespace tandem::gateway::transactions
