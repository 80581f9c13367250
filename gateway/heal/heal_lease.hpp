// Keeps two clients from healing the same member at once, which would only be twice the work: what is right
// is decided by the guards of each commit, lease or not. It is a key that ends with the session of whoever
// holds it, and tells everybody how far that is.
//
// take() and holder() may be called at the same time; what take() gives is used by one thread at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "gateway/catalogue/names/cached_catalogue.hpp"
#include "gateway/catalogue/records/heal_record.hpp"
#include "protocol/contract/runtime.hpp"

namespace tandem::gateway {

class HealLease {
 public:
  struct Settings {
    Duration lease{};     // a holder that is silent for that long has lost it
    std::string about{};  // program, host, pid: told to others
  };
  class Held;

  HealLease(CachedCatalogue& catalogue, Runtime& runtime, Settings settings)
      : catalogue_(catalogue), runtime_(runtime), settings_(std::move(settings)) {}

  // Null: another client heals the member now. One that is known to be dead does not.
  Result<std::unique_ptr<Held>> take(const NodeId& node);
  // Who heals the member at present.
  Result<std::optional<HealRecord>> holder(const NodeId& node);

 private:
  Result<std::unique_ptr<Held>> try_take(const NodeId& node);

  CachedCatalogue& catalogue_;
  Runtime& runtime_;
  const Settings settings_;
};

// Given back when destroyed.
class HealLease::Held {
 public:
  Held(CachedCatalogue& catalogue, Runtime& runtime, std::unique_ptr<Session> session, std::string key,
       Revision revision, HealRecord record);

  // Writes down how far the heal is, at most once a second. Best effort.
  void tell(std::uint64_t healed, std::uint64_t bytes);

 private:
  CachedCatalogue& catalogue_;
  Runtime& runtime_;
  const std::unique_ptr<Session> session_;
  const std::string key_;
  const Instant begun_;
  Instant told_;
  Revision revision_;
  HealRecord record_;
};

}  // namespace tandem::gateway
