#include "gateway/store/mending.hpp"

#include "gateway/catalogue/records/keys.hpp"

namespace tandem::gateway {
namespace {

constexpr int rounds_max = 20;
constexpr Duration look_at_other_healer = std::chrono::milliseconds(50);
constexpr std::size_t page_events = 1000;
constexpr Duration watch_interval = std::chrono::seconds(1);

bool has_marks(Core& core, const NodeId& node) {
  const auto page = core.catalogue.scan(keys::marks_of(node), {}, 1);
  return page && !page->entries.empty();
}

// Marked, or not compared yet.
bool wants_healing(Core& core, const NodeId& node) {
  if (has_marks(core, node)) return true;
  const auto cluster = core.membership.view();
  const PairView* pair = cluster ? (*cluster)->pair_of(node) : nullptr;
  return pair != nullptr && pair->member(node)->state.filling;
}

void for_each_member(const ClusterView& cluster, const std::function<void(const MemberView&)>& action) {
  for (const auto& pair : cluster.pairs) {
    for (const auto& member : pair.members) action(member);
  }
}

std::uint64_t count_marks(Core& core) {
  std::uint64_t count = 0;
  std::string after;
  for (bool more = true; more;) {
    const auto page = core.catalogue.scan(keys::marks_prefix, after, 10'000);
    if (!page || page->entries.empty()) break;
    count += page->entries.size();
    after = page->entries.back().key;
    more = page->more;
  }
  return count;
}

// A round over all members, and what it comes to.
class Round {
 public:
  Round(Core& core, const std::function<bool(const HealProgress&)>& progress)
      : core_(core), progress_(progress) {
    total_.files_left = count_marks(core);
  }

  void mend(const MemberView& member);
  bool stopped() const { return stopped_; }
  const HealProgress& total() const { return total_; }

 private:
  bool keep_going();
  void heal(const NodeId& node, HealLease::Held& lease);

  Core& core_;
  const std::function<bool(const HealProgress&)>& progress_;
  HealProgress total_{};
  bool stopped_ = false;
};

bool Round::keep_going() {
  if (progress_ && !progress_(total_)) stopped_ = true;
  return !stopped_;
}

// Everything one member needs.
void Round::mend(const MemberView& member) {
  const NodeId& node = member.record.node;
  if (auto admitted = core_.admission.admit(node); !admitted) {
    total_.detail = member.record.address + ": " + admitted.error().cause;
    if (has_marks(core_, node)) ++total_.waiting;
    return;
  }
  if (wants_healing(core_, node)) {
    auto lease = core_.heal_lease.take(node);
    if (!lease || !*lease) {
      total_.by_another = total_.by_another || lease.ok();
      total_.detail =
          member.record.address + ": " + (lease ? "another program heals it" : lease.error().cause);
      return;
    }
    heal(node, **lease);
  }
  const bool was_live = member.state.state == NodeState::live;
  const auto finished = core_.healer.finish(node);
  if (finished && *finished && !was_live) {
    core_.notify({Notice::Kind::healed, member.record.address, {}, "it holds everything again"});
  }
  (void)core_.reaper.collect_staged(node).ok();  // only tidies up: the next round tries again
}

void Round::heal(const NodeId& node, HealLease::Held& lease) {
  const auto walked = core_.filling.walk(node, [this] { return keep_going(); });
  if (!walked) total_.detail = walked.error().cause;
  const HealProgress before = total_;
  const auto add = [&](const HealPass& done) {
    total_.files_done = before.files_done + done.healed;
    total_.bytes_done = before.bytes_done + done.bytes_copied;
    total_.files_left = before.files_left > done.healed ? before.files_left - done.healed : 0;
  };
  const auto pass = core_.healer.pass(node, [&](const HealPass& done) {
    add(done);
    lease.tell(done.healed, done.bytes_copied);
    return keep_going();
  });
  if (!pass) {
    total_.detail = pass.error().cause;
    return;
  }
  add(*pass);
  total_.waiting += pass->waiting;
  if (!pass->waiting_for.empty()) total_.detail = pass->waiting_for;
}

}  // namespace

Result<HealProgress> mend_once(Core& core, const std::function<bool(const HealProgress&)>& progress,
                               const std::function<bool(const MemberView&)>& may_admit) {
  if (auto reaped = core.reaper.reap(); !reaped) return std::move(reaped).error();
  if (auto forgotten = core.reaper.forget_former_members(); !forgotten) return std::move(forgotten).error();
  (void)core.backlog_bound.look().ok();  // what could not be done is tried again; mending goes on
  const auto cluster = core.membership.view();
  if (!cluster) return cluster.error();
  Round round(core, progress);
  for (const auto& pair : (*cluster)->pairs) {
    for (const auto& member : pair.members) {
      if (round.stopped()) break;
      if (may_admit && !may_admit(member)) continue;
      round.mend(member);
    }
  }
  return round.total();
}

void mend_who_is_in(Core& core, Instant deadline) {
  const auto in_time = [&](const HealProgress&) { return core.runtime.now() < deadline; };
  (void)mend_once(core, in_time, [](const MemberView& member) { return !member.out(); }).ok();
}

Result<HealProgress> mend(Core& core, const std::function<bool(const HealProgress&)>& progress) {
  HealProgress total;
  bool stopped = false;
  const auto tell = [&](HealProgress now) {
    now.files_done += total.files_done;
    now.bytes_done += total.bytes_done;
    stopped = progress && !progress(now);
    return !stopped;
  };
  for (int round = 0; round < rounds_max && !stopped;) {
    auto done = mend_once(core, tell);
    if (!done) return done;
    total.files_done += done->files_done;
    total.bytes_done += done->bytes_done;
    total.waiting = done->waiting;
    total.detail = done->detail;
    total.files_left = count_marks(core);
    if (done->by_another && tell(*done)) {  // it ends, or its session does
      core.runtime.sleep_until(core.runtime.now() + look_at_other_healer);
      continue;
    }
    if (total.files_left == 0 || done->files_done == 0) break;
    ++round;
  }
  return total;
}

Watchman::Watchman(Core& core) : core_(core), changed_(core.runtime.make_signal()) {
  task_ = core_.runtime.spawn("watchman", [this] { run(); });
}

Watchman::~Watchman() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
    changed_->notify_all();
  }
  task_.reset();
}

void Watchman::run() {
  do {
    if (anything_to_mend()) {
      const auto keep_going = [this](const HealProgress&) {
        const std::scoped_lock lock(mutex_);
        return !stopping_;
      };
      const auto may_admit = [this](const MemberView& member) {
        return !member.out() || hold_down_.may_return(member.record.node, core_.runtime.now());
      };
      (void)mend_once(core_, keep_going, may_admit).ok();  // what could not be done is tried again
    }
  } while (rest());
}

// False when stopping.
bool Watchman::rest() {
  std::unique_lock lock(mutex_);
  const Instant until = core_.runtime.now() + watch_interval;
  while (!stopping_ && core_.runtime.now() < until) {
    if (!changed_->wait_until(lock, until)) break;
  }
  return !stopping_;
}

// From the events, so that none is missed that was over before anybody looked.
void Watchman::learn_of_outages(const ClusterView& cluster) {
  const Instant now = core_.runtime.now();
  const auto newest = core_.events.newest();
  if (!newest) return;
  if (!events_seen_) {
    for_each_member(cluster, [&](const MemberView& member) {
      if (member.out()) hold_down_.out(member.record.node, *newest, now);
    });
    events_seen_ = *newest;
  }
  while (*events_seen_ < *newest) {
    const auto page = core_.events.read(*events_seen_, page_events);
    if (!page || page->empty()) return;
    for (const auto& event : *page) {
      events_seen_ = event.sequence;
      if (event.record.kind != event_kind::node_out) continue;
      for_each_member(cluster, [&](const MemberView& member) {
        if (member.record.address == event.record.node)
          hold_down_.out(member.record.node, event.sequence, now);
      });
    }
  }
}

bool Watchman::needs_mending(const MemberView& member) {
  const NodeId& node = member.record.node;
  const auto identity = member.node().identify()->collect();
  if (!identity) {
    hold_down_.silent(node);
    core_.verdicts.failed(member, identity.error());
    return false;
  }
  core_.verdicts.reached(member);
  hold_down_.answers(node, identity->run, core_.runtime.now());
  if (member.out()) return hold_down_.may_return(node, core_.runtime.now());
  return member.state.state != NodeState::live || identity->run != member.record.run ||
         has_marks(core_, node);
}

bool Watchman::anything_to_mend() {
  const auto cluster = core_.membership.view();
  if (!cluster) return false;
  const auto reaped = core_.reaper.reap();
  (void)core_.backlog_bound.look().ok();  // what could not be done is tried again
  learn_of_outages(**cluster);
  bool something = reaped && *reaped > 0;
  for_each_member(**cluster,
                  [&](const MemberView& member) { something = needs_mending(member) || something; });
  return something;
}

}  // namespace tandem::gateway
