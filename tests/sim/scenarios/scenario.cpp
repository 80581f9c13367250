#include "tests/sim/scenarios/scenario.hpp"

#include <algorithm>

namespace tandem::sim {
namespace {

using std::chrono::milliseconds;

Workload files() {
  return {};
}
// A client's fibers share its locks: one each.
Workload locks() {
  return {.kind = WorkKind::locks, .paths = 2, .operations = 40, .fibers = 1};
}
Workload names() {
  return {.kind = WorkKind::names, .paths = 2, .operations = 20, .fibers = 2};
}
Workload directories() {
  return {.kind = WorkKind::directories, .paths = 3, .operations = 40, .fibers = 2};
}
Workload moves() {
  return {.kind = WorkKind::moves, .paths = 3, .operations = 40, .fibers = 2};
}

Scenario calm(std::string name, const Workload& workload) {
  Scenario scenario;
  scenario.name = std::move(name);
  scenario.workload = workload;
  return scenario;
}

Scenario network(std::string name, const Workload& workload) {
  Scenario scenario = calm(std::move(name), workload);
  scenario.network.late = 0.02;
  scenario.network.lose_request = 0.01;
  scenario.network.lose_reply = 0.01;
  scenario.network.repeat = 0.05;
  scenario.faults.partition = 1;
  return scenario;
}

Scenario nodes(std::string name, const Workload& workload) {
  Scenario scenario = calm(std::move(name), workload);
  scenario.faults.kill_node = 3;
  scenario.faults.cut_power = 2;
  scenario.faults.freeze_node = 2;
  return scenario;
}

Scenario clients(std::string name, const Workload& workload) {
  Scenario scenario = calm(std::move(name), workload);
  scenario.faults.kill_client = 2;
  scenario.faults.freeze_client = 2;
  scenario.faults.disturb_clock = 1;
  return scenario;
}

Scenario catalogue(std::string name, const Workload& workload) {
  Scenario scenario = calm(std::move(name), workload);
  scenario.catalogue.slow = 0.01;
  scenario.catalogue.refuse = 0.01;
  scenario.catalogue.lose_answer = 0.05;
  return scenario;
}

Scenario disks(std::string name, const Workload& workload) {
  Scenario scenario = calm(std::move(name), workload);
  scenario.disk.fail = 0.003;
  scenario.disk.stall = 0.002;
  scenario.faults.cut_power = 1;
  return scenario;
}

Scenario everything(std::string name, const Workload& workload) {
  Scenario scenario = network(std::move(name), workload);
  scenario.catalogue = catalogue({}, workload).catalogue;
  scenario.disk = disks({}, workload).disk;
  scenario.faults = {.kill_node = 3,
                     .cut_power = 2,
                     .freeze_node = 2,
                     .partition = 2,
                     .kill_client = 2,
                     .freeze_client = 2,
                     .disturb_clock = 1};
  return scenario;
}

// Disks that a person replaces: by an empty one, by an earlier state of the same.
Scenario backups(std::string name, const Workload& workload) {
  Scenario scenario = calm(std::move(name), workload);
  scenario.workload.pause_max = std::chrono::seconds(4);
  scenario.nodes.supervised = true;
  scenario.faults.kill_node = 1;
  scenario.faults.cut_power = 1;
  scenario.faults.freeze_node = 1;
  scenario.faults.stop_node = 2;
  scenario.faults.back_up_node = 3;
  scenario.faults.put_back_backup = 3;
  scenario.faults.wipe_node = 2;
  return scenario;
}

Scenario full(std::string name, const Workload& workload) {
  Scenario scenario = calm(std::move(name), workload);
  scenario.nodes = {.reserve_bytes = 2048, .supervised = true};
  scenario.faults.fill_disk = 3;
  scenario.faults.kill_node = 1;
  scenario.faults.stop_node = 1;
  return scenario;
}

Scenario failing(std::string name, const Workload& workload) {
  Scenario scenario = disks(std::move(name), workload);
  scenario.nodes.supervised = true;
  scenario.disk.fail_read = 0.002;
  scenario.disk.fail_sync = 0.005;
  scenario.faults.kill_node = 1;
  return scenario;
}

// Bits that turn on one copy of a content. Nothing else that could cost the other copy: a client that stands
// still takes a member for missing that has answered.
Scenario rot(std::string name, const Workload& workload) {
  Scenario scenario = calm(std::move(name), workload);
  scenario.faults.flip_bit = 4;
  scenario.faults.kill_client = 1;
  scenario.faults.every_max = milliseconds(300);
  return scenario;
}

// What tells a client that others have changed something.
Scenario watch(std::string name, const Workload& workload) {
  Scenario scenario = catalogue(std::move(name), workload);
  scenario.catalogue.hide_revision = 0.2;
  scenario.catalogue.cut_history = 0.1;
  scenario.catalogue.declare_dead = 0.02;
  return scenario;
}

Scenario clocks(std::string name, const Workload& workload) {
  Scenario scenario = calm(std::move(name), workload);
  scenario.catalogue.declare_dead = 0.05;
  scenario.faults.disturb_clock = 4;
  scenario.faults.disturb_node_clock = 3;
  scenario.faults.freeze_client = 1;
  scenario.faults.freeze_node = 1;
  scenario.faults.every_max = milliseconds(400);
  return scenario;
}

// All at once, but for bits that turn: those are survived only while the other copy is not lost.
Scenario worst(std::string name, const Workload& workload) {
  Scenario scenario = everything(std::move(name), workload);
  scenario.nodes = {.reserve_bytes = 2048, .supervised = true};
  scenario.catalogue = watch({}, workload).catalogue;
  scenario.disk = failing({}, workload).disk;
  scenario.faults.stop_node = 1;
  scenario.faults.disturb_node_clock = 1;
  scenario.faults.fill_disk = 1;
  scenario.faults.back_up_node = 2;
  scenario.faults.put_back_backup = 2;
  scenario.faults.wipe_node = 1;
  return scenario;
}

}  // namespace

const std::vector<Scenario>& all_scenarios() {
  static const auto& scenarios = *new std::vector<Scenario>([] {
    std::vector<Scenario> made;
    for (const auto& [prefix, workload] : {std::pair{"files", files()},
                                           {"locks", locks()},
                                           {"names", names()},
                                           {"directories", directories()},
                                           {"moves", moves()}}) {
      const std::string name = prefix;
      made.push_back(calm(name + "-calm", workload));
      made.push_back(network(name + "-network", workload));
      made.push_back(nodes(name + "-nodes", workload));
      made.push_back(clients(name + "-clients", workload));
      made.push_back(catalogue(name + "-catalogue", workload));
      made.push_back(disks(name + "-disks", workload));
      made.push_back(everything(name + "-everything", workload));
      made.push_back(backups(name + "-backups", workload));
      made.push_back(full(name + "-full", workload));
      made.push_back(failing(name + "-failing", workload));
      made.push_back(rot(name + "-rot", workload));
      made.push_back(watch(name + "-watch", workload));
      made.push_back(clocks(name + "-clocks", workload));
      made.push_back(worst(name + "-worst", workload));
    }
    return made;
  }());
  return scenarios;
}

const Scenario* find_scenario(std::string_view name) {
  for (const Scenario& scenario : all_scenarios()) {
    if (scenario.name == name) return &scenario;
  }
  return nullptr;
}

}  // namespace tandem::sim
