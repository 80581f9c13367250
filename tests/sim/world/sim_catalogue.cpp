#include "tests/sim/world/sim_catalogue.hpp"

#include <utility>

#include "gateway/catalogue/records/keys.hpp"
#include "tests/sim/world/catalogue_bugs.hpp"

namespace tandem::sim {
namespace {

using gateway::Transaction;

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

class SimCatalogue final : public gateway::Catalogue {
 public:
  explicit SimCatalogue(CatalogueSeams seams)
      : seams_(std::move(seams)),
        scheduler_(seams_.process->scheduler()),
        engine_(*seams_.engine),
        chance_(scheduler_.chance().fork()) {}

  Result<std::optional<gateway::Entry>> get(std::string_view key) override {
    return call([&] { return engine_.get(key); });
  }
  Result<gateway::Snapshot> get_many(std::span<const std::string> asked) override {
    return call([&] { return engine_.get_many(asked); });
  }
  Result<gateway::Snapshot> get_chain(std::string first, const gateway::NextKey& next) override {
    return call([&] { return engine_.get_chain(first, next); });
  }
  Result<gateway::Page> scan(std::string_view prefix, std::string_view after, std::size_t limit) override {
    return call([&] {
      auto page = engine_.scan(prefix, after, limit);
      scheduler_.note([&] {
        return "scans " + readable(prefix) + ": " + std::to_string(page ? page->entries.size() : 0) +
               " entries";
      });
      return page;
    });
  }
  Result<gateway::Commit> commit(const Transaction& transaction) override;

  std::optional<Revision> known_revision() const override {
    if (chance_.happens(seams_.faults->hide_revision)) return std::nullopt;
    return engine_.known_revision();
  }
  Result<gateway::History> history(Revision since) override;
  Result<std::unique_ptr<gateway::Watch>> watch(
      std::string prefix, Revision after, std::function<void(const gateway::Event&)> callback) override {
    travel();
    return watch_with_faults(*seams_.process, engine_, seams_.faults->watch, chance_.fork(),
                             std::move(prefix), after, std::move(callback));
  }
  Result<std::unique_ptr<gateway::Session>> open_session(Duration lease, std::string about) override {
    return call([&] { return engine_.open_session(lease, about); });
  }
  Result<std::vector<SessionId>> dead_sessions() override;
  Result<std::optional<Duration>> lease_left(SessionId session) override {
    return call([&] { return engine_.lease_left(session); });
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
    scheduler_.pause(Duration(0), slow ? seams_.faults->slow_max : seams_.faults->delay_max);
  }
  void add_a_live_session(std::vector<SessionId>& dead);

  CatalogueSeams seams_;
  Scheduler& scheduler_;
  support::MemoryClient& engine_;
  mutable Chance chance_;  // known_revision() draws, too
};

Result<gateway::History> SimCatalogue::history(Revision since) {
  auto history = call([&] { return engine_.history(since); });
  if (!history) return history;
  if (chance_.happens(seams_.faults->cut_history)) return gateway::History{{}, history->revision, true};
  if (seams_.bugs->history_incomplete)
    std::erase_if(history->keys, [this](const std::string&) { return chance_.happens(0.1); });
  return history;
}

Result<std::vector<SessionId>> SimCatalogue::dead_sessions() {
  auto dead = call([&] { return engine_.dead_sessions(); });
  if (dead && chance_.happens(seams_.faults->declare_dead)) add_a_live_session(*dead);
  return dead;
}

// Its owner's heartbeat was late. It has to be safe, whoever judges by whatever clock (I7).
void SimCatalogue::add_a_live_session(std::vector<SessionId>& dead) {
  const auto page = engine_.scan(gateway::keys::sessions_prefix, {}, 1000);
  if (!page || page->entries.empty()) return;
  const auto session = gateway::keys::parse_session(chance_.pick(page->entries).key);
  if (!session) return;
  scheduler_.note([&] { return "session " + std::to_string(*session) + " is taken for dead"; });
  dead.push_back(*session);
}

Result<gateway::Commit> SimCatalogue::commit(const Transaction& transaction) {
  travel();
  if (chance_.happens(seams_.faults->refuse)) return Error{Code::unavailable, "the catalogue is busy"};
  const bool lost = chance_.happens(seams_.faults->lose_answer);
  const bool never_arrived = lost && chance_.happens(0.5);
  if (!never_arrived) {
    const Transaction real = as_the_bugs_have_it(transaction, *seams_.bugs, [&](const std::string& key) {
      const auto entry = engine_.get(key);
      return entry ? *entry : std::nullopt;
    });
    auto commit = engine_.commit(real);
    const bool committed = commit && commit->committed;
    scheduler_.note([&] { return (committed ? "commits" : "cannot commit") + readable(real); });
    if (committed) seams_.observer(real, commit->revision);
    if (!lost) {
      travel();
      return commit;
    }
  }
  travel();
  scheduler_.note(
      [&] { return std::string("a commit's answer is lost, ") + (never_arrived ? "not done" : "done"); });
  const Code told = seams_.bugs->unknown_called_refused ? Code::unavailable : Code::outcome_unknown;
  return Error{told, "no answer from the catalogue"};
}

}  // namespace

std::unique_ptr<gateway::Catalogue> make_sim_catalogue(CatalogueSeams seams) {
  return std::make_unique<SimCatalogue>(std::move(seams));
}

}  // namespace tandem::sim
