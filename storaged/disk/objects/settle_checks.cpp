// What a settle call may ask at all, before anything is touched.

#include "protocol/contract/limits.hpp"
#include "protocol/contract/paths.hpp"
#include "storaged/disk/objects/settler.hpp"

namespace tandem::storaged {

namespace {

constexpr std::size_t steps_max =
    std::size_t{64} * 1024;  // of one item; the size of the call bounds them before

Error refuse(const SettleItem& item, std::string cause) {
  return Error{Code::invalid, std::move(cause), to_string(item.id)};
}

bool is_reserved(const ObjectId& id) {
  return id == root_directory || id == layout::limbo_directory;
}

Status check_names(const SettleItem& item) {
  for (const Name& name : item.names) {
    if (Status status = check_name(name.name); !status.ok()) return status;
    if (name.directory == layout::limbo_directory) return refuse(item, "a name in no directory");
  }
  for (const DirectoryStep& step : item.directories) {
    if (step.id == root_directory) continue;
    if (Status status = check_name(step.name); !status.ok()) return status;
    if (is_reserved(step.id) || step.parent == layout::limbo_directory || step.id == step.parent)
      return refuse(item, "a chain of directories that cannot be");
  }
  return success();
}

Status check_item(const SettleItem& item) {
  if (item.kind != Kind::file && item.kind != Kind::directory)
    return Error{Code::unsupported, "this node keeps files and directories only", to_string(item.id)};
  if (is_reserved(item.id)) return refuse(item, "an id that is no object's");
  if (item.directories.size() > steps_max || item.names.size() > limits::names_per_object_max)
    return refuse(item, "too many names or directories");
  if (item.removed) return success();
  if (item.names.empty()) return refuse(item, "no name");
  if (item.kind == Kind::directory && item.names.size() != 1)
    return refuse(item, "a directory with several places");
  return check_names(item);
}

}  // namespace

Status check_settle_items(std::span<const SettleItem> items) {
  if (items.size() > limits::settle_items_max)
    return Error{Code::invalid, "too many items in one settle call"};
  for (const SettleItem& item : items)
    if (Status status = check_item(item); !status.ok()) return status;
  return success();
}

}  // namespace tandem::storaged
