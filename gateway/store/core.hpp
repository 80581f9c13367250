// The wiring: every part of the gateway, made once and tied together. The facade and the background work
// stand on it. Members are made in this order and ended in the opposite one.
#pragma once

#include <memory>
#include <vector>

#include "gateway/catalogue/names/names.hpp"
#include "gateway/catalogue/operations/operations.hpp"
#include "gateway/heal/backlog_bound.hpp"
#include "gateway/heal/filling.hpp"
#include "gateway/heal/heal_lease.hpp"
#include "gateway/heal/healer.hpp"
#include "gateway/heal/reaper.hpp"
#include "gateway/nodes/admission.hpp"
#include "gateway/nodes/replacement.hpp"
#include "gateway/nodes/verdicts.hpp"
#include "gateway/pair/read_turns.hpp"
#include "gateway/pair/settle_queue.hpp"
#include "gateway/pair/verified_read.hpp"
#include "gateway/placement/locator.hpp"
#include "gateway/placement/placement.hpp"
#include "gateway/store/open_store.hpp"
#include "gateway/tokens/tokens.hpp"

namespace tandem::gateway {

struct Core {
  explicit Core(StoreSeams seams);

  const Config config;
  Runtime& runtime;
  const NoticeSink notices;
  const std::unique_ptr<Transport> transport;
  const std::unique_ptr<Catalogue> engine;
  PathMap paths;
  CachedCatalogue catalogue;
  Names names;
  Locator locator;
  EventLog events;
  Membership membership;
  Verdicts verdicts;
  Admission admission;
  Replacement replacement;
  Operations operations;
  Tokens tokens;
  Placement placement;
  ReadTurns turns;
  ReadServices read_services;
  Healer healer;
  HealLease heal_lease;
  Filling filling;
  Reaper reaper;
  BacklogBound backlog_bound;
  SettleQueue settles;

  void notify(const Notice& notice) const;
  void mark_bad_copy(const MemberView& member, const ReadTarget& target, const Error& error);
  // Admits every member of the pair that is out or runs in another life; whether one was. For who could not
  // do without them: a member that flaps comes back by it at once.
  bool admit_members_of(const PairView& pair);
  // Admits those that are in and run in another life; whether one was.
  bool admit_restarted_members_of(const PairView& pair);
  // What a path leads to now, by the path map where that is current. Never null.
  Result<PathMap::Target> resolve(std::string_view path, LastLink last);
  // The pair a new file goes to, none of `avoid`.
  Result<std::string> place_new_file(const ObjectId& directory, std::uint64_t size_bytes,
                                     std::span<const std::string> avoid);
  // The pair's present view; `unavailable` when the catalogue names none of that name.
  Result<PairView> pair(const std::string& name);
};

}  // namespace tandem::gateway
