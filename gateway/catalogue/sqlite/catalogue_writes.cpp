// What SqliteCatalogue changes: making a new one, commits, and the beginning and end of sessions.
#include <algorithm>

#include "gateway/catalogue/sqlite/commit_queue.hpp"
#include "gateway/catalogue/sqlite/database_place.hpp"
#include "gateway/catalogue/sqlite/new_file.hpp"
#include "gateway/catalogue/sqlite/reader_pool.hpp"
#include "gateway/catalogue/sqlite/schema.hpp"
#include "gateway/catalogue/sqlite/sqlite_catalogue.hpp"
#include "gateway/catalogue/sqlite/sqlite_session.hpp"
#include "gateway/catalogue/sqlite/tables.hpp"
#include "gateway/catalogue/sqlite/transactions.hpp"
#include "gateway/catalogue/sqlite/watchers.hpp"

namespace tandem::gateway {
namespace {

constexpr Duration lease_min = std::chrono::milliseconds(100);
constexpr std::size_t about_bytes_max = 4096;

// Written whole before it gets its name; a plain journal until then, so that one file is all there is.
Status write_database(const std::string& path, const Transaction& initial) {
  auto created = Connection::create(path);
  if (!created) return std::move(created).error();
  Connection& connection = **created;
  if (Status status = connection.run("PRAGMA synchronous = FULL; BEGIN IMMEDIATE"); !status) return status;
  if (Status status = schema::create(connection); !status) return status;
  constexpr Revision first = (Revision{1} << epoch_shift) + 1;
  for (const Change& change : initial.changes) {
    if (change.kind != Change::Kind::put) continue;
    if (Status status = tables::put(connection, change, first); !status) return status;
  }
  if (Status status = tables::set_revision(connection, first); !status) return status;
  if (Status status = connection.run("COMMIT"); !status) return status;
  return connection.run("PRAGMA journal_mode = WAL");
}

}  // namespace

Result<std::unique_ptr<Catalogue>> SqliteCatalogue::create(const std::string& path,
                                                           const Transaction& initial, Runtime& runtime) {
  const DatabasePlace place{path};
  if (Status status = place.check_free(); !status) return std::move(status).error();
  if (Status status = place.check_file_system(); !status) return std::move(status).error();
  NewFile file(path, runtime);
  Status status = write_database(file.path(), initial);
  if (status) status = file.publish();
  if (!status) return std::move(status).error();
  return open(path, runtime);
}

Result<Commit> SqliteCatalogue::commit(const Transaction& transaction) {
  if (Status status = transaction.check(); !status) return std::move(status).error();
  return commits_->submit([transaction](Connection& connection, Revision revision) {
    return transactions::apply(connection, transaction, revision);
  });
}

Result<std::unique_ptr<Session>> SqliteCatalogue::open_session(Duration lease, std::string about) {
  if (lease < lease_min) return Error{Code::invalid, "a lease below 100 ms"};
  if (about.size() > about_bytes_max) return Error{Code::invalid, "too much said about a session"};
  auto created = SessionFile::create(place_->sessions(), lease, runtime_);
  if (!created) return std::move(created).error();
  struct Opening {  // outlives a caller that gives up
    std::unique_ptr<SessionFile> file;
    Instant sent{};
    Status published = success();
  };
  auto opening = std::make_shared<Opening>();
  opening->file = std::move(created).value();
  auto commit = commits_->submit([opening, about, this](Connection& connection, Revision revision) {
    // The file must be there, locked and beating, before anybody can see the session.
    opening->sent = runtime_.now();
    opening->published = opening->file->publish(revision);
    if (!opening->published) return Result<Commit>(Commit{});
    return transactions::begin_session(connection, about, runtime_.wall_now(), revision);
  });
  if (!commit || !opening->published) {
    opening->file->discard();
    return commit ? opening->published.error() : commit.error();
  }
  return std::unique_ptr<Session>(std::make_unique<SqliteSession>(
      commit->revision, lease, opening->sent, std::move(opening->file), runtime_,
      [this](SessionId session) { static_cast<void>(end_session(session).ok()); }));
}

Result<std::vector<SessionId>> SqliteCatalogue::dead_sessions() {
  const std::string folder = place_->sessions();
  session_files::Found files = session_files::list(folder);  // before the catalogue is asked
  auto reader = readers_->take();
  if (!reader) return std::move(reader).error();
  auto sessions = tables::sessions(**reader);
  if (!sessions) return std::move(sessions).error();
  std::vector<SessionId> dead;
  for (const SessionId session : *sessions) {
    if (session_files::is_dead(folder, session, runtime_.now())) dead.push_back(session);
  }
  std::erase_if(files.sessions,
                [&](SessionId session) { return std::ranges::binary_search(*sessions, session); });
  if (!files.sessions.empty()) collect_orphans(files.sessions);
  if (files.has_unfinished) session_files::remove_unfinished(folder, runtime_.wall_now());
  return dead;
}

Result<std::optional<Duration>> SqliteCatalogue::lease_left(SessionId session) {
  return session_files::lease_left(place_->sessions(), session, runtime_.now());
}

// Files of owners that died before their commit or after their end. Behind the gate, where nobody gives such
// a file to a new session: a commit that failed leaves its number to the next one.
void SqliteCatalogue::collect_orphans(const std::vector<SessionId>& files) {
  static_cast<void>(commits_
                        ->submit([this, files](Connection& connection, Revision) -> Result<Commit> {
                          auto sessions = tables::sessions(connection);
                          if (!sessions) return std::move(sessions).error();
                          for (const SessionId session : files) {
                            const bool known = std::ranges::binary_search(*sessions, session);
                            if (!known &&
                                session_files::is_dead(place_->sessions(), session, runtime_.now())) {
                              session_files::remove(place_->sessions(), session);
                            }
                          }
                          return Commit{};
                        })
                        .ok());
}

Status SqliteCatalogue::end_session(SessionId session) {
  session_files::declare_dead(place_->sessions(), session);
  while (true) {
    auto piece = commits_->submit([session](Connection& connection, Revision revision) {
      return transactions::end_session(connection, session, revision);
    });
    if (!piece) return std::move(piece).error();
    if (!piece->committed) break;
  }
  session_files::remove(place_->sessions(), session);
  return success();
}

}  // namespace tandem::gateway
