// Everything that is read from and written to the tables of the database (schema.hpp). What is read and does
// not match its checksum is `corrupt`, never believed.
//
// Several calls belong to one snapshot only inside a ReadTransaction or a write transaction.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/catalogue/catalogue.hpp"
#include "gateway/catalogue/sqlite/connection.hpp"

namespace tandem::gateway::tables {

inline constexpr std::uint64_t log_entries_max = 200'000;
inline constexpr std::uint64_t pruned_at_once_max = 1000;
inline constexpr std::size_t page_entries_max = 10'000;  // however many are asked for

Result<Revision> revision(Connection& connection);
Status set_revision(Connection& connection, Revision revision);

Result<std::optional<Entry>> entry(Connection& connection, std::string_view key);
// Of one moment each, also outside a transaction. `revision_of` tells the revision of a snapshot while it is
// open: revision(), or what is known to be the same.
using RevisionOf = std::function<Result<Revision>(Connection&)>;
Result<Snapshot> entries(Connection& connection, std::span<const std::string> keys,
                         const RevisionOf& revision_of);
Result<Snapshot> chain(Connection& connection, std::string first, const NextKey& next,
                       const RevisionOf& revision_of);

Result<Page> page(Connection& connection, std::string_view prefix, std::string_view after, std::size_t limit);
// A part of the log that is damaged counts as pruned.
Result<History> history(Connection& connection, Revision since);

// Each is logged at `revision`. Erasing what is not there changes nothing.
Status put(Connection& connection, const Change& change, Revision revision);
Status erase(Connection& connection, std::string_view key, Revision revision);
Status prune_log(Connection& connection);
// From now on nothing is known of changes up to `revision`, which is the present one.
Status forget_log(Connection& connection, Revision revision);

// The sessions some key belongs to, in order.
Result<std::vector<SessionId>> sessions(Connection& connection);
Result<std::vector<std::string>> keys_of(Connection& connection, SessionId session, std::size_t limit);

// BEGIN to the end of the scope: what is read in it is one snapshot.
class ReadTransaction {
 public:
  explicit ReadTransaction(Connection& connection)
      : connection_(connection), status_(connection.run(Sql::begin_read)) {}
  ~ReadTransaction() {
    if (status_) static_cast<void>(connection_.run(Sql::commit).ok());  // nothing was written
  }
  ReadTransaction(const ReadTransaction&) = delete;
  ReadTransaction& operator=(const ReadTransaction&) = delete;
  const Status& status() const { return status_; }

 private:
  Connection& connection_;
  const Status status_;
};

}  // namespace tandem::gateway::tables
