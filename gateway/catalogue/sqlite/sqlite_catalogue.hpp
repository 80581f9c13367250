// The catalogue of one machine: a SQLite database that any number of processes share, nothing to start.
// Every commit is on the disk when it returns. docs/CATALOGUE.md tells what lies beside the database and
// why no other program may write to it.
//
// Readers wait for nobody; commits of this process are joined into groups and pass the gate one group at a
// time. A page of a scan holds at most 10,000 entries, however many are asked for.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "gateway/catalogue/catalogue.hpp"

namespace tandem::gateway {

class CommitQueue;
class Connection;
class Gate;
class ReaderPool;
class SharedFile;
class Watchers;
struct DatabasePlace;

class SqliteCatalogue final : public Catalogue {
 public:
  // Makes a new catalogue with `initial` in it, whole or not at all. The conditions of `initial` are not
  // looked at: there is nothing yet. `exists`: one is there, or the log of one that was lost.
  static Result<std::unique_ptr<Catalogue>> create(const std::string& path, const Transaction& initial,
                                                   Runtime& runtime);
  // One of an older schema is brought up to this one's first, by whoever opens it first.
  // `not_found`: none is there, and none is made; `corrupt`; `unsupported`: of a newer program, or on a
  // network file system; `unavailable`. The runtime must outlive the catalogue.
  static Result<std::unique_ptr<Catalogue>> open(const std::string& path, Runtime& runtime);

  // Every session and watch must have been destroyed before.
  ~SqliteCatalogue() override;

  Result<std::optional<Entry>> get(std::string_view key) override;
  Result<Snapshot> get_many(std::span<const std::string> keys) override;
  Result<Snapshot> get_chain(std::string first, const NextKey& next) override;
  Result<Page> scan(std::string_view prefix, std::string_view after, std::size_t limit) override;
  Result<Commit> commit(const Transaction& transaction) override;
  std::optional<Revision> known_revision() const override;
  Result<History> history(Revision since) override;
  Result<std::unique_ptr<Watch>> watch(std::string prefix, Revision after,
                                       std::function<void(const Event&)> callback) override;
  Result<std::unique_ptr<Session>> open_session(Duration lease, std::string about) override;
  Result<std::vector<SessionId>> dead_sessions() override;
  Result<std::optional<Duration>> lease_left(SessionId session) override;
  Status end_session(SessionId session) override;
  CatalogueHealth health() override;

 private:
  explicit SqliteCatalogue(DatabasePlace place, Runtime& runtime);
  Status start();
  Status upgrade();
  std::function<Result<Revision>(Connection&)> revision_between_looks() const;
  void look_at_word();
  void collect_orphans(const std::vector<SessionId>& files);

  const std::unique_ptr<DatabasePlace> place_;
  Runtime& runtime_;
  std::unique_ptr<SharedFile> shared_;
  std::unique_ptr<Gate> gate_;
  std::unique_ptr<CommitQueue> commits_;
  std::unique_ptr<ReaderPool> readers_;
  std::unique_ptr<Watchers> watchers_;
  std::atomic<std::int64_t> word_changing_since_ns_ = 0;  // 0: it was final when last looked at
};

}  // namespace tandem::gateway
