#include "gateway/store/open_store.hpp"

#include "gateway/store/cluster_store.hpp"

namespace tandem::gateway {

Result<std::unique_ptr<Store>> open_store(StoreSeams seams) {
  const Store::Lifetime lifetime = seams.lifetime;
  auto core = std::make_unique<Core>(std::move(seams));
  // What an earlier client left owed becomes marks before this one does anything.
  const auto reaped = core->reaper.reap();
  if (!reaped) return reaped.error();
  return std::unique_ptr<Store>(std::make_unique<ClusterStore>(std::move(core), lifetime, *reaped > 0));
}

}  // namespace tandem::gateway
