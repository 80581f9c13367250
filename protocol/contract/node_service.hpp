// What a node offers to gateways: id-addressed, stamp-guarded calls (D3). `storaged/service` implements it
// on a disk; `protocol/http` serves it; a simulation calls it directly.
//
// All calls may be made at the same time from any thread. Check and effect of a call happen under one
// lock per object. Changing calls carry the whole CallGuard and are refused with `stale` when cluster, node,
// epoch or run are not this node's present ones; reading calls check cluster and node only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "protocol/contract/checksums.hpp"
#include "protocol/contract/identifiers.hpp"
#include "protocol/contract/result.hpp"

namespace tandem {

struct CallGuard {
  ClusterId cluster{};
  NodeId node{};
  Epoch epoch = 0;
  Run run = 0;
};

enum class Kind : std::uint8_t { file = 1, directory = 2, symlink = 3 };

// What a node says of one object when asked for a given version of it.
enum class Answer : std::uint8_t {
  ok = 0,
  older = 1,    // the node holds an older version: it missed something
  newer = 2,    // the node was settled at a greater revision: the caller's record is old; counts as done
  damaged = 3,  // held, but its bytes or attributes do not check
  absent = 4,   // neither settled nor staged here at that stamp
  again = 5,    // the chain of directories is old or cannot be laid now: read again, ancestors first
};

struct Name {
  ObjectId directory{};
  std::string name{};
  bool operator==(const Name&) const = default;
};

// One directory on the way from the root to a name, with the revision of its record.
struct DirectoryStep {
  ObjectId id{};
  Revision revision = 0;
  ObjectId parent{};
  std::string name{};
  bool operator==(const DirectoryStep&) const = default;
};

struct Attributes {
  std::uint32_t mode = 0644;  // permission bits only
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::int64_t modified_ns = 0;  // since 1970 UTC
  bool operator==(const Attributes&) const = default;
};

// Where the bytes may come from that a settle makes current.
enum class SettleSource : std::uint8_t {
  held = 0,     // only an object already at that stamp
  staged = 1,   // also staged bytes; only the sender whose PUT of them was answered ok may say so
  claimed = 2,  // also bytes staged under `claim`, while that claim still stands
};

// One version of one record, as far as a node has to match it.
struct SettleItem {
  ObjectId id{};
  Kind kind = Kind::file;
  Revision revision = 0;         // the record's; of a removed one, the catalogue's at the time of reading
  bool removed = false;          // settle "none": final, drops staged bytes and claims of the id too
  Stamp stamp{};                 // of a file that is not removed
  std::uint64_t size_bytes = 0;  // dito
  Digest digest{};               // dito
  Attributes attributes{};
  SettleSource source = SettleSource::held;
  std::uint64_t claim = 0;
  std::vector<Name> names{};                 // all names of a file; the one place of a directory
  std::vector<DirectoryStep> directories{};  // every ancestor of every name, each once, ancestors first
};

// What a node knows of an id. `stamp`, `revision`, `size_bytes`, `digest` describe the settled object.
struct ObjectState {
  ObjectId id{};
  bool settled = false;
  bool damaged = false;  // its attributes cannot be read
  Stamp stamp{};
  Revision revision = 0;
  std::uint64_t size_bytes = 0;
  Digest digest{};
  std::vector<Stamp> staged{};
};

struct StagedState {
  ObjectId id{};
  Stamp stamp{};
  SessionId session = 0;  // 0: under a claim
  std::uint64_t size_bytes = 0;
};

// A page of everything a node holds, ordered by id. `next` continues it; nothing: the end.
struct InventoryEntry {
  ObjectId id{};
  Kind kind = Kind::file;
  Revision revision = 0;
};
struct InventoryPage {
  std::vector<InventoryEntry> entries{};
  std::optional<ObjectId> next{};
};

struct NodeIdentity {
  NodeId node{};
  ClusterId cluster{};  // null: belongs to none
  Epoch epoch = 0;
  Run run = 0;                  // this life
  Run previous_run = 0;         // the life before; 0: none
  bool previous_clean = false;  // the life before ended in order
  std::string version{};
  std::uint32_t pid = 0;
};

struct NodeStatus {
  NodeIdentity identity{};
  std::uint64_t directories = 0;
  std::uint64_t files = 0;
  std::uint64_t data_bytes = 0;
  std::uint64_t free_bytes = 0;  // what a client may still use: the reserve is taken off
  std::uint64_t staged_files = 0;
  std::uint64_t staged_bytes = 0;
  std::uint64_t limbo_entries = 0;
  std::uint64_t reads = 0;  // contents served and taken since the start
  std::uint64_t writes = 0;
};

struct TreeEntry {
  std::string path{};
  Kind kind = Kind::file;
  std::uint64_t size_bytes = 0;
};

// Starts the bytes of `id` from a settled base: they are cloned, then the body is laid over them at `offset`
// (behind the end: the gap reads as zeros). Checksums of untouched blocks are carried over, never recomputed.
struct StageBase {
  Stamp stamp{};
  std::uint64_t offset = 0;
};

struct StageRequest {
  ObjectId id{};
  Stamp stamp{};
  SessionId session = 0;
  std::uint64_t claim = 0;                    // not 0: by a healer, under that claim
  std::optional<std::uint64_t> size_bytes{};  // of the body; nothing: not known yet
  std::optional<StageBase> base{};
  bool durable = true;  // synced before the answer; under a claim all but the place, which the settle syncs
};

struct StageReply {
  std::uint64_t size_bytes = 0;  // of the whole content
  Digest digest{};
};

// Takes the body of one stage call. Destroyed before finish(): nothing stays behind.
class StageSink {
 public:
  virtual ~StageSink() = default;
  virtual Status write(std::span<const std::byte> bytes) = 0;
  virtual Result<StageReply> finish() = 0;  // once; on ok the bytes are staged, as durable as asked
};

// A range of a content. Served are the settled object, or staged bytes at exactly that stamp.
struct FetchRequest {
  ObjectId id{};
  Stamp stamp{};
  std::uint64_t offset = 0;
  std::uint64_t length = 0;  // shortened at the end of the content; at most limits::fetch_bytes_max
};

struct FetchHead {
  Answer answer = Answer::absent;  // anything but ok: no bytes follow, and only `revision` may be set
  Revision revision = 0;           // of the settled object that holds another content
  std::uint64_t size_bytes = 0;    // of the whole content
  Digest digest{};
  std::uint64_t offset = 0;                // of the first byte that follows
  std::uint64_t length = 0;                // bytes that follow
  std::vector<BlockChecksum> checksums{};  // of every block the range touches
};

class ContentSource {
 public:
  virtual ~ContentSource() = default;
  virtual const FetchHead& head() const = 0;
  // The next bytes, at most out.size(); 0 only at the end. Bytes whose block does not check: `corrupt`.
  virtual Result<std::size_t> read(std::span<std::byte> out) = 0;
  // The open file in which the content stands from its first byte on, for as long as the source lives: a
  // server may send from there what read() has checked. Nothing: only read() has the bytes.
  virtual std::optional<int> file() const { return std::nullopt; }
};

class NodeService {
 public:
  virtual ~NodeService() = default;

  virtual Result<NodeIdentity> identify() = 0;
  virtual Result<NodeStatus> status() = 0;

  // Makes an empty, unowned node (or this very cluster's already) a member of `cluster`. `exists`: it
  // belongs to another, or users' files stand in its tree.
  virtual Status join(const ClusterId& cluster, Epoch epoch) = 0;
  // Raises the epoch; a smaller one is `stale`.
  virtual Status adopt_epoch(const CallGuard& guard, Epoch epoch) = 0;

  // `claim` not 0: from now on these ids are claimed by that number, whoever claimed them before.
  virtual Result<std::vector<ObjectState>> look(const CallGuard& guard, std::span<const ObjectId> ids,
                                                std::uint64_t claim) = 0;
  // One answer per item, in order; as durable as `durable` says before returning. The greater revision
  // wins per id, per path and per directory; safe to send again, late, or out of order.
  virtual Result<std::vector<Answer>> settle(const CallGuard& guard, std::span<const SettleItem> items,
                                             bool durable) = 0;

  virtual Result<InventoryPage> inventory(const CallGuard& guard, std::optional<ObjectId> after,
                                          std::size_t limit) = 0;
  virtual Result<std::vector<StagedState>> staged(const CallGuard& guard, std::size_t limit) = 0;
  virtual Status drop_staged(const CallGuard& guard, std::span<const StagedState> which) = 0;
  // Reads a whole object and checks every block; ok, damaged, absent, older, newer.
  virtual Result<Answer> verify(const CallGuard& guard, const ObjectId& id, const Stamp& stamp) = 0;
  // The names this node shows under tree/, in order, behind `after`.
  virtual Result<std::vector<TreeEntry>> tree(const CallGuard& guard, const std::string& after,
                                              std::size_t limit) = 0;

  virtual Result<std::unique_ptr<StageSink>> stage(const CallGuard& guard, const StageRequest& request) = 0;
  virtual Result<std::unique_ptr<ContentSource>> fetch(const CallGuard& guard,
                                                       const FetchRequest& request) = 0;
};

}  // namespace tandem
