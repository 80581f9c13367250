// Settle: makes this node match versions of records (DESIGN: "the greater record revision wins", per id, per
// path, per directory). A call goes through its items in four steps, so that a crash between any two
// operations leaves a node whose next settle ends right, and whose inventory does not claim to be current:
//   1. in memory and on the tree: names marked "under way", bytes renamed over the object, links laid;
//   2. when durable: every directory concerned synced, each once, together with other calls';
//   3. the final attributes: names and revision of each object, revisions of directories; removed objects go;
//   4. when durable: those synced. Then what nothing needs any more is dropped.
// Locks: those of all ids in the call, in order, throughout; the tree's within steps 1 and 3.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "protocol/contract/node_service.hpp"
#include "storaged/disk/filesystem.hpp"
#include "storaged/disk/objects/keyed_locks.hpp"
#include "storaged/disk/objects/object_shelf.hpp"
#include "storaged/disk/objects/settle_rules.hpp"
#include "storaged/disk/objects/staging_area.hpp"
#include "storaged/disk/objects/tree_view.hpp"

namespace tandem::storaged {

class Settler {
 public:
  Settler(Filesystem& filesystem, KeyedLocks& locks, ObjectShelf& shelf, StagingArea& staging,
          SideFiles& side_files, TreeView& tree, DirectoryIndex& index, const SettleRules& rules)
      : filesystem_(filesystem),
        locks_(locks),
        shelf_(shelf),
        staging_(staging),
        side_files_(side_files),
        tree_(tree),
        index_(index),
        rules_(rules) {}

  // One answer per item. An error concerns the whole call: nothing of it is confirmed, and it may be
  // repeated.
  Result<std::vector<Answer>> settle(const ClusterId& cluster, std::span<const SettleItem> items,
                                     bool durable);

  // Removes staged bytes nobody will settle; under the id's lock.
  Status drop_unneeded(const StagedContent& staged);

 private:
  struct Work {
    explicit Work(const SettleItem& its_item) : item(its_item) {}
    const SettleItem& item;
    Answer answer = Answer::ok;
    bool finish = false;                        // step 3 has something to do
    bool replaced = false;                      // other bytes are the object's now
    std::optional<HeldObject> before{};         // what objects/ held, its file closed
    std::optional<NamesAttribute> under_way{};  // written in step 1
    std::optional<NamesAttribute> settled{};    // written in step 3
  };
  struct Call {
    ClusterId cluster{};
    bool durable = false;
    TreeChanges changes{};
  };

  Result<std::vector<Answer>> settle_distinct(Call& call, std::span<const SettleItem> items);
  Status run_steps(Call& call, std::vector<Work>& works);

  Status prepare(Call& call, Work& work);
  Status prepare_file(Call& call, Work& work);
  Status prepare_removal(Call& call, Work& work);
  Result<Answer> settle_directory(Call& call, const SettleItem& item);
  Result<std::optional<StagedContent>> choose_bytes(const Call& call, Work& work);
  Result<Answer> lay_chain(Call& call, const SettleItem& item);
  Status find_lost_names(Work& work);
  Status mark_under_way(Call& call, Work& work, File& file);
  Status sync_staged(File& file, const StagedContent& staged);
  Status use_staged(Call& call, Work& work, const StagedContent& staged);
  Status show_names(Call& call, Work& work);

  Status finish(Call& call, Work& work);
  Status sync_finished(Call& call, const std::vector<Work>& works);
  Status sync_beside(const Work& work);
  Status clean_up(Work& work);
  Status drop_staged(const StagedContent& staged);
  Status drop_outdated_bytes(const SettleItem& item, const std::optional<HeldObject>& before);

  Filesystem& filesystem_;
  KeyedLocks& locks_;
  ObjectShelf& shelf_;
  StagingArea& staging_;
  SideFiles& side_files_;
  TreeView& tree_;
  DirectoryIndex& index_;
  const SettleRules rules_;
};

// `invalid` when an item breaks a limit or contradicts itself, `unsupported` for kinds this node cannot show.
Status check_settle_items(std::span<const SettleItem> items);

}  // namespace tandem::storaged
