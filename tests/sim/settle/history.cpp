#include "tests/sim/settle/history.hpp"

#include <algorithm>

namespace tandem::sim::settle {

History::History(std::uint64_t seed, const HistoryOptions& options)
    : random_(seed), options_(options), catalogue_(random_) {
  for (Member& member : members_) {
    auto node_options = test::NodeOnDisk::small_options();
    node_options.rules = options.rules;
    member.node = std::make_unique<test::NodeOnDisk>(member.disk, node_options);
    start(member, true);
  }
}

void History::start(Member& member, bool cleanly) {
  const Status status = member.node->start(cleanly);
  if (!status.ok()) problem_ = "a node does not start: " + to_string(status.error());
}

std::string History::run() {
  for (int step = 0; step < options_.steps && problem_.empty(); ++step) {
    const unsigned chance = static_cast<unsigned>(below(random_, 100));
    if (chance < 48) {
      change_something();
    } else if (chance < 73) {
      deliver_something();
    } else if (chance < 87) {
      retry_something(below(random_, node_count));
    } else if (chance < 97) {
      heal_something();
    } else {
      disturb_something();
    }
  }
  for (Member& member : members_) member.disk.set_hook({});
  if (problem_.empty() && !settle_everything()) problem_ = "what is owed is never settled";
  for (Member& member : members_)
    if (problem_.empty()) problem_ = check_member(member);
  return problem_;
}

void History::change_something() {
  for (const CatalogueModel::Owed& owed : catalogue_.step(options_.directory_moves_percent)) commit(owed);
}

// The bytes reach a member in time, late, or never; the settle is sent behind the commit.
void History::commit(const CatalogueModel::Owed& owed) {
  const Record* record = catalogue_.find(owed.id);
  for (Member& member : members_) member.owed.insert(owed.id);
  for (std::size_t member = 0; member < node_count; ++member) {
    bool sender = false;
    if (owed.new_content) {
      Message put = settle_message(member, owed.id);
      put.is_put = true;
      put.content = record->content;
      if (happens(random_, options_.bytes_in_time_percent)) {
        sender = deliver(put) == Outcome::done;
      } else if (happens(random_, 50)) {
        net_.push_back(put);
      }
    }
    Message message = settle_message(member, owed.id);
    if (sender) message.item.source = SettleSource::staged;
    net_.push_back(std::move(message));
  }
}

History::Message History::settle_message(std::size_t member, const ObjectId& id) const {
  Message message;
  message.member = member;
  message.run = members_[member].node->guard().run;
  message.item = catalogue_.item_of(id);
  return message;
}

History::Outcome History::deliver(const Message& message) {
  Member& member = members_[message.member];
  if (!message.is_put) return settle(message);
  if (message.run != member.node->guard().run) return Outcome::refused;
  const Status status = member.node->put(message.item.id, message.item.stamp, message.content, 0,
                                         std::nullopt, options_.durable);
  if (member.disk.halted()) {
    after_crash(message.member, options_.power_cuts && happens(random_, 50));
    return Outcome::failed;
  }
  if (!status.ok() && status.code() != Code::exists) problem_ = "a put fails: " + to_string(status.error());
  return status.ok() ? Outcome::done : Outcome::refused;
}

History::Outcome History::settle(const Message& message) {
  Member& member = members_[message.member];
  CallGuard guard = member.node->guard();
  const bool current = guard.run == message.run;
  guard.run = message.run;
  const auto answers = member.node->node().settle(guard, std::span(&message.item, 1), options_.durable);
  if (member.disk.halted()) {
    after_crash(message.member, options_.power_cuts && happens(random_, 50));
    return Outcome::failed;
  }
  if (!answers.ok()) {
    if (current || answers.code() != Code::stale) problem_ = "a settle fails: " + to_string(answers.error());
    return Outcome::refused;
  }
  switch (answers->front()) {
    case Answer::ok:
    case Answer::newer:
      return Outcome::done;
    case Answer::again:
      return Outcome::again;
    default:
      return Outcome::absent;
  }
}

void History::deliver_something() {
  if (net_.empty()) return;
  const std::size_t at = below(random_, net_.size());
  const Message message = net_[at];
  if (happens(random_, 70))
    net_.erase(net_.begin() + static_cast<std::ptrdiff_t>(at));  // else it comes again
  (void)deliver(message);  // whether it counts is decided where it is owed
}

void History::retry_something(std::size_t member) {
  auto& owed = members_[member].owed;
  if (owed.empty()) return;
  const ObjectId id = *std::next(owed.begin(), static_cast<std::ptrdiff_t>(below(random_, owed.size())));
  const Message message = settle_message(member, id);
  const Outcome outcome = deliver(message);
  if (happens(random_, 30)) net_.push_back(message);  // a copy of the call executes later
  take_note(member, message, outcome);
}

void History::take_note(std::size_t member, const Message& message, Outcome outcome) {
  auto& owed = members_[member].owed;
  if (outcome == Outcome::done) owed.erase(message.item.id);
  if (outcome == Outcome::absent) {
    Healer healer;
    healer.member = member;
    healer.id = message.item.id;
    healer.claim = random_() | 1;
    healer.run = members_[member].node->guard().run;
    healers_.push_back(std::move(healer));
  }
  if (outcome == Outcome::again)
    for (const DirectoryStep& step : message.item.directories) owed.insert(step.id);
}

void History::heal_something() {
  if (healers_.empty()) return;
  const std::size_t at = below(random_, healers_.size());
  if (!heal_step(healers_[at])) healers_.erase(healers_.begin() + static_cast<std::ptrdiff_t>(at));
}

bool History::heal_step(Healer& healer) {
  Member& member = members_[healer.member];
  if (healer.run != member.node->guard().run) return false;
  switch (healer.stage++) {
    case 0:
      (void)member.node->node().look(member.node->guard(), std::span(&healer.id, 1), healer.claim);
      break;
    case 1: {
      healer.item = catalogue_.item_of(healer.id);
      if (healer.item.removed) {
        member.owed.insert(healer.id);
        return false;
      }
      healer.content = catalogue_.find(healer.id)->content;
      break;
    }
    case 2:
      (void)member.node->put(healer.id, healer.item.stamp, healer.content, healer.claim, std::nullopt,
                             options_.durable);
      break;
    default: {
      Message message;
      message.member = healer.member;
      message.run = healer.run;
      message.item = healer.item;
      message.item.source = SettleSource::claimed;
      message.item.claim = healer.claim;
      const Outcome outcome = settle(message);
      const Record* record = catalogue_.find(healer.id);
      const bool unchanged = record != nullptr && record->revision == healer.item.revision;
      if (outcome == Outcome::done && unchanged) member.owed.erase(healer.id);
      return false;  // on conflict the healer may die here: nothing more is done
    }
  }
  if (!member.disk.halted()) return true;
  after_crash(healer.member, options_.power_cuts && happens(random_, 50));
  return false;
}

void History::disturb_something() {
  const std::size_t at = below(random_, node_count);
  Member& member = members_[at];
  if (options_.kills && happens(random_, 60)) {
    const std::uint64_t last = member.disk.operation_count() + 1 + below(random_, 40);
    member.disk.set_hook([&member, last](const support::MemoryFilesystem::Operation& operation) {
      if (operation.number >= last) member.disk.halt();
      return success();
    });
    return;
  }
  if (options_.power_cuts && happens(random_, 50)) {
    after_crash(at, true);
    return;
  }
  if (!options_.restarts) return;
  member.disk.set_hook({});
  start(member, true);
}

void History::after_crash(std::size_t at, bool power_cut) {
  Member& member = members_[at];
  member.node->stop();
  member.disk.set_hook({});
  if (power_cut) {
    member.disk.power_cut(happens(random_, 30) ? 0 : random_());
  } else {
    member.disk.restart();
  }
  start(member, false);
  if (!problem_.empty()) return;
  if (options_.durable || !power_cut) check_confirmed(at);
  compare_inventory(at);
}

// What was answered must still be so: contents that are not owed, removals that are not owed.
void History::check_confirmed(std::size_t at) {
  Member& member = members_[at];
  for (const auto& [id, record] : catalogue_.records()) {
    if (record.kind != Kind::file || member.owed.contains(id)) continue;
    const ObjectState state = member.node->look(id);
    if (!state.settled || state.damaged || state.stamp != record.stamp)
      problem_ = "a confirmed content is lost after a crash";
  }
  for (const InventoryEntry& entry : member.node->inventory())
    if (entry.kind == Kind::file && catalogue_.find(entry.id) == nullptr && !member.owed.contains(entry.id))
      problem_ = "a confirmed removal is undone by a crash";
}

// The walk that fills a node after an unclean stop: everything that differs is owed.
void History::compare_inventory(std::size_t at) {
  Member& member = members_[at];
  std::map<ObjectId, Revision> held;
  for (const InventoryEntry& entry : member.node->inventory(7)) held[entry.id] = entry.revision;
  for (const auto& [id, revision] : held) {
    const Record* record = catalogue_.find(id);
    if (record == nullptr || record->revision != revision) member.owed.insert(id);
  }
  for (const auto& [id, record] : catalogue_.records())
    if (record.kind == Kind::file && !held.contains(id)) member.owed.insert(id);
}

bool History::settle_everything() {
  constexpr int rounds = 400;
  std::shuffle(net_.begin(), net_.end(), random_);
  for (; !net_.empty(); net_.pop_back()) (void)deliver(net_.back());
  while (!healers_.empty()) heal_something();
  for (int round = 0; round < rounds && problem_.empty(); ++round) {
    const auto settled = [](const Member& member) { return member.owed.empty(); };
    if (std::all_of(members_.begin(), members_.end(), settled)) return true;
    for (std::size_t member = 0; member < node_count; ++member)
      for (std::size_t count = members_[member].owed.size(); count > 0; --count) retry_something(member);
    while (!healers_.empty()) heal_something();
    while (!net_.empty()) {
      const std::size_t at = below(random_, net_.size());
      const Message message = net_[at];
      net_.erase(net_.begin() + static_cast<std::ptrdiff_t>(at));
      (void)deliver(message);
    }
  }
  return !problem_.empty();
}

std::string History::check_member(Member& member) {
  std::map<ObjectId, Revision> files;
  for (const InventoryEntry& entry : member.node->inventory(5))
    if (entry.kind == Kind::file) files[entry.id] = entry.revision;
  for (const auto& [id, record] : catalogue_.records()) {
    if (record.kind != Kind::file) continue;
    const auto found = files.find(id);
    if (found == files.end()) return "an object is missing";
    if (found->second != record.revision) return "an object is at another revision";
    const auto content = member.node->get(id, record.stamp);
    if (!content.ok() || *content != record.content) return "an object has another content";
    files.erase(found);
  }
  if (!files.empty()) return "an object came back";
  return check_tree(member);
}

std::string History::check_tree(Member& member) {
  std::set<std::string> wanted;
  for (const auto& [id, record] : catalogue_.records()) {
    if (record.kind != Kind::file) continue;
    const auto object = member.disk.status("objects/" + to_string(id));
    for (const Name& name : record.names) {
      const std::string path = catalogue_.path_of(name);
      const auto link = member.disk.status("tree/" + path);
      if (!link.ok()) return "a name is not shown";
      if (link->inode != object->inode) return "a name shows another file";
      wanted.insert("/" + path);
      for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1))
        wanted.insert("/" + path.substr(0, slash + 1));
    }
  }
  for (const std::string& path : member.node->tree())
    if (wanted.erase(path) == 0) return "the tree shows something else: " + path;
  if (!wanted.empty()) return "the tree does not show " + *wanted.begin();
  const auto status = member.node->node().status();
  if (!status.ok()) return "no status";
  const bool may_leave_something = options_.kills || options_.power_cuts;
  if (status->limbo_entries != 0 && !may_leave_something) return "something was left in limbo";
  return "";
}

}  // namespace tandem::sim::settle
