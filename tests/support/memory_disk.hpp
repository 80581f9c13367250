// The state of a simulated disk: what a running machine sees of it, what would survive a power cut, and
// the changes in between. Not thread-safe; MemoryFilesystem holds the lock.
//
// What a cut may do to a change nobody synced:
//  - content and attributes of a file: every change survives or not by itself, a write sector by sector;
//    File::sync makes all earlier ones of that file safe, and nothing of its names;
//  - entries: link, unlink, mkdir, rmdir and rename each survive whole or not at all, never before an earlier
//    change they stand on (same entry, contents of a removed directory, the making of their directory,
//    an earlier directory move); a sync of the directory the change was made in (of a rename: the target's)
//    makes it safe, but not the entry of that directory itself.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/contract/node_service.hpp"

namespace tandem::support {

// What is in a file, or stands at a directory beside its entries.
struct Content {
  std::string bytes{};
  std::map<std::string, std::string, std::less<>> extended{};  // extended attributes
  Attributes attributes{};
};

struct ContentChange {
  enum class What : std::uint8_t { write, truncate, set_extended, remove_extended, set_attributes };
  What what = What::write;
  std::uint64_t position = 0;  // offset of a write, size of a truncation
  std::string bytes{};         // of a write, or the value of an extended attribute
  std::string name{};          // of an extended attribute
  Attributes attributes{};
};

struct Inode;
using InodePointer = std::shared_ptr<Inode>;
using Entries = std::map<std::string, InodePointer, std::less<>>;

struct Inode {
  std::uint64_t number = 0;
  Kind kind = Kind::file;
  std::uint64_t links = 0;
  std::uint64_t changes = 0;  // of anything of it so far; bits that turned by themselves are none
  Content live{};
  Content durable{};
  std::vector<ContentChange> unsynced{};
  bool bytes_lost = false;  // see lose_unsynced_bytes: `live` will never be `durable`
  Entries entries{};
  Entries durable_entries{};
};

// One change of entries that a journal would write as one.
struct EntryOperation {
  struct Edit {
    InodePointer directory{};
    std::string name{};
    InodePointer target{};  // nothing: the entry goes
  };
  std::vector<Edit> edits{};
  InodePointer home{};     // whose sync makes it safe
  InodePointer emptied{};  // a directory that goes, so must have been emptied before
  bool moves_directory = false;
};

class MemoryDisk {
 public:
  MemoryDisk();
  ~MemoryDisk();
  MemoryDisk(const MemoryDisk&) = delete;
  MemoryDisk& operator=(const MemoryDisk&) = delete;

  const InodePointer& root() const { return root_; }
  InodePointer make_inode(Kind kind, std::uint32_t mode);
  std::uint64_t used_bytes() const;  // by all files that have a name

  // Each takes effect at once and is remembered as not synced.
  void change(const InodePointer& inode, ContentChange change);
  void change(EntryOperation operation);

  void sync_content(Inode& inode);
  void sync_entries(const InodePointer& directory);
  void sync_everything();
  // A sync of the file has failed: what was written is seen as before, but never gets to the disk any more,
  // and a later sync says nothing of it (as Linux does it). Attributes are in the journal and stay pending.
  static void lose_unsynced_bytes(Inode& inode);

  // 0: everything not synced is lost. Any other seed: some of it, as described above.
  void power_cut(std::uint64_t seed);

  // A copy of everything that is seen now, sharing nothing with this disk: what a backup takes.
  InodePointer image() const;
  // A disk with a copy of that image stands in the place of this one; nothing: an empty disk.
  void replace_by(const InodePointer& image);

 private:
  void let_go_of_everything();
  static bool stands_on(const EntryOperation& later, const EntryOperation& earlier);
  static bool made_its_directory(const EntryOperation& later, const EntryOperation& earlier);
  std::vector<bool> surviving_operations(std::mt19937_64& random, unsigned chance_percent) const;
  void cut_entries(std::mt19937_64& random, unsigned chance_percent);
  void cut_contents(std::mt19937_64& random, unsigned chance_percent);
  void make_durable_state_live();
  std::vector<InodePointer> inodes_in_order();

  InodePointer root_;
  std::uint64_t last_number_ = 0;
  std::int64_t time_ns_;
  std::vector<EntryOperation> pending_;
  std::vector<std::weak_ptr<Inode>> inodes_;
};

}  // namespace tandem::support
