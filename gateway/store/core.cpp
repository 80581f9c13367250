#include "gateway/store/core.hpp"

#include <algorithm>

#include "gateway/catalogue/records/keys.hpp"
#include "gateway/heal/demand.hpp"

namespace tandem::gateway {
namespace {

Notice as_notice(Verdicts::Happening happening, const std::string& address, const std::string& reason) {
  switch (happening) {
    case Verdicts::Happening::connected:
      return {Notice::Kind::node_connected, address, {}, {}};
    case Verdicts::Happening::lost:
      return {Notice::Kind::node_lost, address, {}, reason};
    case Verdicts::Happening::regained:
      break;
  }
  return {Notice::Kind::node_regained, address, {}, {}};
}

// All but what it is marked for: it is not being compared, and need not be, as after a start from an old copy
// of its folder.
bool should_hold_the_rest(const MemberView& member) {
  if (member.state.filling) return false;
  const auto identity = member.node().identify()->collect();
  return identity && identity->run == member.record.run;
}

}  // namespace

Core::Core(StoreSeams seams)
    : config(std::move(seams.config)),
      runtime(*seams.runtime),
      notices(std::move(seams.notices)),
      transport(std::move(seams.transport)),
      engine(std::move(seams.catalogue)),
      paths(config.cache.entries),
      catalogue(*engine, config.cache.entries,
                [this](std::string_view key) {
                  paths.changed(key);
                  membership.changed(key);
                }),
      names(catalogue),
      locator(catalogue, names, paths),
      events(catalogue, runtime),
      membership(catalogue, *transport),
      verdicts(catalogue, membership, events, runtime,
               [this](auto happening, const auto& address, const auto& reason) {
                 notify(as_notice(happening, address, reason));
               }),
      admission(catalogue, membership, verdicts, events, runtime),
      replacement(catalogue, membership, events, runtime),
      operations(catalogue, runtime, {config.session.lease, config.timeouts.operation, seams.about}),
      tokens(catalogue, operations, runtime, seams.inherited,
             [this](const ObjectId& id) {
               const auto path = names.path_of(id);
               return path ? *path : std::string();
             }),
      placement(config.cluster.placement, random_number(runtime)),
      turns(runtime),
      read_services{verdicts,
                    turns,
                    runtime,
                    config.read.hedge,
                    config.timeouts.request,
                    [this](const MemberView& member, const ReadTarget& target, const Error& error) {
                      mark_bad_copy(member, target, error);
                    },
                    [this](const MemberView& member) {
                      notify({Notice::Kind::member_used, member.record.address, {}, "read"});
                    }},
      healer(catalogue, names, membership, read_services, verdicts, events, runtime,
             {config.limits.transfers, config.cluster.durable, config.heal.rate_bytes_per_second,
              config.heal.foreground_share}),
      heal_lease(catalogue, runtime, {config.session.lease, std::move(seams.about)}),
      filling(catalogue, membership, verdicts, runtime),
      reaper(catalogue, membership, verdicts, runtime),
      backlog_bound(catalogue, membership, events, runtime, config.limits.backlog_names),
      settles(catalogue, names, membership, verdicts, operations, runtime, config.cluster.durable) {}

void Core::notify(const Notice& notice) const {
  if (notices) notices(notice);
}

bool Core::admit_members_of(const PairView& pair) {
  bool admitted = admit_restarted_members_of(pair);
  for (const auto& member : pair.members) {
    if (member.out()) admitted = admission.admit(member.record.node).ok() || admitted;
  }
  return admitted;
}

bool Core::admit_restarted_members_of(const PairView& pair) {
  bool admitted = false;
  for (const auto& member : pair.members) {
    if (member.out() || !member.contact->restarted) continue;
    admitted = admission.admit(member.record.node).ok() || admitted;
  }
  return admitted;
}

Result<PathMap::Target> Core::resolve(std::string_view path, LastLink last) {
  auto target = locator.locate(path);
  if (!target || last == LastLink::itself || (*target)->record.kind != Kind::symlink) return target;
  auto followed = names.resolve(path, last);
  if (!followed) return std::move(followed).error();
  return std::make_shared<const Resolved>(*std::move(followed));
}

Result<std::string> Core::place_new_file(const ObjectId& directory, std::uint64_t size_bytes,
                                         std::span<const std::string> avoid) {
  const auto cluster = membership.view();
  if (!cluster) return cluster.error();
  std::vector<std::string> active;
  for (const auto& pair : (*cluster)->pairs) {
    if (pair.record.state == "active") active.push_back(pair.record.name);
  }
  placement.set_pairs(active);
  std::vector<std::string> avoided(avoid.begin(), avoid.end());
  for (const auto& pair : (*cluster)->pairs) {
    const bool all_lost = std::all_of(pair.members.begin(), pair.members.end(), [](const MemberView& member) {
      return member.out() || member.contact->lost;
    });
    if (all_lost) avoided.push_back(pair.record.name);
  }
  auto chosen = placement.choose({.directory = directory, .size_bytes = size_bytes, .avoid = avoided});
  if (chosen || avoided.size() == avoid.size()) return chosen;
  return placement.choose({.directory = directory, .size_bytes = size_bytes, .avoid = avoid});
}

Result<PairView> Core::pair(const std::string& name) {
  const auto view = membership.view();
  if (!view) return view.error();
  const PairView* pair = (*view)->pair(name);
  if (pair == nullptr) return Error{Code::unavailable, "the catalogue has no pair " + name};
  return *pair;
}

// The mark is only of use while the record is the one that was read.
void Core::mark_bad_copy(const MemberView& member, const ReadTarget& target, const Error& error) {
  const bool rotten = error.code == Code::corrupt;
  std::string path = target.path;
  if (path.empty()) {  // a healer's read
    if (auto found = names.path_of(target.id)) path = *std::move(found);
  }
  const Notice notice{Notice::Kind::damaged_copy, member.record.address, path, error.cause};
  if (rotten) notify(notice);
  const Mark mark{member.record.node, target.id, Kind::file, true};
  Transaction transaction;
  transaction.conditions.push_back(Condition::at(keys::record(target.id), target.revision));
  if (!add_mark(transaction, catalogue, mark, runtime.wall_now())) return;
  if (transaction.changes.empty()) {  // marked already: somebody waits for it
    put_demand(catalogue, member.record.node, target.id);
    return;
  }
  const bool lost = !rotten && should_hold_the_rest(member);
  if (lost) transaction.conditions.push_back(state_unchanged(member));
  if (rotten || lost) {
    EventRecord event{.kind = std::string(event_kind::copy_damaged),
                      .node = member.record.address,
                      .path = path,
                      .message = error.cause};
    if (!events.add(transaction, std::move(event))) return;
  }
  const auto commit = catalogue.commit(transaction);  // best effort: the next reader meets the copy again
  if (lost && commit && commit->committed) notify(notice);
}

}  // namespace tandem::gateway
