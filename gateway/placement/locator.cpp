#include "gateway/placement/locator.hpp"

#include <memory>
#include <utility>

namespace tandem::gateway {

Result<PathMap::Target> Locator::locate(std::string_view path) {
  if (!catalogue_.current()) {
    if (Status status = catalogue_.refresh(); !status.ok()) return std::move(status).error();
  }
  if (catalogue_.current()) {
    if (auto known = map_.find(path)) return known;
  }
  const PathMap::Ticket ticket = map_.ticket();
  auto walk = names_.walk(path);
  if (!walk.ok()) return std::move(walk).error();
  const auto target = std::make_shared<const Resolved>(std::move(walk->target));
  // Of a catalogue that cannot tell what changed, nothing is learnt here either.
  if (catalogue_.engine().known_revision()) map_.remember(path, walk->steps, target, ticket);
  return target;
}

}  // namespace tandem::gateway
