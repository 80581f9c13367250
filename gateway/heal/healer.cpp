#include "gateway/heal/healer.hpp"

#include <algorithm>
#include <array>

#include "gateway/catalogue/records/keys.hpp"

namespace tandem::gateway {

struct Healer::Candidate {
  Entry mark{};
  ObjectId id{};
  MarkRecord wish{};
  SettleItem item{};
  std::string pair{};
  ObjectState state{};
  bool ready = false;    // the node can be settled
  bool copied = false;   // its bytes were brought to the node under this claim
  bool settled = false;  // the node matches `item`
  std::optional<Answer> answer{};
  std::string problem{};
};

struct Healer::Context {
  std::shared_ptr<const ClusterView> cluster{};
  const PairView* pair = nullptr;
  const MemberView* member = nullptr;
  std::uint64_t claim = 0;
  std::vector<Candidate> candidates{};
  HealTally* tally = nullptr;
  HealPass pass{};
};

Healer::Healer(CachedCatalogue& catalogue, Names& names, Membership& membership, ReadServices& services,
               Verdicts& verdicts, EventLog& events, Runtime& runtime, Settings settings)
    : catalogue_(catalogue),
      names_(names),
      membership_(membership),
      services_(services),
      verdicts_(verdicts),
      events_(events),
      runtime_(runtime),
      settings_(settings),
      pace_(runtime, settings.bytes_per_second),
      foreground_(runtime, settings.foreground_share) {}

Result<HealPass> Healer::pass(const NodeId& node, const std::function<bool(const HealPass&)>& progress) {
  const auto cluster = membership_.view();
  if (!cluster) return cluster.error();
  std::optional<OtherUse> others;
  const PairView* pair = (*cluster)->pair_of(node);
  if (pair != nullptr && settings_.foreground_share > 0) others.emplace(*cluster, *pair);
  MarkFeed feed(catalogue_, node, settings_.parallel);
  HealTally tally(runtime_, feed, progress, others ? &*others : nullptr);
  for (;;) {
    const auto more = feed.next_page();
    if (!more) return more.error();
    if (!*more) return tally.total();
    std::vector<std::unique_ptr<Task>> helpers;
    for (std::size_t index = 1; index < std::min<std::size_t>(settings_.parallel, feed.left()); ++index) {
      helpers.push_back(runtime_.spawn("heal", [&] { (void)heal_all(node, feed, tally).ok(); }));
    }
    if (auto done = heal_all(node, feed, tally); !done) return std::move(done).error();
  }
}

Status Healer::heal_all(const NodeId& node, MarkFeed& feed, HealTally& tally) {
  for (;;) {
    const auto batch = feed.next();
    if (!batch) return batch.error();
    if (batch->empty()) return success();
    const Instant begun = runtime_.now();
    tally.add_batch(heal_batch(node, *batch, tally));
    feed.took(runtime_.now() - begun);
  }
}

HealPass Healer::heal_batch(const NodeId& node, const std::vector<Entry>& marks, HealTally& tally) {
  Context context;
  context.tally = &tally;
  const auto all_wait = [&](const std::string& reason) {
    context.pass.waiting = marks.size();
    context.pass.waiting_for = reason;
    return context.pass;
  };
  auto cluster = membership_.view();
  if (!cluster) return all_wait(cluster.error().cause);
  context.cluster = std::move(*cluster);
  context.pair = context.cluster->pair_of(node);
  if (context.pair == nullptr) return all_wait("its node is no member");
  context.member = context.pair->member(node);
  context.claim = random_number(runtime_) | 1;
  for (const auto& mark : marks) {
    const auto key = keys::parse_mark(mark.key);
    auto wish = decode<MarkRecord>(mark.value);
    if (key && wish) context.candidates.push_back({.mark = mark, .id = key->id, .wish = std::move(*wish)});
  }
  if (auto looked = look(context); !looked) {
    return all_wait(context.member->record.address + ": " + looked.error().cause);
  }
  for (auto& candidate : context.candidates) bring_up(context, candidate);
  settle(context);
  if (copy_what_was_refused(context)) settle(context);
  erase_marks(context);
  for (const auto& candidate : context.candidates) {
    if (candidate.problem.empty()) continue;
    ++context.pass.waiting;
    context.pass.waiting_for = candidate.problem;
  }
  return context.pass;
}

// The claim comes first: bytes copied for a record read before it could bring back what was removed.
Status Healer::look(Context& context) {
  std::vector<ObjectId> ids;
  for (const auto& candidate : context.candidates) ids.push_back(candidate.id);
  auto states = context.member->node().look(context.member->guard, ids, context.claim)->collect();
  if (!states) {
    verdicts_.failed(*context.member, states.error());
    return std::move(states).error();
  }
  verdicts_.reached(*context.member);
  if (states->size() != ids.size()) return Error{Code::corrupt, "the node left some ids out"};
  for (std::size_t index = 0; index < ids.size(); ++index) context.candidates[index].state = (*states)[index];
  return success();
}

void Healer::yield(Context& context) {
  OtherUse* others = context.tally->others();
  if (others != nullptr) foreground_.yield([others] { return others->seen(); });
}

// Reads the record and sees to it that the node has its bytes.
void Healer::bring_up(Context& context, Candidate& candidate) {
  yield(context);
  auto item = names_.settle_item(candidate.id, candidate.wish.kind);
  if (!item) {
    candidate.problem = item.error().cause;
    return;
  }
  candidate.item = std::move(*item);
  candidate.ready = true;
  if (candidate.item.removed || candidate.item.kind != Kind::file) return;

  candidate.item.source = SettleSource::claimed;
  candidate.item.claim = context.claim;
  if (!holds_bytes(context, candidate)) copy_for(context, candidate);
}

// Bytes that are staged may be what a power cut left of some that were not on the disk yet.
bool Healer::holds_bytes(const Context& context, const Candidate& candidate) {
  const ObjectState& state = candidate.state;
  const Stamp& stamp = candidate.item.stamp;
  const bool settled = state.settled && state.stamp == stamp;
  if (settled && state.damaged) return false;
  if (settled && !candidate.wish.content) return true;
  const bool staged = std::find(state.staged.begin(), state.staged.end(), stamp) != state.staged.end();
  if (!settled && !staged) return false;
  const auto verified = context.member->node().verify(context.member->guard, candidate.id, stamp)->collect();
  return verified && *verified == Answer::ok;
}

void Healer::copy_for(Context& context, Candidate& candidate) {
  auto copied = copy(context, candidate);
  candidate.copied = copied.ok();
  candidate.ready = copied.ok();
  candidate.problem = copied.ok() ? std::string{} : to_string(copied.error());
}

// Staged bytes or an object that looked right may turn out damaged when they are to be settled.
bool Healer::copy_what_was_refused(Context& context) {
  bool again = false;
  for (auto& candidate : context.candidates) {
    const bool refused = candidate.ready && !candidate.settled && candidate.answer &&
                         (*candidate.answer == Answer::absent || *candidate.answer == Answer::damaged);
    if (!refused || candidate.copied) continue;
    copy_for(context, candidate);
    again = again || candidate.ready;
  }
  return again;
}

Status Healer::copy(Context& context, const Candidate& candidate) {
  PairView sources = *context.pair;
  std::erase_if(sources.members,
                [&](const MemberView& member) { return member.record.node == context.member->record.node; });
  const SettleItem& item = candidate.item;
  const ReadTarget target{{}, item.id, item.revision, item.stamp, item.size_bytes, item.digest};
  VerifiedRead source(sources, target, 0, item.size_bytes, services_);
  const StageRequest request{.id = item.id,
                             .stamp = item.stamp,
                             .claim = context.claim,
                             .size_bytes = item.size_bytes,
                             .durable = settings_.durable};
  if (OtherUse* others = context.tally->others())
    others->add(1 + (item.size_bytes + limits::fetch_bytes_max - 1) / limits::fetch_bytes_max);
  auto upload = context.member->node().stage(context.member->guard, request);
  std::vector<std::byte> buffer(std::min<std::uint64_t>(pace_.step_bytes(), item.size_bytes));
  for (std::uint64_t copied = 0; copied < item.size_bytes;) {
    const auto got = source.read(buffer);
    if (!got) return got.error();
    if (*got == 0) return Error{Code::corrupt, "the source ended early"};
    if (auto written = upload->write(std::span(buffer).first(*got)); !written) return written;
    copied += *got;
    if (!context.tally->add_bytes(*got)) return Error{Code::unavailable, "healing was ended"};
    pace_.spend(*got);
    yield(context);
  }
  if (auto sent = upload->finish_sending(); !sent) return sent;
  const auto reply = upload->collect();
  if (!reply) return reply.error();
  if (reply->digest != item.digest) return Error{Code::corrupt, "the copy arrived damaged"};
  return success();
}

// A settle that failed may have left an object half settled which a writer had settled, and unmarked, since
// this pass began.
void Healer::mark_again(std::span<Candidate*> some, const NodeId& node) {
  std::vector<Mark> marks;
  for (const Candidate* candidate : some)
    marks.push_back({node, candidate->id, candidate->wish.kind, candidate->wish.content});
  (void)put_marks(catalogue_, marks, runtime_.wall_now()).ok();  // best effort: most are there still
}

void Healer::settle(Context& context) {
  std::vector<Candidate*> ready;
  std::vector<SettleItem> items;
  for (auto& candidate : context.candidates) {
    if (!candidate.ready || candidate.settled) continue;
    ready.push_back(&candidate);
    items.push_back(candidate.item);
  }
  if (items.empty()) return;
  const auto answers =
      context.member->node().settle(context.member->guard, items, settings_.durable)->collect();
  if (!answers) {
    verdicts_.failed(*context.member, answers.error());
    mark_again(ready, context.member->record.node);
  }
  for (std::size_t index = 0; index < ready.size(); ++index) {
    if (!answers || index >= answers->size()) {
      ready[index]->problem = answers ? "the node left some ids out" : answers.error().cause;
      continue;
    }
    const Answer answer = (*answers)[index];
    ready[index]->answer = answer;
    ready[index]->settled = answer == Answer::ok;
    if (answer == Answer::newer)
      ready[index]->problem = "the record changed while it was healed";
    else if (answer == Answer::again)
      ready[index]->problem = "its directories changed while it was healed";
    else if (answer != Answer::ok)
      ready[index]->problem = "the node has lost the bytes it was given";
  }
}

// One commit for all; when a guard of one fails, each on its own.
void Healer::erase_marks(Context& context) {
  std::vector<Candidate*> settled;
  for (auto& candidate : context.candidates) {
    if (candidate.settled) settled.push_back(&candidate);
  }
  if (settled.empty()) return;
  const bool all = erase_some(context, settled);
  for (auto* candidate : settled) {
    if (all || erase_some(context, std::span(&candidate, 1)))
      ++context.pass.healed;
    else
      candidate->problem = "it changed while it was healed";
  }
}

bool Healer::erase_some(Context& context, std::span<Candidate*> some) {
  Transaction transaction;
  transaction.conditions.push_back(
      Condition::at(keys::pair(context.pair->record.name), context.pair->revision));
  for (const Candidate* candidate : some) {
    const std::string record = keys::record(candidate->id);
    transaction.conditions.push_back(Condition::at(candidate->mark.key, candidate->mark.revision));
    transaction.conditions.push_back(candidate->item.removed
                                         ? Condition::absent(record)
                                         : Condition::at(record, candidate->item.revision));
    transaction.changes.push_back(Change::erase(candidate->mark.key));
  }
  const auto commit = catalogue_.commit(transaction);
  return commit && commit->committed;
}

Result<bool> Healer::finish(const NodeId& node) {
  const auto cluster = membership_.view();
  if (!cluster) return cluster.error();
  const PairView* pair = (*cluster)->pair_of(node);
  if (pair == nullptr) return true;
  const MemberView& member = *pair->member(node);
  if (member.state.state == NodeState::live) return true;
  if (member.out() || member.state.filling) return false;
  const NodeRecord next{
      .state = NodeState::live, .since_ns = runtime_.wall_now(), .unknown = member.state.unknown};
  Transaction transaction{{state_unchanged(member), Condition::empty(keys::marks_of(node))},
                          {Change::put(keys::node(node), encode(next))}};
  EventRecord event{.kind = std::string(event_kind::node_live),
                    .node = member.record.address,
                    .message = "it holds everything again"};
  if (const Status told = events_.add(transaction, std::move(event)); !told) return told.error();
  const auto commit = catalogue_.commit(transaction);
  if (!commit) return commit.error();
  return commit->committed;
}

}  // namespace tandem::gateway
