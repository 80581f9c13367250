// Steps 3 and 4 of a settle call: the last word about each object, its sync, and what can go then.

#include "storaged/disk/objects/settler.hpp"

namespace tandem::storaged {

namespace {

NamesAttribute final_names(const SettleItem& item) {
  NamesAttribute names;
  names.settled = true;
  names.revision = item.revision;
  names.attributes = item.attributes;
  names.names = item.names;
  return names;
}

bool is_final_already(const std::optional<HeldObject>& held, const SettleItem& item) {
  if (!held || !held->settled()) return false;
  NamesAttribute present = *held->names;
  present.spilled_hash = 0;
  return present == final_names(item);
}

}  // namespace

Status Settler::finish(Call& call, Work& work) {
  if (!work.finish) return success();
  const SettleItem& item = work.item;
  if (item.removed) return shelf_.remove(item.id, *work.before);
  if (!work.replaced && is_final_already(work.before, item)) return success();
  const auto file = filesystem_.open(layout::object_path(item.id), OpenMode::read_write);
  if (!file.ok()) return file.error();
  Status status = (*file)->set_attributes(item.attributes);
  if (!status.ok()) return status;
  auto written = shelf_.write_names(**file, item.id, final_names(item), call.durable);
  if (!written.ok()) return written.error();
  work.settled = std::move(*written);
  return success();
}

Status Settler::sync_finished(Call& call, const std::vector<Work>& works) {
  bool removed = false;
  for (const Work& work : works) {
    removed = removed || work.item.removed;
    if (!work.finish || work.item.removed) continue;
    const auto file = filesystem_.open(layout::object_path(work.item.id), OpenMode::read_write);
    if (!file.ok()) return file.error();
    if (Status status = (*file)->sync(); !status.ok()) return status;
    if (Status status = sync_beside(work); !status.ok()) return status;
  }
  Status status = tree_.sync(call.changes.attributes_due);
  if (!status.ok() || !removed) return status;
  if (status = shelf_.sync_entries(); !status.ok()) return status;
  if (status = staging_.sync_entries(); !status.ok()) return status;
  return side_files_.sync();
}

// An earlier call that need not last may have brought what stands there now.
Status Settler::sync_beside(const Work& work) {
  const SettleItem& item = work.item;
  Status status = success();
  if (!work.replaced) status = side_files_.sync_checksums(item.id, item.stamp, item.size_bytes);
  const bool names_stay = !work.settled && work.before && work.before->names;
  if (!status.ok() || !names_stay) return status;
  return side_files_.sync_names(item.id, work.before->names->spilled_hash);
}

// Of a settled id only bytes staged for later are kept; a claim has served.
Status Settler::clean_up(Work& work) {
  if (!work.finish) return success();
  const SettleItem& item = work.item;
  if (item.removed) return shelf_.remove_spilled(item.id, work.under_way, std::nullopt);
  Status status = drop_outdated_bytes(item, work.before);
  if (!status.ok()) return status;
  if (item.source == SettleSource::claimed && staging_.claim_stands(item.id, item.claim))
    staging_.forget_claim(item.id);
  if (!work.settled) return success();
  if (work.before) status = shelf_.remove_spilled(item.id, work.before->names, work.settled);
  return status.ok() ? shelf_.remove_spilled(item.id, work.under_way, work.settled) : status;
}

// Its list of checksums too, unless somebody else staged the same stamp.
Status Settler::drop_staged(const StagedContent& staged) {
  Status status = staging_.drop(staged.key);
  if (!status.ok() || staging_.any_at(staged.key.id, staged.key.stamp)) return status;
  ContentAttribute content;
  content.id = staged.key.id;
  content.stamp = staged.key.stamp;
  content.size_bytes = staged.size_bytes;
  return side_files_.remove_checksums(content);
}

// The list of checksums may be the settled object's too.
Status Settler::drop_unneeded(const StagedContent& staged) {
  const auto encoded = filesystem_.attribute(layout::object_path(staged.key.id), layout::content_attribute);
  if (!encoded.ok() && encoded.code() != Code::not_found) return encoded.error();
  const auto settled = encoded.ok() && encoded->has_value() ? decode_content(**encoded) : std::nullopt;
  return settled && settled->stamp == staged.key.stamp ? staging_.drop(staged.key) : drop_staged(staged);
}

Status Settler::drop_outdated_bytes(const SettleItem& item, const std::optional<HeldObject>& before) {
  for (const StagedContent& staged : staging_.of(item.id)) {
    // Bytes at other stamps stay: of two writers side by side, the one that commits second may carry the
    // smaller stamp. Their client drops them, or whoever reaps it.
    if (staged.key.stamp != item.stamp) continue;
    if (Status status = staging_.drop(staged.key); !status.ok()) return status;
  }
  const bool outdated = before && before->content && before->content->stamp != item.stamp;
  if (!outdated || staging_.any_at(item.id, before->content->stamp)) return success();
  return side_files_.remove_checksums(*before->content);
}

}  // namespace tandem::storaged
