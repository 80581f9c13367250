// Looks at every commit at the moment it happens: I4 on all names, I1 where a content changes, I5 where a
// mark goes, and that no stamp ever names two contents.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "gateway/catalogue/records/keys.hpp"
#include "gateway/catalogue/records/records.hpp"
#include "tests/sim/runtime/scheduler.hpp"
#include "tests/sim/world/ledger.hpp"
#include "tests/support/memory_catalogue/memory_catalogue.hpp"

namespace tandem::sim {

class InvariantWatch {
 public:
  InvariantWatch(Scheduler& scheduler, const support::MemoryCatalogue& catalogue, const Ledger& ledger,
                 std::uint32_t write_quorum)
      : scheduler_(scheduler), catalogue_(catalogue), ledger_(ledger), write_quorum_(write_quorum) {}

  void committed(const gateway::Transaction& transaction, Revision revision);
  std::uint64_t commits() const { return commits_; }

 private:
  using State = std::map<std::string, gateway::Entry>;
  void record_written(const State& state, const ObjectId& id, const gateway::ObjectRecord& record);
  void content_committed(const State& state, const ObjectId& id, const gateway::ObjectRecord& record);
  void mark_erased(const State& state, const gateway::keys::MarkKey& mark);

  Scheduler& scheduler_;
  const support::MemoryCatalogue& catalogue_;
  const Ledger& ledger_;
  const std::uint32_t write_quorum_;
  std::uint64_t commits_ = 0;
  std::map<ObjectId, Stamp> stamps_{};
  std::map<std::pair<ObjectId, Stamp>, Digest> contents_{};
  std::map<ObjectId, Revision> removed_at_{};
};

}  // namespace tandem::sim
