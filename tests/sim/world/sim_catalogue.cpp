#include "tests/sim/world/sim_catalogue.hpp"

#include <utility>

#include "gateway/catalogue/records/keys.hpp"

namespace tandem::sim {
namespace {

using gateway::Condition;
using gateway::Transaction;
namespace keys = gateway::keys;

// Whether a planted bug makes the catalogue overlook this condition.
bool overlooked(const Condition& condition, const PlantedBugs& bugs) {
  const auto is_about = [&](std::string_view prefix) { return condition.key.starts_with(prefix); };
  if (condition.kind == Condition::Kind::empty_prefix) return bugs.emptiness_ignored;
  if (condition.kind == Condition::Kind::present) return bugs.presence_ignored;
  if (is_about(keys::records_prefix)) return bugs.record_guards_ignored;
  if (is_about(keys::names_prefix)) return bugs.name_guards_ignored;
  if (is_about(keys::directory_move)) return bugs.directory_move_ignored;
  if (is_about(keys::sessions_prefix) || is_about(keys::slots_prefix)) return bugs.sessions_ignored;
  return false;
}

// A key for a person: ids as hexadecimal digits.
std::string readable(std::string_view key) {
  const std::size_t slash = key.find('/');
  if (slash == key.npos) return std::string(key);
  std::string text(key.substr(0, slash + 1));
  for (const char byte : key.substr(slash + 1)) {
    const bool plain = byte > ' ' && byte < '\x7f';
    text += plain ? std::string(1, byte) : to_hex(std::string_view(&byte, 1));
  }
  return text;
}

std::string readable(const Transaction& transaction) {
  std::string text;
  for (const gateway::Change& change : transaction.changes) {
    text += (change.kind == gateway::Change::Kind::put ? " +" : " -") + readable(change.key);
  }
  return text;
}

// The keys that are guarded stay named: an engine refuses a transaction that guards none of its changes.
Transaction as_the_bugs_have_it(
    Transaction transaction, const PlantedBugs& bugs,
    const std::function<std::optional<Revision>(const std::string&)>& revision_of) {
  for (Condition& condition : transaction.conditions) {
    if (!overlooked(condition, bugs) || condition.kind == Condition::Kind::empty_prefix) continue;
    const auto present = revision_of(condition.key);
    condition = present ? Condition::at(condition.key, *present) : Condition::absent(condition.key);
  }
  std::erase_if(transaction.conditions, [&](const Condition& condition) {
    return condition.kind == Condition::Kind::empty_prefix && bugs.emptiness_ignored;
  });
  if (bugs.marks_forgotten) {
    std::erase_if(transaction.changes, [](const gateway::Change& change) {
      return change.kind == gateway::Change::Kind::put && change.key.starts_with(keys::marks_prefix);
    });
  }
  return transaction;
}

class SimCatalogue final : public gateway::Catalogue {
 public:
  explicit SimCatalogue(CatalogueSeams seams)
      : seams_(std::move(seams)), engine_(*seams_.engine), chance_(seams_.scheduler->chance().fork()) {}

  Result<std::optional<gateway::Entry>> get(std::string_view key) override {
    return call([&] { return engine_.get(key); });
  }
  Result<gateway::Snapshot> get_many(std::span<const std::string> asked) override {
    return call([&] { return engine_.get_many(asked); });
  }
  Result<gateway::Page> scan(std::string_view prefix, std::string_view after, std::size_t limit) override {
    return call([&] {
      auto page = engine_.scan(prefix, after, limit);
      seams_.scheduler->note([&] {
        return "scans " + readable(prefix) + ": " + std::to_string(page ? page->entries.size() : 0) +
               " entries";
      });
      return page;
    });
  }
  Result<gateway::Commit> commit(const Transaction& transaction) override;

  std::optional<Revision> known_revision() const override { return engine_.known_revision(); }
  Result<gateway::History> history(Revision since) override {
    return call([&] { return engine_.history(since); });
  }
  Result<std::unique_ptr<gateway::Watch>> watch(
      std::string prefix, Revision after, std::function<void(const gateway::Event&)> callback) override {
    return engine_.watch(std::move(prefix), after, std::move(callback));
  }
  Result<std::unique_ptr<gateway::Session>> open_session(Duration lease, std::string about) override {
    return call([&] { return engine_.open_session(lease, about); });
  }
  Result<std::vector<SessionId>> dead_sessions() override {
    return call([&] { return engine_.dead_sessions(); });
  }
  Status end_session(SessionId session) override {
    return call([&] { return engine_.end_session(session); });
  }
  gateway::CatalogueHealth health() override { return engine_.health(); }

 private:
  template <class Body>
  auto call(Body&& body) -> decltype(body()) {
    travel();
    if (chance_.happens(seams_.faults->refuse)) return Error{Code::unavailable, "the catalogue is busy"};
    auto answer = body();
    travel();
    return answer;
  }
  void travel() {
    const bool slow = chance_.happens(seams_.faults->slow);
    seams_.scheduler->pause(Duration(0), slow ? seams_.faults->slow_max : seams_.faults->delay_max);
  }
  std::optional<Revision> revision_of(const std::string& key) {
    const auto entry = engine_.get(key);
    if (!entry || !*entry) return std::nullopt;
    return (*entry)->revision;
  }

  CatalogueSeams seams_;
  support::MemoryClient& engine_;
  Chance chance_;
};

Result<gateway::Commit> SimCatalogue::commit(const Transaction& transaction) {
  travel();
  if (chance_.happens(seams_.faults->refuse)) return Error{Code::unavailable, "the catalogue is busy"};
  const bool lost = chance_.happens(seams_.faults->lose_answer);
  const bool never_arrived = lost && chance_.happens(0.5);
  if (!never_arrived) {
    const Transaction real = as_the_bugs_have_it(transaction, *seams_.bugs,
                                                 [&](const std::string& key) { return revision_of(key); });
    auto commit = engine_.commit(real);
    const bool committed = commit && commit->committed;
    seams_.scheduler->note([&] { return (committed ? "commits" : "cannot commit") + readable(real); });
    if (committed) seams_.observer(real, commit->revision);
    if (!lost) {
      travel();
      return commit;
    }
  }
  travel();
  seams_.scheduler->note(
      [&] { return std::string("a commit's answer is lost, ") + (never_arrived ? "not done" : "done"); });
  return Error{Code::outcome_unknown, "no answer from the catalogue"};
}

}  // namespace

std::unique_ptr<gateway::Catalogue> make_sim_catalogue(CatalogueSeams seams) {
  return std::make_unique<SimCatalogue>(std::move(seams));
}

}  // namespace tandem::sim
