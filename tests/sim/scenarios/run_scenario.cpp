// One run from beginning to end: build, work under faults, heal, judge.
#include "tests/sim/scenarios/fault_injector.hpp"
#include "tests/sim/scenarios/scenario.hpp"
#include "tests/sim/world/administrator.hpp"
#include "tests/sim/world/convergence.hpp"

namespace tandem::sim {
namespace {

using gateway::Store;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Duration work_ends_within = minutes(60);
constexpr Duration heals_within = minutes(10);
constexpr Duration messages_end_within = seconds(15);

class Run {
 public:
  Run(const Scenario& scenario, Scheduler& scheduler, World& world)
      : scenario_(scenario), scheduler_(scheduler), world_(world) {}

  void play() {
    if (const Status built = world_.build(); !built) return fail("the cluster cannot be made", built.error());
    set_up();
    work();
    if (scheduler_.failed()) return;
    heal();
    if (scheduler_.failed()) return;
    check();
  }

  History& history() { return history_; }

 private:
  void fail(const std::string& what, const Error& error) { scheduler_.fail(what + ": " + to_string(error)); }

  // A client that does one thing while the others wait.
  void alone(const std::string& name, const std::function<void(Client&, Store&)>& body) {
    Client& client = world_.start_client(name, Store::Lifetime::one_shot, body);
    if (!world_.wait_until([&] { return client.finished; }, work_ends_within)) {
      scheduler_.fail("I9: client " + name + " does not end");
    }
  }

  void set_up() {
    alone("setup", [this](Client&, Store& store) {
      if (const Status done = prepare(scenario_.workload, store); !done) fail("preparation", done.error());
    });
  }

  void start_worker() {
    const auto lifetime = ++workers_ % 2 == 0 ? Store::Lifetime::one_shot : Store::Lifetime::lasting;
    world_.start_client("client" + std::to_string(workers_), lifetime, [this](Client& client, Store& store) {
      run_workload(scenario_.workload, world_, client, store, history_);
    });
  }

  void work() {
    world_.set_network_faults(scenario_.network);
    world_.set_catalogue_faults(scenario_.catalogue);
    world_.set_disk_faults(scenario_.disk);
    for (std::uint32_t count = 0; count < scenario_.clients; ++count) start_worker();
    FaultInjector injector(world_, scenario_.faults, [this] {
      if (workers_ < 4 * scenario_.clients) start_worker();
    });
    const auto faults = scheduler_.world().spawn("faults", [&injector] { injector.run(); });
    if (!world_.wait_until([this] { return nobody_works(); }, work_ends_within)) {
      scheduler_.fail("I9: the clients do not end");
    }
    injector.stop();
    scheduler_.pause(seconds(20), seconds(20));  // the last faults are undone
  }

  bool nobody_works() const {
    for (const auto& client : world_.clients()) {
      if (client->running()) return false;
    }
    return true;
  }

  void heal() {
    scheduler_.note([] { return std::string("faults end; healing begins"); });
    world_.end_faults();
    world_.wait_until(
        [this] { return nobody_works() && world_.all_nodes_answer() && world_.people_at_work == 0; },
        work_ends_within);
    scheduler_.pause(messages_end_within, messages_end_within);
    if (const Status forgotten = forget_lost_members(world_); !forgotten)
      return fail("lost members", forgotten.error());
    if (scenario_.faults.flip_bit > 0) {
      if (const Status looked = scrub(world_); !looked) return fail("the scrub", looked.error());
    }
    alone("mender", [this](Client& client, Store& store) {
      const Instant deadline = scheduler_.now() + heals_within;
      std::string last = "never asked";
      while (!is_healthy(store, last)) {
        if (scheduler_.now() >= deadline) return scheduler_.fail("healing does not end: " + last);
        scheduler_.pause(seconds(1), seconds(1));
      }
      read_everything(scenario_.workload, client, store, history_);
    });
  }

  static bool is_healthy(Store& store, std::string& last) {
    const auto healed = store.heal([](const gateway::HealProgress&) { return true; });
    const auto status = store.status();
    if (!healed || !status) {
      last = to_string(healed ? status.error() : healed.error());
      return false;
    }
    last = "verdict " + std::to_string(static_cast<int>(status->verdict)) + " " + healed->detail;
    for (const std::string& reason : status->reasons) last += "; " + reason;
    return status->verdict == gateway::Verdict::healthy && healed->files_left == 0 && healed->waiting == 0;
  }

  void check() {
    scheduler_.pause(messages_end_within, messages_end_within);
    if (auto wrong = check_converged(world_)) return scheduler_.fail("not converged: " + *wrong);
    for (const auto& client : world_.clients()) {
      if (!client->finished) continue;
      const auto left = scheduler_.fibers_of(*client->process);
      if (!left.empty()) return scheduler_.fail(client->name + " has left the fiber " + left.front());
    }
    for (const auto& node : world_.nodes()) {
      const auto left = scheduler_.fibers_of(*node->process());
      if (!left.empty()) return scheduler_.fail(node->address() + " has left the fiber " + left.front());
    }
  }

  const Scenario& scenario_;
  Scheduler& scheduler_;
  World& world_;
  History history_{};
  std::uint32_t workers_ = 0;
};

}  // namespace

RunOutcome run_scenario(const Scenario& scenario, std::uint64_t seed, const PlantedBugs& bugs,
                        const Scheduler::TraceSink& trace) {
  Scheduler scheduler(seed);
  if (trace) scheduler.trace_to(trace);
  WorldSettings settings;
  settings.bugs = bugs;
  settings.nodes = scenario.nodes;
  if (seed % 4 == 3) settings.backlog_names = 2;  // soon too much to be listed
  World world(scheduler, settings);
  Run run(scenario, scheduler, world);
  const RunReport report = scheduler.run([&run] { run.play(); });
  std::optional<std::string> failure = report.failure;
  Judgement judgement;
  if (!failure) {  // not in a fiber: the search is deep
    judgement = judge(scenario.workload, run.history());
    if (judgement.wrong) failure = "not linearizable: " + *judgement.wrong;
  }
  return {.failure = std::move(failure),
          .hash = report.hash,
          .steps = report.steps,
          .history = std::move(run.history()),
          .undecided = judgement.undecided,
          .commits = world.watch().commits(),
          .calls = world.network().calls_made(),
          .virtual_time = report.virtual_time};
}

}  // namespace tandem::sim
