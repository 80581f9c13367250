#include "gateway/placement/locator.hpp"

#include <utility>

namespace tandem::gateway {

Result<Located> Locator::locate(std::string_view path) {
  if (!catalogue_.current()) {
    if (Status status = catalogue_.refresh(); !status.ok()) return std::move(status).error();
  }
  if (catalogue_.current()) {
    if (auto known = map_.find(path)) return *std::move(known);
  }
  const PathMap::Ticket ticket = map_.ticket();
  auto walk = names_.walk(path);
  if (!walk.ok()) return std::move(walk).error();
  const Resolved& target = walk->target;
  Located located{target.id, target.record.kind, target.record.pair};
  // Of a catalogue that cannot tell what changed, nothing is learnt here either.
  if (catalogue_.engine().known_revision()) map_.remember(path, walk->steps, located, ticket);
  return located;
}

}  // namespace tandem::gateway
