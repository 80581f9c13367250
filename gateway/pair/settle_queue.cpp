#include "gateway/pair/settle_queue.hpp"

#include <algorithm>

namespace tandem::gateway {
namespace {

constexpr std::size_t works_per_batch = 64;
// Of the 100 ms within which tree/ shows a change. A call with many items costs little more than with one.
constexpr Duration gathering = std::chrono::milliseconds(30);
constexpr std::size_t works_worth_a_call = 32;
constexpr int rounds_max = 4;  // for nodes that answer `again`
constexpr Duration pause_after_failure = std::chrono::milliseconds(200);

}  // namespace

SettleQueue::SettleQueue(CachedCatalogue& catalogue, Names& names, Membership& membership, Verdicts& verdicts,
                         Operations& operations, Runtime& runtime, bool durable)
    : catalogue_(catalogue),
      names_(names),
      membership_(membership),
      verdicts_(verdicts),
      operations_(operations),
      runtime_(runtime),
      durable_(durable),
      changed_(runtime.make_signal()) {
  task_ = runtime_.spawn("settle", [this] { run(); });
}

SettleQueue::~SettleQueue() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
    changed_->notify_all();
  }
  task_.reset();
}

void SettleQueue::add(Work work) {
  const std::scoped_lock lock(mutex_);
  if (waiting_.empty()) waiting_since_ = runtime_.now();
  waiting_.push_back(std::move(work));
  if (waiting_.size() == 1 || waiting_.size() >= works_worth_a_call) changed_->notify_all();
}

bool SettleQueue::drain(Instant deadline) {
  std::unique_lock lock(mutex_);
  ++drainers_;
  changed_->notify_all();
  bool in_time = true;
  while (in_time && (!waiting_.empty() || under_way_ > 0)) in_time = changed_->wait_until(lock, deadline);
  --drainers_;
  return waiting_.empty() && under_way_ == 0;
}

std::size_t SettleQueue::owed() const {
  const std::scoped_lock lock(mutex_);
  return waiting_.size() + under_way_;
}

void SettleQueue::run() {
  for (;;) {
    const auto works = take();
    if (works.empty()) return;
    const bool done = settle(works);
    if (done) {
      for (const auto& work : works) operations_.settled(work.ticket);
    }
    {
      const std::scoped_lock lock(mutex_);
      under_way_ -= works.size();
      if (!done) waiting_.insert(waiting_.begin(), works.begin(), works.end());
      changed_->notify_all();
    }
    if (!done) pause();
  }
}

// Empty only when stopping.
std::vector<SettleQueue::Work> SettleQueue::take() {
  std::unique_lock lock(mutex_);
  while (waiting_.empty() && !stopping_) changed_->wait_until(lock, runtime_.now() + std::chrono::hours(1));
  gather(lock);
  std::vector<Work> works;
  if (stopping_) return works;
  while (!waiting_.empty() && works.size() < works_per_batch) {
    works.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  under_way_ += works.size();
  return works;
}

void SettleQueue::gather(std::unique_lock<std::mutex>& lock) {
  const Instant until = waiting_since_ + gathering;
  while (!stopping_ && drainers_ == 0 && waiting_.size() < works_worth_a_call) {
    if (!changed_->wait_until(lock, until)) return;
  }
}

void SettleQueue::pause() {
  std::unique_lock lock(mutex_);
  const Instant until = runtime_.now() + pause_after_failure;
  while (!stopping_ && changed_->wait_until(lock, until)) {
  }
}

// True when everything is confirmed or marked.
bool SettleQueue::settle(const std::vector<Work>& works) {
  const auto cluster = membership_.view();
  if (!cluster) return false;
  auto items = items_of(works);
  if (!items) return false;
  std::vector<Mark> failed;
  auto targets = targets_of(works, **cluster, *items);
  for (int round = 0; round < rounds_max && !targets.empty(); ++round) {
    if (round > 0) {
      auto fresh = items_of(works);
      if (!fresh) return false;
      *items = std::move(*fresh);
    }
    targets = settle_round(**cluster, targets, *items, failed);
  }
  for (const auto& target : targets) failed.push_back({target.node, target.owed.id, target.owed.kind, false});
  return failed.empty() || put_marks(catalogue_, failed, runtime_.wall_now()).ok();
}

Result<SettleQueue::Items> SettleQueue::items_of(const std::vector<Work>& works) {
  Items items;
  for (const auto& work : works) {
    for (const auto& owed : work.owed) {
      if (items.contains(owed.id)) continue;
      auto item = names_.settle_item(owed.id, owed.kind);
      if (!item) return std::move(item).error();
      items.emplace(owed.id, std::move(*item));
    }
  }
  return items;
}

std::vector<SettleQueue::Target> SettleQueue::targets_of(const std::vector<Work>& works,
                                                         const ClusterView& cluster,
                                                         const Items& items) const {
  std::map<std::pair<NodeId, ObjectId>, Target> targets;
  for (const auto& work : works) {
    for (const auto& owed : work.owed) {
      for (const auto* member : members_owed(cluster, owed)) {
        const NodeId& node = member->record.node;
        if (std::find(work.marked.begin(), work.marked.end(), node) != work.marked.end()) continue;
        auto& target = targets[{node, owed.id}];
        target.node = node;
        target.owed = owed;
        const bool current = work.staged_id == owed.id && items.at(owed.id).stamp == work.staged_stamp;
        target.staged_here =
            target.staged_here ||
            (current && std::any_of(work.holders.begin(), work.holders.end(),
                                    [&](const Holder& holder) { return holder.node == node; }));
      }
    }
  }
  std::vector<Target> list;
  list.reserve(targets.size());
  for (auto& [key, target] : targets) list.push_back(std::move(target));
  return list;
}

// Sends one call to each node, then collects. Returns the targets to try again with fresh records.
std::vector<SettleQueue::Target> SettleQueue::settle_round(const ClusterView& cluster,
                                                           const std::vector<Target>& targets, Items& items,
                                                           std::vector<Mark>& failed) {
  struct Call {
    const MemberView* member = nullptr;
    std::vector<Target> targets{};
    std::vector<SettleItem> items{};
    std::unique_ptr<Pending<std::vector<Answer>>> pending{};
  };
  std::map<NodeId, Call> calls;
  for (const auto& target : targets) {
    const PairView* pair = cluster.pair_of(target.node);
    if (pair == nullptr) continue;  // no member any longer: it owes nothing
    Call& call = calls[target.node];
    call.member = pair->member(target.node);
    call.targets.push_back(target);
    SettleItem item = items.at(target.owed.id);
    item.source = target.staged_here ? SettleSource::staged : SettleSource::held;
    call.items.push_back(std::move(item));
  }
  const auto give_up = [&](const Target& target, bool content) {
    failed.push_back({target.node, target.owed.id, target.owed.kind, content});
  };
  for (auto& [node, call] : calls) {
    if (call.member->out()) continue;
    call.pending = call.member->node().settle(call.member->guard, call.items, durable_);
  }
  std::vector<Target> again;
  for (auto& [node, call] : calls) {
    std::optional<Result<std::vector<Answer>>> answers;
    if (call.pending) {
      answers = call.pending->collect();
      if (*answers)
        verdicts_.reached(*call.member);
      else
        verdicts_.failed(*call.member, answers->error());
    }
    for (std::size_t index = 0; index < call.targets.size(); ++index) {
      const Target& target = call.targets[index];
      if (!answers || !*answers || index >= (*answers)->size()) {
        give_up(target, target.owed.kind == Kind::file);
        continue;
      }
      const Answer answer = (**answers)[index];
      if (answer == Answer::again)
        again.push_back(target);
      else if (answer != Answer::ok && answer != Answer::newer)
        give_up(target, true);
    }
  }
  return again;
}

}  // namespace tandem::gateway
