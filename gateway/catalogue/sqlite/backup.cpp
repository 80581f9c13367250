#include "gateway/catalogue/sqlite/backup.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <boost/filesystem.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

#include "gateway/catalogue/sqlite/checked_rows.hpp"
#include "gateway/catalogue/sqlite/schema.hpp"
#include "gateway/catalogue/sqlite/tables.hpp"

namespace tandem::gateway {
namespace {

namespace fs = boost::filesystem;
using namespace std::chrono_literals;

constexpr Duration gate_wait_max = 10s;
constexpr Duration gate_look_again = 5ms;

std::string quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char character : text) quoted += character == '\'' ? "''" : std::string(1, character);
  return quoted + "'";
}

// Of a copy that nobody else uses.
Result<Revision> check_whole(Connection& connection) {
  if (const auto version = schema::version_of(connection); !version) return version.error();
  if (Status status = connection.check_pages(); !status) return std::move(status).error();
  if (Status status = schema::upgrade(connection); !status) return std::move(status).error();
  if (Status status = checked_rows::check_all(connection); !status) return std::move(status).error();
  return tables::revision(connection);
}

// Who still has the lost catalogue open finds the gate gone and commits no more.
Status remove_gate(const std::string& path, Runtime& runtime) {
  const int gate = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (gate < 0) {
    if (errno == ENOENT) return success();
    return Error{Code::unavailable, std::string("cannot open the gate: ") + std::strerror(errno), path};
  }
  const Instant deadline = runtime.now() + gate_wait_max;
  bool locked = ::flock(gate, LOCK_EX | LOCK_NB) == 0;
  while (!locked && runtime.now() < deadline) {
    runtime.sleep_until(runtime.now() + gate_look_again);
    locked = ::flock(gate, LOCK_EX | LOCK_NB) == 0;
  }
  if (locked) ::unlink(path.c_str());
  ::close(gate);
  if (locked) return success();
  return Error{Code::unavailable, "a program still writes to the lost catalogue", path, {}, "end it first"};
}

}  // namespace

Result<Revision> back_up_database(const std::string& database, const std::string& file, Runtime& runtime) {
  if (Status status = DatabasePlace{database}.check_present(); !status) return std::move(status).error();
  NewFile copy(file, runtime);
  {
    auto source = Connection::open(database, Connection::Use::write);
    if (!source) return std::move(source).error();
    if (auto version = schema::version_of(**source); !version) return std::move(version).error().at(database);
    // Reads in one transaction and writes the copy only.
    if (Status status = (*source)->run("VACUUM INTO " + quoted(copy.path())); !status) {
      return std::move(status).error();
    }
  }
  auto revision = [&]() -> Result<Revision> {
    auto written = Connection::open(copy.path(), Connection::Use::write);
    if (!written) return std::move(written).error();
    return check_whole(**written);
  }();
  if (!revision) return std::move(revision).error().at(file);
  if (Status status = copy.publish(); !status) return std::move(status).error();
  return revision;
}

Restoration::Restoration(DatabasePlace place, Runtime& runtime)
    : place_(std::move(place)), runtime_(runtime), file_(place_.database, runtime) {}

Result<std::unique_ptr<Restoration>> Restoration::begin(const std::string& database,
                                                        const std::string& backup, Runtime& runtime) {
  std::unique_ptr<Restoration> restoration(new Restoration(DatabasePlace{database}, runtime));
  if (Status status = restoration->place_.check_free(); !status) return std::move(status).error();
  if (Status status = restoration->place_.check_file_system(); !status) return std::move(status).error();
  if (Status status = restoration->take(backup); !status) return std::move(status).error().at(backup);
  return restoration;
}

Status Restoration::take(const std::string& backup) {
  boost::system::error_code error;
  if (!fs::is_regular_file(backup, error)) return Error{Code::not_found, "there is no such backup"};
  if (fs::exists(backup + "-wal", error) && fs::file_size(backup + "-wal", error) > 0) {
    return Error{Code::invalid, "its log lies beside it, so it is a catalogue and not a backup"}.hint(
        "put both where the catalogue was, or open it there once and back it up");
  }
  fs::copy_file(backup, file_.path(), error);
  if (error) {
    const bool full = error.value() == ENOSPC || error.value() == EDQUOT;
    return Error{full ? Code::no_space : Code::unavailable, "cannot be copied: " + error.message()};
  }
  auto opened = Connection::open(file_.path(), Connection::Use::write);
  if (!opened) return std::move(opened).error();
  connection_ = std::move(*opened);
  const auto revision = check_whole(*connection_);
  if (!revision) return revision.error();
  revision_ = *revision;
  return success();
}

Result<std::vector<Entry>> Restoration::entries(std::string_view prefix) {
  std::vector<Entry> all;
  for (bool more = true; more;) {
    auto page = tables::page(*connection_, prefix, all.empty() ? std::string_view() : all.back().key,
                             tables::page_entries_max);
    if (!page) return std::move(page).error();
    more = page->more;
    for (Entry& entry : page->entries) all.push_back(std::move(entry));
  }
  return all;
}

Status Restoration::finish(Epoch epoch, const std::vector<Change>& changes) {
  if (epoch <= epoch_of(revision_)) {
    return Error{Code::invalid, "a restored catalogue needs a new epoch", file_.name()};
  }
  if (Status status = begin_epoch(epoch, changes); !status) return status;
  if (Status status = connection_->run("PRAGMA journal_mode = WAL"); !status) return status;
  connection_.reset();
  if (Status status = remove_gate(place_.gate(), runtime_); !status) return status;
  ::unlink(place_.index().c_str());  // of the lost log: shared memory that a program may still have open
  return file_.publish();
}

Status Restoration::begin_epoch(Epoch epoch, const std::vector<Change>& changes) {
  const Revision first = (Revision{epoch} << epoch_shift) + 1;
  const std::string number = std::to_string(first);
  if (Status status = connection_->run("BEGIN IMMEDIATE; DELETE FROM entries WHERE sess <> 0;"
                                       "UPDATE entries SET rev = " +
                                       number + ", sum = entry_sum(k, v, " + number + ", sess)");
      !status) {
    return status;
  }
  for (const Change& change : changes) {
    Status made = change.kind == Change::Kind::put ? tables::put(*connection_, change, first)
                                                   : tables::erase(*connection_, change.key, first);
    if (!made) return made;
  }
  if (Status status = tables::forget_log(*connection_, first); !status) return status;
  return connection_->run("COMMIT");
}

}  // namespace tandem::gateway
