// A copy of a whole catalogue as one file, and the way back from it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gateway/catalogue/catalogue.hpp"
#include "gateway/catalogue/sqlite/connection.hpp"
#include "gateway/catalogue/sqlite/database_place.hpp"
#include "gateway/catalogue/sqlite/new_file.hpp"

namespace tandem::gateway {

// Writes the catalogue at `database`, as it is at one moment, to `file`; whoever uses it meanwhile waits for
// nothing. Returns that moment's revision. `exists`: something has the name `file`; `corrupt`: the catalogue
// is damaged; `no_space`, `unavailable`: nothing was made.
Result<Revision> back_up_database(const std::string& database, const std::string& file, Runtime& runtime);

// A backup on its way to be a catalogue again. Until finish() nothing can be seen of it; destroyed before, it
// leaves nothing behind.
class Restoration {
 public:
  // `exists`: a catalogue, or the log of one, is at `database`; it is never replaced. `not_found`: there is
  // no such backup; `invalid`: its log lies beside it, so it is not a backup; `corrupt`, `unsupported`.
  static Result<std::unique_ptr<Restoration>> begin(const std::string& database, const std::string& backup,
                                                    Runtime& runtime);

  // Of the backup.
  Revision revision() const { return revision_; }
  Result<std::vector<Entry>> entries(std::string_view prefix);

  // Every entry gets the first revision of `epoch`, which must be greater than the backup's; sessions, and
  // what ends with them, are gone; then `changes` are made. A program that still has the lost catalogue open
  // cannot commit to it any more. `unavailable`: one of those holds its gate.
  Status finish(Epoch epoch, const std::vector<Change>& changes);

 private:
  Restoration(DatabasePlace place, Runtime& runtime);
  Status take(const std::string& backup);
  Status begin_epoch(Epoch epoch, const std::vector<Change>& changes);

  const DatabasePlace place_;
  Runtime& runtime_;
  NewFile file_;
  std::unique_ptr<Connection> connection_;
  Revision revision_ = 0;
};

}  // namespace tandem::gateway
