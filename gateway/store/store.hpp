// The facade: a cluster as one file store. Read this first. Everything a client program does goes through
// a Store; it owns the session, the cache, the node connections and the background workers, and is the
// only place that names engines and transports.
//
// All calls may be made at the same time; a Reader or Writer belongs to one thread. Paths are absolute, any
// bytes (protocol/contract/paths.hpp). Errors name the path and, where one is to blame, the node. Every call
// ends within the configured deadlines. Symbolic links on the way of a path are followed; one that a path
// ends in is followed where bytes or names below it are asked for (readers, writers, list, make_directory
// with parents), and is itself what stat, move, remove, link and set_attributes are about. `outcome_unknown`
// only where the answer truly cannot be had (I8).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/catalogue/events/event_log.hpp"
#include "gateway/config/config.hpp"
#include "gateway/nodes/replacement.hpp"
#include "gateway/store/cluster_status.hpp"
#include "gateway/store/lock_info.hpp"
#include "gateway/store/restore_report.hpp"
#include "protocol/contract/node_service.hpp"
#include "protocol/contract/result.hpp"
#include "protocol/contract/runtime.hpp"

namespace tandem::gateway {

// One name and what it leads to.
struct Item {
  std::string name{};  // the last component; empty for the root
  ObjectId id{};
  Kind kind = Kind::file;
  Revision version = 0;  // of its record
  std::uint64_t size_bytes = 0;
  Attributes attributes{};
  std::string pair{};  // of a file
  Digest digest{};     // of a file
  Stamp stamp{};       // of a file
  std::uint32_t links = 1;
  std::string target{};  // of a symlink
};

struct ItemPage {
  std::vector<Item> items{};  // in byte order of their names
  bool more = false;          // ask again behind the last name
};

// The bytes of one version of one file: never two stamps in one answer (I2).
class Reader {
 public:
  virtual ~Reader() = default;
  virtual const Item& item() const = 0;
  // The next bytes, checked; 0 only at the end of the range asked for.
  virtual Result<std::size_t> read(std::span<std::byte> out) = 0;
};

struct WriteOptions {
  enum class Where : std::uint8_t { replace, append, offset };
  Where where = Where::replace;
  std::uint64_t offset = 0;
  bool must_create = false;                   // `exists` when the name is taken
  std::optional<std::uint64_t> size_bytes{};  // of what will be written, when known
  std::optional<Attributes> attributes{};     // nothing: kept, or 0644, the caller and now
};

// Destroyed before commit(): nothing has happened for any reader.
class Writer {
 public:
  virtual ~Writer() = default;
  virtual Status write(std::span<const std::byte> bytes) = 0;
  // The content is there for every reader afterwards, or nothing has changed. `stale`: the file was changed
  // by another client since this writer was opened (replace and append try again by themselves where the
  // bytes allow it).
  virtual Result<Item> commit() = 0;
};

// What long-running clients tell their user as it happens. Called from any thread; keep it short.
struct Notice {
  enum class Kind : std::uint8_t {
    node_connected,  // first contact
    node_lost,       // "connection lost to NODE", once
    node_regained,   // once
    node_missing,    // not reached at the start
    member_used,     // a command reached this member (for -v)
    damaged_copy,    // a bad copy was found on NODE, for PATH
    healed,
    warning,
  };
  Kind kind = Kind::warning;
  std::string node{};
  std::string path{};
  std::string text{};
};
using NoticeSink = std::function<void(const Notice&)>;

struct HealProgress {
  std::uint64_t files_done = 0;
  std::uint64_t files_left = 0;
  std::uint64_t bytes_done = 0;
  std::uint64_t waiting = 0;  // marks that cannot be healed now: their node or their source is away
  std::string detail{};       // what is being waited for
  bool by_another = false;    // another program heals a member at present
};

struct LockOptions {
  bool shared = false;
  std::optional<Duration> wait{};     // nothing: as configured; zero: not at all
  std::function<bool()> cancelled{};  // asked now and then while waiting; may be empty
};

class Store {
 public:
  enum class Lifetime : std::uint8_t {
    one_shot,  // no background healing; close() settles what this process owes
    lasting,   // watches nodes, admits them when they return, heals
  };

  // Opens an initialised cluster. `not_found`: there is no catalogue at the configured place (the hint names
  // the ways back); a missing catalogue is never made anew here.
  // `acting_for`: what held_locks() of another client's store gave out: its locks count as this one's.
  static Result<std::unique_ptr<Store>> open(const Config& config, Runtime& runtime, Lifetime lifetime,
                                             NoticeSink notices, std::string_view acting_for = {});
  // Creates the catalogue and the cluster id and claims the configured nodes, all of which must be reached.
  // `exists`: there is a catalogue already, or a node belongs to a cluster.
  static Result<ClusterId> init(const Config& config, Runtime& runtime);

  // Writes the catalogue, as it is at one moment, to a file of this machine; whoever uses it waits for
  // nothing. `exists`: there is such a file.
  static Result<BackupReport> back_up(const Config& config, Runtime& runtime, const std::string& file);
  // Shows every entry whose key, in words (gateway/catalogue/records/describe.hpp), begins with `prefix`,
  // until `show` returns false. Pages are of different moments.
  static Status dump(const Config& config, Runtime& runtime, std::string_view prefix,
                     const std::function<bool(const DumpLine&)>& show);
  // Brings a lost catalogue back from such a file and compares every node with it
  // (gateway/store/restore.hpp).
  static Result<RestoreReport> restore(const Config& config, Runtime& runtime, const RestoreOptions& options,
                                       const std::function<bool(const HealProgress&)>& progress);

  virtual ~Store() = default;
  // Settles what is owed (bounded) and ends the session. The destructor does the same, silently.
  virtual Status close() = 0;

  virtual Status make_directory(std::string_view path, bool with_parents, std::uint32_t mode) = 0;
  virtual Result<Item> create(std::string_view path) = 0;  // an empty file; `exists`
  // As rename(2); `no_replace`: `exists` when the target is there.
  virtual Status move(std::string_view from, std::string_view to, bool no_replace) = 0;
  virtual Status remove(std::string_view path) = 0;  // a file, a link, or an empty directory
  // One more name for a file, or for a symbolic link itself; `exists`, `is_directory`.
  virtual Status link(std::string_view existing, std::string_view added) = 0;
  // A symbolic link at `path`; what `target` names need not be there. stat() tells the target.
  virtual Status symlink(std::string_view target, std::string_view path) = 0;
  virtual Status set_attributes(std::string_view path, const Attributes& attributes) = 0;

  virtual Result<Item> stat(std::string_view path) = 0;
  // The same of what the path leads to in the end, never of a link: `not_found` where that is nothing.
  virtual Result<Item> stat_followed(std::string_view path) = 0;
  // Names greater than `after`, with what they lead to; limit at most 10,000.
  virtual Result<ItemPage> list(std::string_view path, std::string_view after, std::size_t limit) = 0;

  // length: nothing, to the end. An offset behind the end reads nothing.
  virtual Result<std::unique_ptr<Reader>> open_reader(std::string_view path, std::uint64_t offset,
                                                      std::optional<std::uint64_t> length) = 0;
  virtual Result<std::unique_ptr<Writer>> open_writer(std::string_view path, const WriteOptions& options) = 0;
  // The same for contents that fit in memory: one call, fewest round trips.
  virtual Result<std::string> read(std::string_view path) = 0;
  virtual Result<Item> write(std::string_view path, std::string_view bytes, const WriteOptions& options) = 0;

  // Locks a file, or the names in a directory (not what is below them), until unlock() or the end of this
  // store; a lock goes with the object when it is moved. Others wait, `lock_wait` long as configured, with
  // every change, and with reading what is locked exclusively. Returns the fence: it grows with every grant.
  // `locked`: not granted in time, cancelled, held by this client already, or never because of a deadlock.
  virtual Result<Revision> lock(std::string_view path, const LockOptions& options) = 0;
  // `invalid`: not locked by this client; `stale`: the lock had been lost, what was done since may have
  // failed.
  virtual Status unlock(std::string_view path) = 0;
  // Takes a lock away from whoever holds it, and leaves an event. How many holders there were.
  virtual Result<std::size_t> break_lock(std::string_view path) = 0;
  // All locks of all clients; those of one object one after the other. `limit` at most.
  virtual Result<std::vector<LockInfo>> locks(std::size_t limit) = 0;
  // The locks of this client as text, for a program that is to act for it.
  virtual std::string held_locks() = 0;

  virtual Result<ClusterStatus> status() = 0;
  // The names NODE (its HOST:PORT) shows under its tree, behind `after`.
  virtual Result<std::vector<TreeEntry>> node_tree(std::string_view node, const std::string& after,
                                                   std::size_t limit) = 0;
  virtual Result<PathReport> why(std::string_view path) = 0;
  // What happened, oldest first: the events numbered greater than `after`, `limit` at most. The last 10,000
  // are kept; `after` older than those begins with the oldest.
  virtual Result<std::vector<LoggedEvent>> events(std::uint64_t after, std::size_t limit) = 0;
  // The number of the newest event; 0: nothing has happened yet.
  virtual Result<std::uint64_t> newest_event() = 0;

  // Admits nodes that are back and heals until nothing is left that can be healed now; returns what is
  // left. `progress` is called now and then and may return false to stop.
  virtual Result<HealProgress> heal(const std::function<bool(const HealProgress&)>& progress) = 0;
  // Puts the folder that answers at `request.address` in the place of a member whose disk is lost;
  // gateway/nodes/replacement.hpp says what each answer means. What it has to hold is copied by heal().
  virtual Status replace_node(const ReplaceRequest& request) = 0;
  // Waits until every settle this process owes is confirmed or marked, or `deadline` passed (false).
  virtual bool drain_settles(Instant deadline) = 0;
};

}  // namespace tandem::gateway
