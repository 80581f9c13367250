#include "gateway/catalogue/operations/operations.hpp"

#include <algorithm>
#include <array>
#include <cassert>

#include "gateway/catalogue/records/keys.hpp"

namespace tandem::gateway {
namespace {

constexpr int resends_max = 5;
constexpr Duration pause_between_resends = std::chrono::milliseconds(20);

// Whether the slot says that this very operation was the last one through it.
bool names_operation(const Entry& slot, std::uint64_t operation) {
  const auto record = decode<SlotRecord>(slot.value);
  return record && record->operation == operation;
}

Error session_has_ended() {
  return Error{Code::stale, "this client's session has ended"}.hint("try again");
}

}  // namespace

const Entry* found_by(const Commit& conflict, std::string_view key) {
  const auto found = std::find_if(conflict.current.begin(), conflict.current.end(),
                                  [&](const Entry& entry) { return entry.key == key; });
  return found == conflict.current.end() ? nullptr : &*found;
}

// One session and its slots.
struct Operations::Life {
  struct Slot {
    Revision revision = 0;  // of its key; 0: not written yet
    bool busy = false;
  };
  std::unique_ptr<Session> session{};
  std::array<Slot, slots_max> slots{};
};

Operations::~Operations() = default;

Operations::Operations(CachedCatalogue& catalogue, Runtime& runtime, Settings settings)
    : catalogue_(catalogue),
      runtime_(runtime),
      settings_(std::move(settings)),
      changed_(runtime.make_signal()) {}

Result<std::shared_ptr<Operations::Life>> Operations::life() {
  std::unique_lock lock(mutex_);
  const Instant deadline = runtime_.now() + settings_.operation_timeout;
  while (opening_) {
    if (!changed_->wait_until(lock, deadline) && opening_) {
      return Error{Code::unavailable, "no session could be opened in time"};
    }
  }
  if (life_) return life_;
  opening_ = true;
  lock.unlock();
  auto session = catalogue_.engine().open_session(settings_.lease, settings_.about);
  lock.lock();
  opening_ = false;
  changed_->notify_all();
  if (!session) return std::move(session).error();
  life_ = std::make_shared<Life>();
  life_->session = std::move(session).value();
  return life_;
}

Result<Operations::PresentSession> Operations::session() {
  auto current = life();
  if (!current) return std::move(current).error();
  return PresentSession{(*current)->session->id(), (*current)->session->condition()};
}

SessionId Operations::present_session() {
  const std::scoped_lock lock(mutex_);
  return life_ ? life_->session->id() : 0;
}

void Operations::session_ended(SessionId session) {
  std::shared_ptr<Life> ended;  // its end takes time, and the lock must not be held over that
  const std::scoped_lock lock(mutex_);
  if (life_ && life_->session->id() == session) ended.swap(life_);
  changed_->notify_all();
}

Result<Operations::Stamped> Operations::next_stamp(std::optional<std::uint64_t> fence,
                                                   std::uint64_t at_least) {
  auto current = life();
  if (!current) return std::move(current).error();
  const SessionId session = (*current)->session->id();
  const std::uint64_t chosen = fence.value_or(std::max(session, at_least));
  if (chosen == session) return Stamped{{session, ++counter_}, session};
  // Others may use the same fence: only chance keeps apart who cannot count together.
  return Stamped{{chosen, random_number(runtime_)}, session};
}

Result<std::uint32_t> Operations::take_slot(Life& life) {
  std::unique_lock lock(mutex_);
  const Instant deadline = runtime_.now() + settings_.operation_timeout;
  for (;;) {
    for (std::uint32_t index = 0; index < life.slots.size(); ++index) {
      if (life.slots[index].busy) continue;
      life.slots[index].busy = true;
      return index;
    }
    if (!changed_->wait_until(lock, deadline)) {
      return Error{Code::unavailable, "too much is still owed to the nodes"};
    }
  }
}

Result<Operations::Committed> Operations::commit(const Transaction& transaction,
                                                 const std::vector<Owed>& owed,
                                                 std::optional<SessionId> stamped_under) {
  auto current = life();
  if (!current) return std::move(current).error();
  Life& life = **current;
  if (stamped_under && life.session->id() != *stamped_under) return session_has_ended();
  const auto slot = take_slot(life);
  if (!slot) return slot.error();

  const std::uint64_t operation = ++counter_;
  Transaction whole = transaction;
  const std::string key = keys::slot(life.session->id(), *slot);
  const Revision revision = life.slots[*slot].revision;
  whole.conditions.push_back(life.session->condition());
  whole.conditions.push_back(revision == 0 ? Condition::absent(key) : Condition::at(key, revision));
  whole.changes.push_back(Change::put(key, encode(SlotRecord{.operation = operation, .owed = owed})));

  auto commit = commit_in_slot(life, *slot, whole, operation);
  if (commit && commit->committed) {
    const std::scoped_lock lock(mutex_);
    life.slots[*slot].revision = commit->revision;
    return Committed{std::move(*commit), {*current, *slot}};
  }
  if (commit && found_by(*commit, keys::session(life.session->id())) == nullptr) {
    end_life(*current);
    return session_has_ended();
  }
  if (!commit && commit.code() == Code::outcome_unknown) {
    // The slot may hold what is owed: it is left to whoever reaps this session, and the next one starts
    // clean.
    end_life(*current);
    return std::move(commit).error();
  }
  settled({*current, *slot});
  if (!commit) return std::move(commit).error();
  return Committed{std::move(*commit), {}};
}

// Sends until the answer is known. The slot's condition makes a second application impossible; its value
// tells a conflict with ourselves from one with others.
Result<Commit> Operations::commit_in_slot(Life& life, std::uint32_t slot, const Transaction& transaction,
                                          std::uint64_t operation) {
  const std::string key = keys::slot(life.session->id(), slot);
  bool may_have_happened = false;
  for (int attempt = 0; attempt <= resends_max; ++attempt) {
    if (attempt > 0) runtime_.sleep_until(runtime_.now() + attempt * pause_between_resends);
    auto commit = catalogue_.commit(transaction);
    if (!commit) {
      may_have_happened = may_have_happened || commit.code() == Code::outcome_unknown;
      if (!may_have_happened) return commit;
      continue;  // a refusal now says nothing about the time before
    }
    if (commit->committed) return commit;
    const Entry* entry = found_by(*commit, key);
    if (entry != nullptr && names_operation(*entry, operation)) {
      return Commit{.committed = true, .revision = entry->revision};
    }
    // Whoever ended the session may have taken the slot away with the answer in it.
    const bool session_ended = found_by(*commit, keys::session(life.session->id())) == nullptr;
    if (!may_have_happened || !session_ended) return commit;
    break;
  }
  return Error{Code::outcome_unknown, "the catalogue did not say whether it took the change"}.hint(
      "look at the file before trying again");
}

void Operations::settled(const Ticket& ticket) {
  assert(ticket.life && ticket.slot < slots_max);
  const std::scoped_lock lock(mutex_);
  ticket.life->slots[ticket.slot].busy = false;
  changed_->notify_all();
}

void Operations::end_life(const std::shared_ptr<Life>& life) {
  const std::scoped_lock lock(mutex_);
  if (life_ == life) life_ = nullptr;
  changed_->notify_all();
}

Status Operations::close() {
  std::shared_ptr<Life> life;
  {
    const std::scoped_lock lock(mutex_);
    life.swap(life_);
  }
  if (!life) return success();
  Transaction erase;
  for (std::uint32_t index = 0; index < life->slots.size(); ++index) {
    const auto& slot = life->slots[index];
    const bool last = index + 1 == life->slots.size();
    if (slot.revision != 0 && !slot.busy) {
      const std::string key = keys::slot(life->session->id(), index);
      erase.conditions.push_back(Condition::at(key, slot.revision));
      erase.changes.push_back(Change::erase(key));
    }
    if (erase.changes.size() == 50 || (last && !erase.changes.empty())) {
      if (auto erased = catalogue_.commit(erase); !erased) return std::move(erased).error();
      erase = {};
    }
  }
  return success();  // the session ends with its object
}

}  // namespace tandem::gateway
