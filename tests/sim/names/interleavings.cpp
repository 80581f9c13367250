#include "tests/sim/names/interleavings.hpp"

#include <algorithm>
#include <cassert>
#include <numeric>

namespace tandem::simulation {

using support::CatalogueCall;
using support::CatalogueHooks;
using support::SharedTree;
using support::Tree;

Result<gateway::Plan> plan_of(Tree& tree, const Operation& operation) {
  gateway::ObjectRecord record;
  record.pair = "p1";
  switch (operation.kind) {
    case Operation::Kind::make_directory:
      record.kind = Kind::directory;
      return tree.plan_create(operation.path, Tree::numbered(operation.number), record);
    case Operation::Kind::make_file:
      return tree.plan_create(operation.path, Tree::numbered(operation.number), record);
    case Operation::Kind::make_symlink:
      return tree.plan_symlink(operation.path, Tree::numbered(operation.number), operation.other);
    case Operation::Kind::move:
      return tree.names().plan_move(operation.path, operation.other, false);
    case Operation::Kind::move_no_replace:
      return tree.names().plan_move(operation.path, operation.other, true);
    case Operation::Kind::remove:
      return tree.names().plan_remove(operation.path);
    case Operation::Kind::link:
      return tree.names().plan_link(operation.path, operation.other);
  }
  return Error{Code::invalid, "no such operation"};
}

namespace {

constexpr std::size_t steps_max = 64;

class Client {
 public:
  Client(SharedTree& shared, const Operation& operation, const Tamper& tamper, CatalogueHooks hooks = {})
      : tree_(shared, std::move(hooks)), operation_(operation), tamper_(tamper) {}

  bool finished() const { return finished_; }
  Code code() const { return code_; }
  const Operation& operation() const { return operation_; }
  bool before(const Client& other) const { return ended_ < other.began_; }

  void step(std::size_t now) {
    if (began_ == never) began_ = now;
    ended_ = now;
    if (!plan_) return plan();
    const auto commit = tree_.catalogue().commit(plan_->transaction);
    assert(commit.ok());
    if (commit->committed) return finish(Code::ok);
    plan_.reset();
  }

 private:
  static constexpr std::size_t never = ~std::size_t{0};

  void plan() {
    auto plan = plan_of(tree_, operation_);
    if (!plan.ok()) return finish(plan.code());
    if (plan->transaction.changes.empty()) return finish(Code::ok);
    plan_ = *std::move(plan);
    if (tamper_) tamper_(*plan_);
  }
  void finish(Code code) {
    finished_ = true;
    code_ = code;
  }

  Tree tree_;
  const Operation operation_;
  const Tamper& tamper_;
  std::optional<gateway::Plan> plan_;
  bool finished_ = false;
  Code code_ = Code::ok;
  std::size_t began_ = never;
  std::size_t ended_ = 0;
};
using Clients = std::vector<std::unique_ptr<Client>>;

std::string outcome_of(const Clients& clients, const std::map<std::string, std::string>& paths) {
  std::string text;
  for (const auto& client : clients) {
    text += to_string(client->operation()) + ": " + std::string(to_string(client->code())) + "; ";
  }
  for (const auto& [path, label] : paths) text.append(path).append("=").append(label).append(" ");
  return text;
}

bool allowed(const Clients& clients, const std::vector<std::size_t>& order, bool in_real_time) {
  if (!in_real_time) return true;
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::size_t j = i + 1; j < order.size(); ++j) {
      if (clients[order[j]]->before(*clients[order[i]])) return false;
    }
  }
  return true;
}

SequentialModel model_of(const std::vector<Operation>& setup) {
  SequentialModel model;
  for (const Operation& operation : setup) model.apply(operation);
  return model;
}

// Bit i of `early`: operation i followed the links on its way before the others came, as POSIX allows.
bool explains(const Scenario& scenario, const Clients& clients, const std::vector<std::size_t>& order,
              std::size_t early, const std::map<std::string, std::string>& paths) {
  SequentialModel model = model_of(scenario.setup);
  const SequentialModel before = model;
  const bool same_codes = std::ranges::all_of(order, [&](std::size_t i) {
    const Operation& operation = clients[i]->operation();
    const bool is_early = (early >> i & 1U) != 0;
    return model.apply(is_early ? before.followed(operation) : operation) == clients[i]->code();
  });
  return same_codes && model.paths() == paths;
}

// Empty when some sequential order explains what came out.
std::string judge(const Scenario& scenario, const SharedTree& shared, const Clients& clients) {
  const auto paths = shared.paths();
  if (const std::string damage = shared.damage(); !damage.empty())
    return damage + ": " + outcome_of(clients, paths);
  std::vector<std::size_t> order(clients.size());
  for (std::size_t early = 0; early < std::size_t{1} << clients.size(); ++early) {
    std::iota(order.begin(), order.end(), std::size_t{0});
    do {
      if (!allowed(clients, order, scenario.in_real_time)) continue;
      if (explains(scenario, clients, order, early, paths)) return {};
    } while (std::ranges::next_permutation(order).found);
  }
  return "no sequential order does this: " + outcome_of(clients, paths);
}

void set_up(const Scenario& scenario, SharedTree& shared) {
  Tree tree(shared);
  for (const Operation& operation : scenario.setup) {
    const auto done = tree.run([&] { return plan_of(tree, operation); });
    assert(done.code == Code::ok);
  }
}

struct Schedule {
  std::vector<std::size_t> choices{};  // among the clients that could go on
  std::vector<std::size_t> options{};

  std::size_t choose(std::size_t step, std::size_t count) {
    if (step == choices.size()) {
      choices.push_back(0);
      options.push_back(count);
    }
    return choices[step];
  }
  bool advance() {
    while (!choices.empty() && choices.back() + 1 == options.back()) {
      choices.pop_back();
      options.pop_back();
    }
    if (choices.empty()) return false;
    ++choices.back();
    return true;
  }
};

std::string run_schedule(const Scenario& scenario, Schedule& schedule) {
  SharedTree shared;
  set_up(scenario, shared);
  Clients clients;
  for (const Operation& operation : scenario.concurrent) {
    clients.push_back(std::make_unique<Client>(shared, operation, scenario.tamper));
  }
  std::string trace;
  for (std::size_t step = 0; step < steps_max; ++step) {
    std::vector<std::size_t> able;
    for (std::size_t i = 0; i < clients.size(); ++i) {
      if (!clients[i]->finished()) able.push_back(i);
    }
    if (able.empty()) {
      std::string problem = judge(scenario, shared, clients);
      if (!problem.empty()) problem.append(" (schedule ").append(trace).append(")");
      return problem;
    }
    const std::size_t chosen = able[schedule.choose(step, able.size())];
    trace += std::to_string(chosen);
    clients[chosen]->step(step);
  }
  return "it does not come to an end: " + trace;
}

}  // namespace

Exploration explore(const Scenario& scenario) {
  Exploration exploration;
  Schedule schedule;
  do {
    ++exploration.schedules;
    exploration.problem = run_schedule(scenario, schedule);
  } while (exploration.problem.empty() && schedule.advance());
  return exploration;
}

Exploration explore_inside(const Scenario& scenario) {
  assert(scenario.concurrent.size() == 2);
  Exploration exploration;
  Scenario overlapping = scenario;
  overlapping.in_real_time = false;
  bool reached = true;
  for (int at = 0; reached && exploration.problem.empty(); ++at) {
    SharedTree shared;
    set_up(scenario, shared);
    Clients clients(2);
    clients[1] = std::make_unique<Client>(shared, scenario.concurrent[1], scenario.tamper);
    std::size_t now = 1;
    int calls = 0;
    const auto intrude = [&](CatalogueCall) {
      if (calls++ != at) return success();
      while (!clients[1]->finished()) clients[1]->step(now++);
      return success();
    };
    clients[0] = std::make_unique<Client>(shared, scenario.concurrent[0], scenario.tamper,
                                          CatalogueHooks{{}, intrude});
    clients[0]->step(0);
    while (!clients[0]->finished()) clients[0]->step(now++);
    reached = clients[1]->finished();
    while (!clients[1]->finished()) clients[1]->step(now++);
    ++exploration.schedules;
    exploration.problem = judge(overlapping, shared, clients);
    if (!exploration.problem.empty()) exploration.problem += " (inside call " + std::to_string(at) + ")";
  }
  return exploration;
}

}  // namespace tandem::simulation
