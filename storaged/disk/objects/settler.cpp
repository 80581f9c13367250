#include "storaged/disk/objects/settler.hpp"

#include <algorithm>
#include <unordered_set>

namespace tandem::storaged {

namespace {

// Revisions under way are forgotten with the call, however it ends.
class UnderWay {
 public:
  UnderWay(ObjectShelf& shelf, std::span<const SettleItem> items) : shelf_(shelf), items_(items) {}
  UnderWay(const UnderWay&) = delete;
  UnderWay& operator=(const UnderWay&) = delete;
  ~UnderWay() {
    for (const SettleItem& item : items_) shelf_.end_under_way(item.id);
  }

 private:
  ObjectShelf& shelf_;
  std::span<const SettleItem> items_;
};

std::vector<Name> united(std::vector<Name> names, const std::vector<Name>& more) {
  for (const Name& name : more)
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  return names;
}

bool same_content(const HeldObject& held, const SettleItem& item) {
  return held.intact_at(item.stamp) && held.content->digest == item.digest &&
         held.content->size_bytes == item.size_bytes;
}

}  // namespace

Result<std::vector<Answer>> Settler::settle(const ClusterId& cluster, std::span<const SettleItem> items,
                                            bool durable) {
  if (const Status status = check_settle_items(items); !status.ok()) return status.error();
  std::vector<ObjectId> ids;
  for (const SettleItem& item : items) ids.push_back(item.id);
  const auto guard = locks_.lock_all(std::move(ids));
  if (!guard.ok()) return guard.error();
  std::vector<Answer> answers;
  while (answers.size() < items.size()) {  // an id that comes twice begins a new round
    const auto rest = items.subspan(answers.size());
    std::unordered_set<ObjectId> seen;
    std::size_t count = 0;
    while (count < rest.size() && seen.insert(rest[count].id).second) ++count;
    Call call{cluster, durable, {}};
    const auto round = settle_distinct(call, rest.first(count));
    if (!round.ok()) return round.error();
    answers.insert(answers.end(), round->begin(), round->end());
  }
  return answers;
}

Result<std::vector<Answer>> Settler::settle_distinct(Call& call, std::span<const SettleItem> items) {
  const UnderWay under_way(shelf_, items);
  std::vector<Work> works;
  works.reserve(items.size());
  for (const SettleItem& item : items) works.emplace_back(item);
  const Status status = run_steps(call, works);
  if (!status.ok()) return status.error();
  std::vector<Answer> answers;
  answers.reserve(works.size());
  for (const Work& work : works) answers.push_back(work.answer);
  return answers;
}

Status Settler::run_steps(Call& call, std::vector<Work>& works) {
  Status status = success();
  for (Work& work : works) {
    if (status = prepare(call, work); status.ok()) continue;
    if (const auto guard = tree_.lock(); guard.ok()) (void)tree_.tidy(call.changes);  // as far as it goes
    return status;
  }
  if (call.durable) {
    if (status = tree_.sync(call.changes.to_sync); !status.ok()) return status;
    if (status = shelf_.sync_entries(); !status.ok()) return status;
  }
  for (Work& work : works)
    if (status = finish(call, work); !status.ok()) return status;
  {
    const auto guard = tree_.lock();
    if (!guard.ok()) return guard.error();
    if (status = tree_.write_due_attributes(call.changes); !status.ok()) return status;
  }
  if (call.durable)
    if (status = sync_finished(call, works); !status.ok()) return status;
  for (Work& work : works)
    if (status = clean_up(work); !status.ok()) return status;
  return success();
}

Status Settler::prepare(Call& call, Work& work) {
  if (work.item.kind == Kind::directory) {
    const auto answer = settle_directory(call, work.item);
    if (!answer.ok()) return answer.error();
    work.answer = *answer;
    return success();
  }
  return work.item.removed ? prepare_removal(call, work) : prepare_file(call, work);
}

Result<Answer> Settler::lay_chain(Call& call, const SettleItem& item) {
  Result<Answer> answer = Answer::ok;
  for (const DirectoryStep& step : item.directories) {
    answer = tree_.lay(step, call.changes);
    if (!answer.ok() || *answer != Answer::ok) return answer;
  }
  if (item.kind == Kind::directory)
    return tree_.lay({item.id, item.revision, item.names.front().directory, item.names.front().name},
                     call.changes);
  for (const Name& name : item.names)
    if (!index_.has(name.directory)) return Answer::again;
  return answer;
}

Result<Answer> Settler::settle_directory(Call& call, const SettleItem& item) {
  const auto guard = tree_.lock();
  if (!guard.ok()) return guard.error();
  if (!index_.tell(item.id, item.revision))
    return Error{Code::unavailable, "no more room to remember revisions of directories"}.hint(
        "restart this storaged");
  Result<Answer> answer = Answer::ok;
  if (item.removed) {
    const Status status = tree_.remove_directory(item.id, call.changes);
    if (!status.ok()) return status.error();
  } else if (index_.has(item.id)) {
    answer = lay_chain(call, item);
    if (!answer.ok()) return answer;
  }
  const Status tidied = tree_.tidy(call.changes);
  if (!tidied.ok()) return tidied.error();
  return answer;
}

// Drops staged bytes and claims at once; the object itself goes in step 3, when its links are surely gone.
Status Settler::prepare_removal(Call& call, Work& work) {
  const SettleItem& item = work.item;
  staging_.forget_claim(item.id);
  for (const StagedContent& staged : staging_.of(item.id))
    if (Status status = drop_staged(staged); !status.ok()) return status;
  auto held = shelf_.load(item.id, call.cluster);
  if (!held.ok()) return held.error();
  if (!held->has_value()) return success();
  work.before = std::move(**held);
  work.finish = true;
  Status status = find_lost_names(work);
  if (!status.ok() || !work.before->names) return status;
  const auto file = filesystem_.open(layout::object_path(item.id), OpenMode::read_write);
  if (!file.ok()) return file.error();
  status = mark_under_way(call, work, **file);
  if (!status.ok()) return status;
  const auto guard = tree_.lock();
  if (!guard.ok()) return guard.error();
  for (const Name& name : work.before->names->names) {
    status = tree_.hide(item.id, work.before->status.inode, name, call.changes);
    if (!status.ok()) return status;
  }
  return tree_.tidy(call.changes);
}

Result<std::optional<StagedContent>> Settler::choose_bytes(const Call& call, Work& work) {
  const SettleItem& item = work.item;
  const bool held_already = work.before && same_content(*work.before, item);
  const bool by_claim = item.source == SettleSource::claimed &&
                        (!rules_.claims_stand || staging_.claim_stands(item.id, item.claim));
  const bool by_sender = item.source == SettleSource::staged || !rules_.sources_checked;
  std::vector<layout::StagedKey> candidates;
  if (by_claim) candidates.push_back({item.id, item.stamp, item.claim});
  if ((by_claim || by_sender) && !held_already) candidates.push_back({item.id, item.stamp, 0});
  for (const layout::StagedKey& key : candidates) {
    const auto staged = staging_.find(key);
    if (!staged) continue;
    const auto found = shelf_.load_staged(key, call.cluster);
    if (!found.ok()) return found.error();
    if (found->has_value() && same_content(**found, item)) return staged;
    work.answer = Answer::damaged;
  }
  if (held_already) {
    work.answer = Answer::ok;
  } else if (work.answer == Answer::ok) {
    const bool unusable =
        work.before && (!work.before->intact() || work.before->content->stamp == item.stamp);
    work.answer = unusable ? Answer::damaged : Answer::absent;
  }
  return std::optional<StagedContent>();
}

Status Settler::prepare_file(Call& call, Work& work) {
  const SettleItem& item = work.item;
  auto held = shelf_.load(item.id, call.cluster);
  if (!held.ok()) return held.error();
  if (held->has_value()) {
    work.before = std::move(**held);
    if (work.before->revision() > item.revision) {
      work.answer = Answer::newer;
      return success();
    }
    if (Status status = find_lost_names(work); !status.ok()) return status;
  }
  const auto staged = choose_bytes(call, work);
  if (!staged.ok()) return staged.error();
  if (!staged->has_value() && work.answer != Answer::ok) return success();
  const auto guard = tree_.lock();
  if (!guard.ok()) return guard.error();
  const auto laid = lay_chain(call, item);
  if (!laid.ok()) return laid.error();
  work.answer = *laid;
  if (*laid != Answer::ok) return tree_.tidy(call.changes);
  Status status = success();
  if (staged->has_value()) status = use_staged(call, work, **staged);
  if (status.ok()) status = show_names(call, work);
  if (!status.ok()) return status;
  work.finish = true;
  return tree_.tidy(call.changes);
}

// An object whose attribute of names is damaged may be shown anywhere: whoever moves or removes it has to
// know. Not so one that is another object's file: its links are that one's names.
Status Settler::find_lost_names(Work& work) {
  if (work.before->names || work.before->of_another_id || work.before->status.links < 2) return success();
  const auto guard = tree_.lock();
  if (!guard.ok()) return guard.error();
  auto places = tree_.places_showing(work.before->status.inode);
  if (!places.ok()) return places.error();
  work.before->names.emplace();
  work.before->names->settled = false;
  work.before->names->names = std::move(*places);
  return success();
}

// From here to step 3 the attribute lists every name that may be linked, and does not count as settled. Its
// revision is that of this settle already: should the rest fail, an older call must not come and win.
Status Settler::mark_under_way(Call& call, Work& work, File& file) {
  NamesAttribute names;
  if (work.before && work.before->names) names = *work.before->names;
  names.settled = false;
  names.revision = std::max(names.revision, work.item.revision);
  names.names = united(std::move(names.names), work.item.names);
  auto written = shelf_.write_names(file, work.item.id, std::move(names), call.durable);
  if (!written.ok()) return written.error();
  work.under_way = std::move(*written);
  return success();
}

Status Settler::sync_staged(File& file, const StagedContent& staged) {
  Status status = file.sync();
  if (!status.ok()) return status;
  return side_files_.sync_checksums(staged.key.id, staged.key.stamp, staged.size_bytes);
}

Status Settler::use_staged(Call& call, Work& work, const StagedContent& staged) {
  auto file = filesystem_.open(layout::staged_path(staged.key), OpenMode::read_write);
  if (!file.ok()) return file.error();
  Status status = mark_under_way(call, work, **file);
  if (status.ok() && call.durable && !staged.synced) status = sync_staged(**file, staged);
  if (!status.ok()) return status;
  const auto found = (*file)->status();
  if (!found.ok()) return found.error();
  HeldObject bytes;
  bytes.status = *found;
  status = shelf_.put_in_place(staged.key, bytes, work.before);
  if (!status.ok()) return status;
  staging_.forget(staged.key);
  work.replaced = true;
  return success();
}

Status Settler::show_names(Call& call, Work& work) {
  const SettleItem& item = work.item;
  const std::string path = layout::object_path(item.id);
  const bool same_names = work.before && work.before->settled() && work.before->names->names == item.names;
  if (!work.replaced && !same_names) {
    const auto file = filesystem_.open(path, OpenMode::read_write);
    if (!file.ok()) return file.error();
    if (Status status = mark_under_way(call, work, **file); !status.ok()) return status;
  }
  const auto now = filesystem_.status(path);
  if (!now.ok()) return now.error();
  const std::uint64_t previous = work.before ? work.before->status.inode : 0;
  if (work.under_way)
    for (const Name& name : work.under_way->names) {
      if (std::find(item.names.begin(), item.names.end(), name) != item.names.end()) continue;
      Status status = tree_.hide(item.id, previous, name, call.changes);
      if (!status.ok()) return status;
    }
  for (const Name& name : item.names) {
    Status status = tree_.show({item.id, now->inode, previous, item.revision}, name, call.changes);
    if (!status.ok()) return status;
  }
  shelf_.set_under_way(item.id, item.revision);
  return success();
}

}  // namespace tandem::storaged
