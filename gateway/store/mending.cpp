#include "gateway/store/mending.hpp"

#include "gateway/catalogue/records/keys.hpp"

namespace tandem::gateway {
namespace {

constexpr int rounds_max = 20;
constexpr Duration watch_interval = std::chrono::seconds(1);

bool has_marks(Core& core, const NodeId& node) {
  const auto page = core.catalogue.scan(keys::marks_of(node), {}, 1);
  return page && !page->entries.empty();
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

// Everything one member needs. Whether it needed anything.
void mend_member(Core& core, const MemberView& member, HealProgress& total,
                 const std::function<bool(const HealProgress&)>& progress, bool& stopped) {
  const NodeId& node = member.record.node;
  const auto keep_going = [&] {
    if (progress && !progress(total)) stopped = true;
    return !stopped;
  };
  if (auto admitted = core.admission.admit(node); !admitted) {
    total.detail = member.record.address + ": " + admitted.error().cause;
    if (has_marks(core, node)) ++total.waiting;
    return;
  }
  if (auto walked = core.filling.walk(node, keep_going); !walked) total.detail = walked.error().cause;
  const HealProgress before = total;
  auto pass = core.healer.pass(node, [&](const HealPass& done) {
    total.files_done = before.files_done + done.healed;
    total.bytes_done = before.bytes_done + done.bytes_copied;
    total.files_left = before.files_left > done.healed ? before.files_left - done.healed : 0;
    return keep_going();
  });
  if (!pass) {
    total.detail = pass.error().cause;
    return;
  }
  total.files_done = before.files_done + pass->healed;
  total.bytes_done = before.bytes_done + pass->bytes_copied;
  total.files_left = before.files_left > pass->healed ? before.files_left - pass->healed : 0;
  total.waiting += pass->waiting;
  if (!pass->waiting_for.empty()) total.detail = pass->waiting_for;
  const bool was_live = member.state.state == NodeState::live;
  const auto finished = core.healer.finish(node);
  if (finished && *finished && !was_live) {
    core.notify({Notice::Kind::healed, member.record.address, {}, "it holds everything again"});
  }
  (void)core.reaper.collect_staged(node).ok();  // only tidies up: the next round tries again
}

}  // namespace

Result<HealProgress> mend_once(Core& core, const std::function<bool(const HealProgress&)>& progress,
                               const std::function<bool(const MemberView&)>& may_admit) {
  if (auto reaped = core.reaper.reap(); !reaped) return std::move(reaped).error();
  if (auto forgotten = core.reaper.forget_former_members(); !forgotten) return std::move(forgotten).error();
  const auto cluster = core.membership.view();
  if (!cluster) return cluster.error();
  HealProgress total;
  total.files_left = count_marks(core);
  bool stopped = false;
  for (const auto& pair : (*cluster)->pairs) {
    for (const auto& member : pair.members) {
      if (stopped) break;
      if (may_admit && !may_admit(member)) continue;
      mend_member(core, member, total, progress, stopped);
    }
  }
  return total;
}

Result<HealProgress> mend(Core& core, const std::function<bool(const HealProgress&)>& progress) {
  HealProgress total;
  for (int round = 0; round < rounds_max; ++round) {
    auto done = mend_once(core, [&](const HealProgress& now) {
      HealProgress shown = now;
      shown.files_done += total.files_done;
      shown.bytes_done += total.bytes_done;
      return !progress || progress(shown);
    });
    if (!done) return done;
    total.files_done += done->files_done;
    total.bytes_done += done->bytes_done;
    total.waiting = done->waiting;
    total.detail = done->detail;
    total.files_left = count_marks(core);
    if (total.files_left == 0 || done->files_done == 0) break;
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

bool Watchman::needs_mending(const MemberView& member) {
  const NodeId& node = member.record.node;
  if (member.out()) hold_down_.out(node, member.state_revision, core_.runtime.now());
  const auto identity = member.node().identify()->collect();
  if (!identity) {
    hold_down_.silent(node);
    core_.verdicts.failed(member, identity.error());
    return false;
  }
  core_.verdicts.reached(member);
  if (member.out()) return hold_down_.may_return(node, core_.runtime.now());
  return member.state.state != NodeState::live || identity->run != member.record.run ||
         has_marks(core_, node);
}

bool Watchman::anything_to_mend() {
  const auto cluster = core_.membership.view();
  if (!cluster) return false;
  const auto reaped = core_.reaper.reap();
  bool something = reaped && *reaped > 0;
  for (const auto& pair : (*cluster)->pairs) {
    for (const auto& member : pair.members) {
      something = needs_mending(member) || something;
    }
  }
  return something;
}

}  // namespace tandem::gateway
