#include "gateway/catalogue/sqlite/sqlite_catalogue.hpp"

#include <sys/stat.h>
#include <sys/statvfs.h>

#include "gateway/catalogue/sqlite/commit_queue.hpp"
#include "gateway/catalogue/sqlite/database_place.hpp"
#include "gateway/catalogue/sqlite/gate.hpp"
#include "gateway/catalogue/sqlite/reader_pool.hpp"
#include "gateway/catalogue/sqlite/revision_word.hpp"
#include "gateway/catalogue/sqlite/schema.hpp"
#include "gateway/catalogue/sqlite/tables.hpp"
#include "gateway/catalogue/sqlite/watchers.hpp"

namespace tandem::gateway {
namespace {

using namespace std::chrono_literals;

constexpr Duration upgrade_wait_max = 10s;
constexpr Duration abandoned_after = 20ms;  // a commit that takes longer keeps the gate, so nothing is lost

std::uint64_t file_bytes(const std::string& path) {
  struct stat state {};
  return ::stat(path.c_str(), &state) == 0 ? static_cast<std::uint64_t>(state.st_size) : 0;
}

}  // namespace

SqliteCatalogue::SqliteCatalogue(DatabasePlace place, Runtime& runtime)
    : place_(std::make_unique<DatabasePlace>(std::move(place))), runtime_(runtime) {}

SqliteCatalogue::~SqliteCatalogue() = default;

Result<std::unique_ptr<Catalogue>> SqliteCatalogue::open(const std::string& path, Runtime& runtime) {
  std::unique_ptr<SqliteCatalogue> catalogue(new SqliteCatalogue(DatabasePlace{path}, runtime));
  if (Status status = catalogue->start(); !status) return std::move(status).error().at(path);
  return std::unique_ptr<Catalogue>(std::move(catalogue));
}

Status SqliteCatalogue::start() {
  if (Status status = place_->check_present(); !status) return status;
  if (Status status = place_->check_file_system(); !status) return status;
  readers_ = std::make_unique<ReaderPool>(place_->database, runtime_);
  auto version = [this]() -> Result<int> {
    auto reader = readers_->take();
    if (!reader) return std::move(reader).error();
    return schema::version_of(**reader);
  }();
  if (!version) return std::move(version).error();
  auto shared = SharedFile::open(place_->gate(), place_->database);
  if (!shared) return std::move(shared).error();
  shared_ = std::move(shared).value();
  gate_ = std::make_unique<Gate>(*shared_, runtime_);
  if (*version < schema::version) {
    if (Status status = upgrade(); !status) return status;
  }
  commits_ = std::make_unique<CommitQueue>(place_->database, *shared_, *gate_, runtime_);
  watchers_ = std::make_unique<Watchers>(*shared_, *readers_, runtime_);
  auto reader = readers_->take();
  if (!reader) return std::move(reader).error();
  if (const auto revision = tables::revision(**reader); !revision) return revision.error();
  // After a restart of the machine the word may be older than the database. Who cannot have the gate now
  // shares this boot with its holder, who has done this already.
  commits_->repair_word(**reader);
  return success();
}

Status SqliteCatalogue::upgrade() {
  auto hold = gate_->acquire(runtime_.now() + upgrade_wait_max);
  if (!hold) return std::move(hold).error();
  auto writer = Connection::open(place_->database, Connection::Use::write);
  if (!writer) return std::move(writer).error();
  Status status = schema::upgrade(**writer);
  return status ? (*writer)->checkpoint() : status;
}

// A word that shows the same final revision before and after: no commit became visible in between, so a
// snapshot taken meanwhile is of that revision, and the database need not be asked for it.
std::function<Result<Revision>(Connection&)> SqliteCatalogue::revision_between_looks() const {
  return [this, before = known_revision()](Connection& connection) -> Result<Revision> {
    if (before && before == known_revision()) return *before;
    return tables::revision(connection);
  };
}

Result<std::optional<Entry>> SqliteCatalogue::get(std::string_view key) {
  auto reader = readers_->take();
  if (!reader) return std::move(reader).error();
  return tables::entry(**reader, key);
}

Result<Snapshot> SqliteCatalogue::get_many(std::span<const std::string> keys) {
  auto reader = readers_->take();
  if (!reader) return std::move(reader).error();
  return tables::entries(**reader, keys, revision_between_looks());
}

Result<Snapshot> SqliteCatalogue::get_chain(std::string first, const NextKey& next) {
  auto reader = readers_->take();
  if (!reader) return std::move(reader).error();
  return tables::chain(**reader, std::move(first), next, revision_between_looks());
}

Result<Page> SqliteCatalogue::scan(std::string_view prefix, std::string_view after, std::size_t limit) {
  auto reader = readers_->take();
  if (!reader) return std::move(reader).error();
  const tables::ReadTransaction transaction(**reader);
  if (!transaction.status()) return transaction.status().error();
  return tables::page(**reader, prefix, after, limit);
}

std::optional<Revision> SqliteCatalogue::known_revision() const {
  return RevisionWord(shared_->words().revision).final_revision();
}

Result<History> SqliteCatalogue::history(Revision since) {
  look_at_word();
  auto reader = readers_->take();
  if (!reader) return std::move(reader).error();
  const tables::ReadTransaction transaction(**reader);
  if (!transaction.status()) return transaction.status().error();
  return tables::history(**reader, since);
}

// Repairs a word that a dead writer left behind, so that reads do not have to ask the database for ever.
void SqliteCatalogue::look_at_word() {
  if (known_revision()) {
    word_changing_since_ns_.store(0, std::memory_order_relaxed);
    return;
  }
  const std::int64_t now = runtime_.now().time_since_epoch().count();
  std::int64_t since = 0;
  if (word_changing_since_ns_.compare_exchange_strong(since, now)) return;
  if (now - since <= abandoned_after.count()) return;
  if (auto reader = readers_->take()) commits_->repair_word(**reader);
}

Result<std::unique_ptr<Watch>> SqliteCatalogue::watch(std::string prefix, Revision after,
                                                      std::function<void(const Event&)> callback) {
  return watchers_->add(std::move(prefix), after, std::move(callback));
}

CatalogueHealth SqliteCatalogue::health() {
  CatalogueHealth health{"sqlite", true, {}, 0, 0};
  health.used_bytes = file_bytes(place_->database) + file_bytes(place_->log());
  struct statvfs disk {};
  if (::statvfs(place_->database.c_str(), &disk) == 0) {
    health.limit_bytes = health.used_bytes + std::uint64_t{disk.f_bavail} * disk.f_frsize;
  }
  // Whether the gate can be had is seen below; the rest only the next commit can tell.
  if (const auto failure = commits_->last_failure(); failure && failure->code != Code::unavailable) {
    health.writable = false;
    health.detail = to_string(*failure);
    return health;
  }
  auto hold = gate_->acquire(runtime_.now() + 1s);
  const Status usable = hold ? commits_->check_in_place() : Status(hold.error());
  health.writable = usable.ok();
  if (!usable) health.detail = to_string(usable.error());
  return health;
}

}  // namespace tandem::gateway
