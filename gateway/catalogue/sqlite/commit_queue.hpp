// All writes of this process, in order, joined into few durable commits: the caller in front leads, takes
// what has gathered behind it (up to 256), passes the gate, evaluates each against the state the earlier
// ones left, commits once, and answers all. Nobody lingers; what comes meanwhile is the next group.
//
// All calls may be made at the same time.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/catalogue/catalogue.hpp"
#include "gateway/catalogue/sqlite/connection.hpp"
#include "gateway/catalogue/sqlite/gate.hpp"
#include "gateway/catalogue/sqlite/revision_word.hpp"

namespace tandem::gateway {

// One member of a group: writes in the open write transaction, at `revision` if it commits.
using Work = std::function<Result<Commit>(Connection& connection, Revision revision)>;

class CommitQueue {
 public:
  CommitQueue(std::string database, SharedFile& shared, Gate& gate, Runtime& runtime);
  // Leaves a short log behind, if that can be had without waiting.
  ~CommitQueue();

  // Durable on return. Errors: `unavailable` (nothing was changed: the gate could not be had, the database's
  // file was removed or replaced, or others failed in the same group), `no_space`, `corrupt`;
  // `outcome_unknown` when COMMIT itself failed or hangs.
  Result<Commit> submit(Work work);

  // Repairs the revision word if a writer died and left it "changing", and nobody holds the gate.
  void repair_word(Connection& reader);

  // `unavailable`: the database's file was removed or replaced since it was opened.
  Status check_in_place() const;
  // Why the last group failed; nothing after a success.
  std::optional<Error> last_failure() const;

 private:
  struct Request;
  using Group = std::vector<std::shared_ptr<Request>>;

  void lead(std::unique_lock<std::mutex>& lock);
  Result<Commit> give_up(const std::shared_ptr<Request>& request);
  Result<Connection*> writer();
  Status write(Connection& connection, const Group& group);
  Result<Revision> evaluate(Connection& connection, const Group& group, Revision before);
  Status commit(Connection& connection, Revision before, Revision after);
  void answer(const Group& group);
  bool checkpoint_due(const Connection& connection);

  const std::string database_;
  const std::pair<std::uint64_t, std::uint64_t> file_;  // device and inode of the database when it was opened
  SharedFile& shared_;
  Gate& gate_;
  Runtime& runtime_;
  RevisionWord word_;

  mutable std::mutex mutex_;
  std::deque<std::shared_ptr<Request>> waiting_;
  bool led_ = false;
  std::optional<Error> last_failure_;

  // Of whoever leads or holds the gate, one at a time.
  std::unique_ptr<Connection> connection_;
  int checkpoint_at_pages_;
};

}  // namespace tandem::gateway
