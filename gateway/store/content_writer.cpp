#include "gateway/store/content_writer.hpp"

#include <algorithm>

#include "gateway/catalogue/records/keys.hpp"
#include "gateway/store/commit_plan.hpp"
#include "gateway/store/new_object_id.hpp"
#include "gateway/store/write_at_once.hpp"

namespace tandem::gateway {
namespace {

constexpr int looks_max = 8;

bool needs_base(const WriteOptions& options) {
  return options.where != WriteOptions::Where::replace;
}

}  // namespace

ContentWriter::ContentWriter(Core& core, std::string path, const WriteOptions& options, TokenTaken token,
                             std::vector<std::string> avoid)
    : core_(core),
      path_(std::move(path)),
      options_(options),
      token_(token),
      avoid_(std::move(avoid)),
      permit_(core.tokens, core.runtime, core.config.timeouts.lock_wait) {}

Result<std::unique_ptr<ContentWriter>> ContentWriter::open(Core& core, std::string path,
                                                           const WriteOptions& options, TokenTaken token,
                                                           std::vector<std::string> avoid) {
  std::unique_ptr<ContentWriter> writer(
      new ContentWriter(core, std::move(path), options, token, std::move(avoid)));
  for (const auto step :
       {&ContentWriter::choose_object, &ContentWriter::choose_pair, &ContentWriter::begin_upload}) {
    if (auto done = (writer.get()->*step)(); !done) {
      Error error = std::move(done).error();
      if (error.path.empty()) error.path = writer->path_;
      return error;
    }
  }
  return writer;
}

// A new file must not stand behind a link; any other content goes to where the path leads.
Result<Place> ContentWriter::present_place() {
  return core_.names.place(path_, options_.must_create ? LastLink::itself : LastLink::followed);
}

Status ContentWriter::create_empty(const Place& place) {
  auto directory = core_.names.path_of(place.directory);
  if (!directory) return std::move(directory).error();
  const WriteOptions options{.must_create = true, .attributes = options_.attributes};
  auto created = write_at_once(core_, *directory + "/" + place.name, {}, options);
  if (!created && created.code() != Code::exists) return std::move(created).error();
  return success();
}

std::optional<Stamp> ContentWriter::replaced() const {
  if (!place_.occupant) return std::nullopt;
  return place_.occupant->record.stamp;
}

// The place, with the token of the file that stands there if it is to be taken now or held already. What
// stands there is looked at again once the token is held: from then on it does not change.
Status ContentWriter::find_place() {
  if (auto held = core_.tokens.check_locks(); !held) return held;
  for (int look = 0; look < looks_max; ++look) {
    auto place = present_place();
    if (!place) return std::move(place).error();
    const bool is_same = place_.occupant && place->occupant && place_.occupant->id == place->occupant->id;
    place_ = std::move(*place);
    if (!is_same) fence_.reset();  // it was another object's
    if (is_same || !place_.occupant || place_.occupant->record.kind != Kind::file) return success();
    const auto present = permit_.present_fence(place_.occupant->id);
    if (!present) return present.error();
    fence_ = *present;
    if (fence_ || token_ == TokenTaken::in_commit) return success();
    const auto taken = permit_.take_content(place_.occupant->id);
    if (!taken && taken.code() == Code::not_found) continue;
    if (!taken) return taken.error();
    fence_ = *taken;
  }
  return Error{Code::unavailable, "others keep changing what stands there"}.hint("try again");
}

// What is written to: the object that stands at the path, or a new one.
Status ContentWriter::choose_object() {
  if (auto found = find_place(); !found) return found;
  if (place_.occupant && options_.must_create) return Error{Code::exists, "it exists"};
  if (!place_.occupant && options_.where == WriteOptions::Where::offset && options_.offset > 0) {
    // The gap before the offset is the base's business; an empty file is base enough.
    if (auto created = create_empty(place_); !created) return created;
    if (auto found = find_place(); !found) return found;
  }
  if (!place_.occupant) {
    id_ = new_object_id(core_.runtime);
    return success();
  }
  const ObjectRecord& record = place_.occupant->record;
  if (record.kind == Kind::directory) return Error{Code::is_directory, "it is a directory"};
  if (record.kind != Kind::file) return Error{Code::unsupported, "it is not a regular file"};
  id_ = place_.occupant->id;
  if (needs_base(options_)) {
    const bool append = options_.where == WriteOptions::Where::append;
    base_ = StageBase{record.stamp, append ? record.size_bytes : options_.offset};
  }
  return success();
}

Status ContentWriter::choose_pair() {
  if (place_.occupant) {
    pair_name_ = place_.occupant->record.pair;
    return success();
  }
  auto pair = core_.place_new_file(place_.directory, options_.size_bytes.value_or(0), avoid_);
  if (!pair) return std::move(pair).error();
  pair_name_ = std::move(*pair);
  return success();
}

Status ContentWriter::begin_upload() {
  const auto stamped =
      core_.operations.next_stamp(fence_, place_.occupant ? place_.occupant->revision : Revision{0});
  if (!stamped) return stamped.error();
  stamp_ = stamped->stamp;
  session_ = stamped->session;
  auto pair = core_.pair(pair_name_);
  if (!pair) return std::move(pair).error();
  if (core_.admit_restarted_members_of(*pair)) {
    pair = core_.pair(pair_name_);
    if (!pair) return std::move(pair).error();
  }
  const StageRequest request{.id = id_,
                             .stamp = stamp_,
                             .session = session_,
                             .size_bytes = options_.size_bytes,
                             .base = base_,
                             .durable = core_.config.cluster.durable};
  upload_ =
      std::make_unique<MirroredUpload>(*pair, request, core_.config.cluster.write_quorum, core_.verdicts);
  return success();
}

Status ContentWriter::write(std::span<const std::byte> bytes) {
  auto written = upload_->write(bytes);
  if (!written) return std::move(written).error().at(path_);
  return written;
}

Result<Item> ContentWriter::commit() {
  auto content = upload_->finish();
  // A member that was restarted, or is recorded out although it may be back, can be let in for another try.
  another_try_ = !upload_->restarted().empty();
  if (!content) {
    if (content.code() == Code::unavailable) {
      if (const auto pair = core_.pair(pair_name_); pair)
        another_try_ = core_.admit_members_of(*pair) || another_try_;
    }
    return std::move(content).error().at(path_);
  }
  if (another_try_ && can_start_again_) {
    discard(*content);
    return Error{Code::stale, "a member was restarted meanwhile", path_};
  }
  another_try_ = false;
  const Instant deadline = core_.runtime.now() + core_.config.timeouts.operation;
  for (int attempt = 0; attempt == 0 || core_.runtime.now() < deadline; ++attempt) {
    conflict_.reset();
    auto item = try_commit(*content);
    if (item || !conflict_) {
      if (!item && item.code() != Code::outcome_unknown) discard(*content);
      if (!item && item.error().path.empty()) return std::move(item).error().at(path_);
      return item;
    }
    const auto cleared = permit_.clear_way(*conflict_);
    if (!cleared) {
      discard(*content);
      return Error(cleared.error()).at(path_);
    }
    if (!*cleared) wait_after_conflict(core_, attempt);
  }
  discard(*content);
  return Error{Code::unavailable, "others keep changing it", path_}.hint("try again");
}

Result<Item> ContentWriter::try_commit(const StagedContent& content) {
  const auto pair = core_.pair(pair_name_);
  if (!pair) return pair.error();
  auto holders = present_holders(*pair, content);
  if (!holders) return std::move(holders).error();
  auto planned = plan(content);
  if (!planned) return std::move(planned).error();

  StagedContent held = content;
  held.holders = std::move(*holders);
  SettleQueue::Work work;
  work.owed = planned->owed;
  work.staged_id = id_;
  work.staged_stamp = stamp_;
  work.holders = held.holders;
  if (auto guarded = guard_pair(*pair, held, *planned, work); !guarded) return std::move(guarded).error();
  if (auto permitted = permit_.guard(planned->transaction); !permitted) return std::move(permitted).error();
  auto committed = core_.operations.commit(planned->transaction, work.owed, session_);
  if (!committed) {
    session_ended_ = committed.code() == Code::stale;
    another_try_ = session_ended_;  // under another session, with another stamp
    return std::move(committed).error();
  }
  if (!committed->commit.committed) {
    conflict_ = std::move(committed->commit);
    return Error{Code::stale, "another client was first"};
  }
  work.ticket = std::move(committed->ticket);
  core_.settles.add(std::move(work));
  for (const auto& holder : held.holders) {
    const MemberView* member = pair->member(holder.node);
    if (member != nullptr)
      core_.notify({Notice::Kind::member_used, member->record.address, path_, "written"});
  }
  for (const auto& change : planned->transaction.changes) {
    if (change.key != keys::record(id_)) continue;
    const auto record = decode<ObjectRecord>(change.value);
    if (record) return to_item(place_.name, id_, committed->commit.revision, *record);
  }
  return Error{Code::corrupt, "a content was committed without its record"};
}

// Members which still hold the staged bytes: one that was restarted since is asked.
Result<std::vector<Holder>> ContentWriter::present_holders(const PairView& pair,
                                                           const StagedContent& content) {
  std::vector<Holder> holders;
  for (const auto& holder : content.holders) {
    const MemberView* member = pair.member(holder.node);
    if (member == nullptr) continue;
    bool holds = member->record.run == holder.run;
    if (!holds) {
      const auto states = member->node().look(member->guard, std::span(&id_, 1), 0)->collect();
      holds = states && !states->empty() &&
              std::find((*states)[0].staged.begin(), (*states)[0].staged.end(), stamp_) !=
                  (*states)[0].staged.end();
    }
    if (holds) holders.push_back({holder.node, member->record.run});
  }
  if (holders.size() >= core_.config.cluster.write_quorum) return holders;
  return Error{Code::unavailable, "too few members of " + pair_name_ + " still hold the content"}.hint(
      "try again");
}

bool ContentWriter::another_pair_could_help(const Error& error) const {
  return !another_try_ && !place_.occupant &&
         (error.code == Code::unavailable || error.code == Code::no_space);
}

// What the names say now decides: the file may have been moved, changed, removed or made meanwhile.
Result<Plan> ContentWriter::plan(const StagedContent& content) {
  const WallTime now = core_.runtime.wall_now();
  if (!place_.occupant) {
    auto place = present_place();
    if (!place) return std::move(place).error();
    if (place->occupant) {
      another_try_ = !options_.must_create;
      return another_try_ ? Error{Code::stale, "another client has made the file meanwhile"}
                          : Error{Code::exists, "it exists"};
    }
    place_ = std::move(*place);
    ObjectRecord record{.kind = Kind::file,
                        .pair = pair_name_,
                        .stamp = stamp_,
                        .size_bytes = content.size_bytes,
                        .digest = content.digest,
                        .attributes = {.modified_ns = now}};
    if (options_.attributes) record.attributes = *options_.attributes;
    return core_.names.plan_create(place_, id_, std::move(record));
  }
  auto present = core_.names.record(id_);
  if (!present) {
    if (present.code() != Code::not_found) return std::move(present).error();
    another_try_ = true;
    return Error{Code::stale, "another client has removed the file meanwhile"};
  }
  const bool base_moved = base_ && present->record.stamp != base_->stamp;
  // The fences of a file's contents never decrease.
  const bool fence_passed = present->record.stamp.fence > stamp_.fence;
  if (base_moved || fence_passed || present->record.pair != pair_name_) {
    another_try_ = true;
    return Error{Code::stale, "another client has changed the file meanwhile"};
  }
  ObjectRecord record = present->record;
  record.stamp = stamp_;
  record.size_bytes = content.size_bytes;
  record.digest = content.digest;
  record.attributes.modified_ns = now;
  if (options_.attributes) record.attributes = *options_.attributes;
  return core_.names.plan_update(*present, record);
}

// I1: the pair's members and runs are guarded, whoever does not hold the content is marked, whoever does is
// freed of its mark.
Status ContentWriter::guard_pair(const PairView& pair, const StagedContent& content, Plan& plan,
                                 SettleQueue::Work& work) {
  Transaction& transaction = plan.transaction;
  transaction.conditions.push_back(Condition::at(keys::pair(pair_name_), pair.revision));
  for (const auto& member : pair.members) {
    const NodeId& node = member.record.node;
    const bool holds = std::any_of(content.holders.begin(), content.holders.end(),
                                   [&](const Holder& holder) { return holder.node == node; });
    if (!holds) {
      const Mark mark{node, id_, Kind::file, true};
      if (auto added = add_mark(transaction, core_.catalogue, mark, core_.runtime.wall_now()); !added)
        return added;
      work.marked.push_back(node);
      continue;
    }
    if (!place_.occupant) continue;  // a new id has no marks
    const std::string key = keys::mark(node, id_);
    const auto mark = core_.catalogue.get(key);
    if (!mark) return mark.error();
    if (*mark) transaction.changes.push_back(Change::erase(key));
  }
  return success();
}

// Best effort: what stays is collected when the session has ended.
void ContentWriter::discard(const StagedContent& content) {
  const auto pair = core_.pair(pair_name_);
  if (!pair) return;
  const StagedState staged{id_, stamp_, session_, content.size_bytes};
  for (const auto& holder : content.holders) {
    const MemberView* member = pair->member(holder.node);
    if (member != nullptr && !member->out()) {
      (void)member->node().drop_staged(member->guard, std::span(&staged, 1))->collect().ok();
    }
  }
}

}  // namespace tandem::gateway
