// Settles the nodes behind the answer (D6): what committed transactions owe is brought to the nodes in
// batches by one background task; the first change waits a little for others to be told with it, unless
// somebody waits for everything to be settled. What a node cannot be told becomes a mark; then the slot of
// the transaction is given back. So nothing owed is ever lost: it stands in a slot or in a mark.
//
// add() and drain() may be called at the same time from anywhere.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "gateway/catalogue/names/names.hpp"
#include "gateway/catalogue/operations/operations.hpp"
#include "gateway/nodes/verdicts.hpp"
#include "gateway/pair/marks.hpp"
#include "gateway/pair/mirrored_upload.hpp"

namespace tandem::gateway {

class SettleQueue {
 public:
  struct Work {
    Operations::Ticket ticket{};
    std::vector<Owed> owed{};
    std::vector<NodeId> marked{};  // members whose mark the transaction itself has put
    ObjectId staged_id{};          // what this process has staged for the transaction, if anything
    Stamp staged_stamp{};
    std::vector<Holder> holders{};
  };

  SettleQueue(CachedCatalogue& catalogue, Names& names, Membership& membership, Verdicts& verdicts,
              Operations& operations, Runtime& runtime, bool durable);
  ~SettleQueue();  // stops; what is still owed stays in the slots

  void add(Work work);
  // Whether nothing is owed any longer, waiting until `deadline`.
  bool drain(Instant deadline);
  std::size_t owed() const;

 private:
  struct Target {  // one id on its way to one node
    NodeId node{};
    Owed owed{};
    bool staged_here = false;
  };
  using Items = std::map<ObjectId, SettleItem>;

  void run();
  std::vector<Work> take();
  bool settle(const std::vector<Work>& works);
  std::vector<Target> targets_of(const std::vector<Work>& works, const ClusterView& cluster,
                                 const Items& items) const;
  Result<Items> items_of(const std::vector<Work>& works);
  std::vector<Target> settle_round(const ClusterView& cluster, const std::vector<Target>& targets,
                                   Items& items, std::vector<Mark>& failed);
  void gather(std::unique_lock<std::mutex>& lock);
  void pause();

  CachedCatalogue& catalogue_;
  Names& names_;
  Membership& membership_;
  Verdicts& verdicts_;
  Operations& operations_;
  Runtime& runtime_;
  const bool durable_;
  mutable std::mutex mutex_;
  std::deque<Work> waiting_;
  Instant waiting_since_{};  // since when some wait; those behind them as well
  std::size_t under_way_ = 0;
  std::size_t drainers_ = 0;
  bool stopping_ = false;
  std::unique_ptr<Signal> changed_;
  std::unique_ptr<Task> task_;
};

}  // namespace tandem::gateway
