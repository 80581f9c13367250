// Looks at every commit at the moment it happens: I4 on all names, I3 (nothing changes that somebody else has
// locked, and fences never decrease) and I1 where a content changes, I5 where a
// mark goes and where a node is put out, I6 where a pair or the state of a node changes (whoever counts as
// holding everything does), and that no stamp ever names two contents. Knows which contents were current
// when, for I2.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "gateway/catalogue/records/keys.hpp"
#include "gateway/catalogue/records/records.hpp"
#include "tests/sim/runtime/scheduler.hpp"
#include "tests/sim/world/ledger.hpp"
#include "tests/support/memory_catalogue/memory_catalogue.hpp"

namespace tandem::sim {

class InvariantWatch {
 public:
  InvariantWatch(Scheduler& scheduler, const support::MemoryCatalogue& catalogue, Ledger& ledger,
                 std::uint32_t write_quorum)
      : scheduler_(scheduler), catalogue_(catalogue), ledger_(ledger), write_quorum_(write_quorum) {}

  void committed(const gateway::Transaction& transaction, Revision revision);
  std::uint64_t commits() const { return commits_; }

  // I2: some file had this content at the catalogue's revision `since` or later.
  bool was_current(const Digest& digest, Revision since) const;
  // Every commit that may still name these staged bytes has happened.
  bool was_committed(const ObjectId& id, const Stamp& stamp) const { return contents_.contains({id, stamp}); }

 private:
  using State = std::map<std::string, gateway::Entry>;
  struct Period {
    ObjectId id{};
    Revision until = 0;  // 0: current
  };
  void end_period(const ObjectId& id, Revision revision);
  void check_tokens(const State& state, const gateway::Transaction& transaction);
  void record_written(const State& state, const ObjectId& id, const gateway::ObjectRecord& record,
                      Revision revision);
  void content_committed(const State& state, const ObjectId& id, const gateway::ObjectRecord& record);
  void mark_erased(const State& state, const gateway::keys::MarkKey& mark);
  static bool comparing_will_find(const State& state, const gateway::keys::MarkKey& mark);
  void members_changed(const State& state);
  void check_members(const State& state, const gateway::PairRecord& pair);
  void check_holds_all(const State& state, const gateway::PairRecord& pair, const gateway::MemberRecord& who);

  Scheduler& scheduler_;
  const support::MemoryCatalogue& catalogue_;
  Ledger& ledger_;
  const std::uint32_t write_quorum_;
  std::uint64_t commits_ = 0;
  std::map<ObjectId, Stamp> stamps_{};
  std::map<std::pair<ObjectId, Stamp>, Digest> contents_{};
  std::map<ObjectId, Revision> removed_at_{};
  std::map<Digest, std::vector<Period>> periods_{};
  std::map<ObjectId, Digest> current_{};
  std::map<NodeId, Run> runs_{};
};

}  // namespace tandem::sim
