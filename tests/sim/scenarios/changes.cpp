#include "tests/sim/scenarios/changes.hpp"

#include <algorithm>
#include <utility>

namespace tandem::sim {
namespace {

// How often one kind of fault comes; 0: never.
class Fault {
 public:
  Fault(std::string_view name, std::uint32_t FaultWeights::*weight) : name_(name), weight_(weight) {}
  Fault(std::string_view name, double& (*share)(Scenario&)) : name_(name), share_(share) {}

  std::string_view name() const { return name_; }
  bool happens(Scenario scenario) const {
    return share_ ? share_(scenario) > 0 : scenario.faults.*weight_ > 0;
  }
  void take_away(Scenario& scenario) const {
    if (share_) {
      share_(scenario) = 0;
    } else {
      scenario.faults.*weight_ = 0;
    }
  }

 private:
  std::string_view name_;
  std::uint32_t FaultWeights::*weight_ = nullptr;
  double& (*share_)(Scenario&) = nullptr;
};

const std::vector<Fault>& all_faults() {
  using Weights = FaultWeights;
  static const auto& faults = *new std::vector<Fault>{
      {"kill_node", &Weights::kill_node},
      {"cut_power", &Weights::cut_power},
      {"freeze_node", &Weights::freeze_node},
      {"stop_node", &Weights::stop_node},
      {"partition", &Weights::partition},
      {"kill_client", &Weights::kill_client},
      {"freeze_client", &Weights::freeze_client},
      {"disturb_clock", &Weights::disturb_clock},
      {"disturb_node_clock", &Weights::disturb_node_clock},
      {"fill_disk", &Weights::fill_disk},
      {"flip_bit", &Weights::flip_bit},
      {"back_up_node", &Weights::back_up_node},
      {"put_back_backup", &Weights::put_back_backup},
      {"wipe_node", &Weights::wipe_node},
      {"late", [](Scenario& scenario) -> double& { return scenario.network.late; }},
      {"lose_request", [](Scenario& scenario) -> double& { return scenario.network.lose_request; }},
      {"lose_reply", [](Scenario& scenario) -> double& { return scenario.network.lose_reply; }},
      {"repeat", [](Scenario& scenario) -> double& { return scenario.network.repeat; }},
      {"slow", [](Scenario& scenario) -> double& { return scenario.catalogue.slow; }},
      {"refuse", [](Scenario& scenario) -> double& { return scenario.catalogue.refuse; }},
      {"lose_answer", [](Scenario& scenario) -> double& { return scenario.catalogue.lose_answer; }},
      {"hide_revision", [](Scenario& scenario) -> double& { return scenario.catalogue.hide_revision; }},
      {"cut_history", [](Scenario& scenario) -> double& { return scenario.catalogue.cut_history; }},
      {"declare_dead", [](Scenario& scenario) -> double& { return scenario.catalogue.declare_dead; }},
      {"fail", [](Scenario& scenario) -> double& { return scenario.disk.fail; }},
      {"fail_read", [](Scenario& scenario) -> double& { return scenario.disk.fail_read; }},
      {"fail_sync", [](Scenario& scenario) -> double& { return scenario.disk.fail_sync; }},
      {"stall", [](Scenario& scenario) -> double& { return scenario.disk.stall; }},
  };
  return faults;
}

}  // namespace

Scenario changed(Scenario scenario, const Changes& changes) {
  scenario.workload.operations = changes.operations.value_or(scenario.workload.operations);
  scenario.workload.fibers = changes.fibers.value_or(scenario.workload.fibers);
  scenario.clients = changes.clients.value_or(scenario.clients);
  for (const Fault& fault : all_faults()) {
    const auto& without = changes.without;
    if (std::find(without.begin(), without.end(), fault.name()) != without.end()) fault.take_away(scenario);
  }
  return scenario;
}

bool is_fault(std::string_view name) {
  return std::any_of(all_faults().begin(), all_faults().end(),
                     [&](const Fault& fault) { return fault.name() == name; });
}

std::vector<std::string> faults_of(const Scenario& scenario) {
  std::vector<std::string> names;
  for (const Fault& fault : all_faults()) {
    if (fault.happens(scenario)) names.emplace_back(fault.name());
  }
  return names;
}

std::string as_options(const Changes& changes) {
  std::string options;
  const auto add = [&](const char* name, std::optional<std::uint32_t> value) {
    if (value) options += " --" + std::string(name) + " " + std::to_string(*value);
  };
  add("operations", changes.operations);
  add("fibers", changes.fibers);
  add("clients", changes.clients);
  for (const std::string& fault : changes.without) options += " --without " + fault;
  return options;
}

}  // namespace tandem::sim
