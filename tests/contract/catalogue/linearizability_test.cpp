// What concurrent clients of one catalogue are told could have been told by one that does everything one by
// one: recorded histories of conditional commits and snapshots are searched for such an order.
#include "tests/sim/checkers/linearizability.hpp"

#include <array>
#include <atomic>
#include <barrier>
#include <random>
#include <thread>

#include "tests/contract/catalogue/engines.hpp"

namespace tandem::gateway {
namespace {

using sim::Action;
using sim::Operation;

constexpr std::size_t key_count = 3;
const std::string absent = "-";

std::string key(std::size_t number) {
  return "k" + std::to_string(number);
}

// Every value is written once, so a value stands for its revision. A read's `value` is the whole snapshot. A
// change's `path` is the key it guards, `target` what it was guarded at, `value` "KEY=NEW"; `stale` is a
// conflict.
struct KeysModel {
  struct State {
    std::array<std::string, key_count> values{absent, absent, absent};
    std::string fingerprint() const { return values[0] + "," + values[1] + "," + values[2]; }
  };
  static bool apply(State& state, const Operation& operation) {
    if (operation.action == Action::read) return state.fingerprint() == operation.value;
    const bool holds = state.values[index(operation.path)] == operation.target;
    if (operation.code != Code::ok) return !holds;
    const auto equals = operation.value.find('=');
    state.values[index(operation.value.substr(0, equals))] = operation.value.substr(equals + 1);
    return holds;
  }
  static std::size_t index(const std::string& name) { return static_cast<std::size_t>(name.back() - '0'); }
};

class Client {
 public:
  Client(Catalogue& catalogue, std::string name, std::atomic<std::uint64_t>& clock, unsigned seed)
      : catalogue_(catalogue), name_(std::move(name)), clock_(clock), random_(seed) {}

  void run(int operations) {
    for (int i = 0; i < operations; ++i) {
      if (random_() % 3 == 0) {
        read();
      } else {
        change();
      }
    }
  }
  const std::vector<Operation>& operations() const { return operations_; }

 private:
  Snapshot snapshot() {
    std::vector<std::string> keys;
    for (std::size_t i = 0; i < key_count; ++i) keys.push_back(key(i));
    auto snapshot = catalogue_.get_many(keys);
    EXPECT_TRUE(snapshot.ok());
    return snapshot.ok() ? *snapshot : Snapshot{{key_count, std::nullopt}, 0};
  }

  void read() {
    Operation operation{.client = name_, .action = Action::read, .code = Code::ok, .begun = ++clock_};
    KeysModel::State seen;
    const Snapshot now = snapshot();
    operation.ended = ++clock_;
    for (std::size_t i = 0; i < key_count; ++i) {
      if (now.entries[i]) seen.values[i] = now.entries[i]->value;
    }
    operation.value = seen.fingerprint();
    operations_.push_back(operation);
  }

  // Guards one key at what was read a moment ago and writes one, the same or another.
  void change() {
    const Snapshot before = snapshot();
    std::this_thread::yield();  // let others in between
    const std::size_t guarded = random_() % key_count;
    const std::size_t written = random_() % 2 == 0 ? guarded : random_() % key_count;
    const auto& entry = before.entries[guarded];
    const std::string value = name_ + std::to_string(operations_.size());
    Transaction transaction{{Condition::at(key(guarded), entry ? entry->revision : 0)},
                            {Change::put(key(written), value)}};
    if (written != guarded) {  // so that a resend could not apply twice
      transaction.conditions.push_back(Condition::absent("once/" + value));
      transaction.changes.push_back(Change::put("once/" + value, ""));
    }
    Operation operation{.client = name_,
                        .action = Action::write,
                        .path = key(guarded),
                        .target = entry ? entry->value : absent,
                        .value = key(written) + "=" + value,
                        .begun = ++clock_};
    const auto done = catalogue_.commit(transaction);
    operation.ended = ++clock_;
    ASSERT_TRUE(done.ok()) << to_string(done.error());
    operation.code = done->committed ? Code::ok : Code::stale;
    operations_.push_back(operation);
  }

  Catalogue& catalogue_;
  const std::string name_;
  std::atomic<std::uint64_t>& clock_;
  std::minstd_rand random_;
  std::vector<Operation> operations_;
};

std::vector<Operation> record(World& world, unsigned seed) {
  std::atomic<std::uint64_t> clock = 0;
  const auto one = world.connect();
  const auto two = world.connect();
  std::vector<std::unique_ptr<Client>> clients;
  for (unsigned i = 0; i < 4; ++i) {
    Catalogue& catalogue = i % 2 == 0 ? *one : *two;
    clients.push_back(
        std::make_unique<Client>(catalogue, std::string(1, static_cast<char>('a' + i)), clock, seed * 4 + i));
  }
  std::vector<std::thread> threads;
  threads.reserve(clients.size());
  std::barrier together(static_cast<std::ptrdiff_t>(clients.size()));
  for (auto& client : clients) {
    threads.emplace_back([&] {
      for (int round = 0; round < 5; ++round) {
        together.arrive_and_wait();
        client->run(3);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  std::vector<Operation> operations;
  for (const auto& client : clients) {
    operations.insert(operations.end(), client->operations().begin(), client->operations().end());
  }
  return operations;
}

class CatalogueLinearizability : public testing::TestWithParam<Engine> {};
INSTANTIATE_TEST_SUITE_P(Engines, CatalogueLinearizability, testing::ValuesIn(engines()),
                         [](const auto& engine) { return engine.param.name; });

TEST_P(CatalogueLinearizability, EveryRecordedHistoryHasASequentialOrder) {
  int conflicts = 0;
  for (unsigned seed = 1; seed <= 15; ++seed) {
    const auto world = GetParam().make();
    const auto operations = record(*world, seed);
    const auto report = sim::LinearizabilityChecker<KeysModel>(operations).check();
    ASSERT_EQ(report.verdict, sim::Verdict::linearizable) << "seed " << seed << ": " << report.explanation;
    for (const Operation& operation : operations) conflicts += operation.code == Code::stale ? 1 : 0;
  }
  EXPECT_GT(conflicts, 0) << "the clients never met";
}

TEST_P(CatalogueLinearizability, AnAnswerThatCannotBeIsNoticed) {
  const auto world = GetParam().make();
  auto operations = record(*world, 99);
  const auto change = std::ranges::find_if(operations, [](const Operation& operation) {
    return operation.action == Action::write && operation.code == Code::ok;
  });
  ASSERT_NE(change, operations.end());
  KeysModel::State lost;  // the last read sees none of the changes that were acknowledged before it
  operations.push_back({.client = "z",
                        .action = Action::read,
                        .value = lost.fingerprint(),
                        .code = Code::ok,
                        .begun = Operation::never - 2,
                        .ended = Operation::never - 1});
  EXPECT_EQ(sim::LinearizabilityChecker<KeysModel>(operations).check().verdict, sim::Verdict::violated);
}

}  // namespace
}  // namespace tandem::gateway
