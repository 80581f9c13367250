#include "tests/support/local_cluster/local_cluster.hpp"

#include <signal.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <thread>
#include <utility>

namespace tandem::test {
namespace {

constexpr std::chrono::seconds start_limit{30};
constexpr std::chrono::seconds stop_limit{30};
constexpr std::chrono::seconds heal_limit{90};
constexpr std::size_t log_bytes_shown = 2000;

}  // namespace

struct LocalCluster::Node {
  ReservedPort port{};
  std::filesystem::path root{};
  std::filesystem::path log{};
  std::optional<Child> daemon{};
  std::string address = listens_on();

  std::string listens_on() const { return "127.0.0.1:" + std::to_string(port.number()); }
};

std::string program(std::string_view name) {
  const char* folder = std::getenv("TANDEM_BIN");
  return (std::filesystem::path(folder == nullptr ? "build/release/bin" : folder) / name).string();
}

bool wait_until(const std::function<bool()>& condition, std::chrono::seconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

LocalCluster::LocalCluster(ClusterOptions options) : options_(std::move(options)) {
  for (std::size_t index = 0; index < options_.nodes; ++index) {
    auto node = std::make_unique<Node>();
    node->root = folder() / ("node" + std::to_string(index));
    node->log = folder() / ("node" + std::to_string(index) + ".log");
    if (options_.reached_at) node->address = options_.reached_at(node->port.number());
    nodes_.push_back(std::move(node));
  }
  write_config();
}

LocalCluster::~LocalCluster() {
  if (testing::Test::HasFailure()) std::cerr << logs();
}

void LocalCluster::write_config() const {
  std::string text = "[cluster]\nname = \"test\"\ncatalogue = \"sqlite:catalogue.db\"\n";
  for (std::size_t node = 0; node < nodes_.size(); ++node) {
    const bool first = node % options_.members_per_pair == 0;
    if (first) {
      text +=
          "[[pair]]\nname = \"p" + std::to_string(node / options_.members_per_pair + 1) + "\"\nmembers = [";
    }
    text += "\"" + address(node) + "\"";
    text += (node + 1) % options_.members_per_pair == 0 ? "]\n" : ", ";
  }
  text += "[limits]\nreserve = \"64MiB\"\n" + options_.extra_config;
  write_file(config_file(), text);
}

testing::AssertionResult LocalCluster::launch(Node& node) {
  Command command;
  command.arguments = {program("storaged"), "--root", node.root.string(), "--listen", node.listens_on(),
                       "--reserve",         "64MiB"};
  command.arguments.insert(command.arguments.end(), options_.daemon_arguments.begin(),
                           options_.daemon_arguments.end());
  command.environment = options_.daemon_environment;
  command.log_file = node.log.string();
  node.daemon.emplace(command);
  const bool ended_waiting = wait_until(
      [&] { return accepts_connections(node.port.number()) || !node.daemon->running(); }, start_limit);
  if (ended_waiting && node.daemon->running()) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "storaged on " << node.listens_on() << " did not start\n" << logs();
}

testing::AssertionResult LocalCluster::start() {
  for (auto& node : nodes_) {
    if (auto started = launch(*node); !started) return started;
  }
  return testing::AssertionSuccess();
}

testing::AssertionResult LocalCluster::start_and_init() {
  if (auto started = start(); !started) return started;
  const auto outcome = tandem({"init"});
  if (outcome.ok()) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "tandem init: " << describe(outcome) << "\n" << logs();
}

Command LocalCluster::tandem_command(std::vector<std::string> arguments, std::string input) const {
  Command command;
  command.arguments = {program("tandem"), "--config", config_file().string()};
  command.arguments.insert(command.arguments.end(), std::make_move_iterator(arguments.begin()),
                           std::make_move_iterator(arguments.end()));
  command.input = std::move(input);
  command.working_folder = folder().string();
  command.environment = {"HOME=" + folder().string(), "NO_COLOR=1"};
  return command;
}

Outcome LocalCluster::tandem(std::vector<std::string> arguments, std::string input,
                             std::chrono::seconds deadline) const {
  auto command = tandem_command(std::move(arguments), std::move(input));
  command.deadline = deadline;
  return run(command);
}

void LocalCluster::kill(std::size_t node) {
  nodes_.at(node)->daemon.reset();
}

testing::AssertionResult LocalCluster::stop(std::size_t node) {
  auto& daemon = nodes_.at(node)->daemon;
  daemon->signal(SIGTERM);
  const auto status = daemon->wait(stop_limit);
  daemon.reset();
  if (status == 0) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "storaged on " << address(node) << " ended with "
                                     << status.value_or(-1) << " after SIGTERM";
}

void LocalCluster::freeze(std::size_t node) {
  nodes_.at(node)->daemon->signal(SIGSTOP);
}
void LocalCluster::thaw(std::size_t node) {
  nodes_.at(node)->daemon->signal(SIGCONT);
}

testing::AssertionResult LocalCluster::restart(std::size_t node) {
  nodes_.at(node)->daemon.reset();
  return launch(*nodes_.at(node));
}

pid_t LocalCluster::pid(std::size_t node) const {
  auto& daemon = nodes_.at(node)->daemon;
  return daemon && daemon->running() ? daemon->pid() : 0;
}
std::string LocalCluster::address(std::size_t node) const {
  return nodes_.at(node)->address;
}
std::filesystem::path LocalCluster::data_folder(std::size_t node) const {
  return nodes_.at(node)->root;
}
std::filesystem::path LocalCluster::tree(std::size_t node) const {
  return nodes_.at(node)->root / "tree";
}

testing::AssertionResult LocalCluster::members_equal(std::size_t pair) const {
  const auto first = pair * options_.members_per_pair;
  for (auto member = first + 1; member < first + options_.members_per_pair; ++member) {
    if (auto same = same_trees(tree(first), tree(member)); !same) return same;
  }
  return testing::AssertionSuccess();
}

testing::AssertionResult LocalCluster::members_become_equal() const {
  auto last = testing::AssertionSuccess();
  const auto all_equal = [&] {
    for (std::size_t pair = 0; pair < pairs(); ++pair) {
      last = members_equal(pair);
      if (!last) return false;
    }
    return true;
  };
  return wait_until(all_equal) ? testing::AssertionSuccess() : last;
}

testing::AssertionResult LocalCluster::heals() const {
  Outcome heal;
  Outcome status;
  const auto healthy = [&] {
    heal = tandem({"heal"});
    status = tandem({"status"});
    return heal.ok() && status.ok();
  };
  if (wait_until(healthy, heal_limit)) return members_become_equal();
  return testing::AssertionFailure() << "heal: " << describe(heal) << "\nstatus: " << describe(status) << "\n"
                                     << logs();
}

// Of each pair one member after the other, beside one of every other pair: together they show all there is.
testing::AssertionResult LocalCluster::members_show(const std::filesystem::path& all) const {
  for (std::size_t member = 0; member < options_.members_per_pair; ++member) {
    std::vector<std::filesystem::path> shown;
    for (std::size_t node = member; node < nodes(); node += options_.members_per_pair)
      shown.push_back(tree(node));
    if (auto same = same_trees(all, shown); !same) return same;
  }
  return testing::AssertionSuccess();
}

testing::AssertionResult LocalCluster::ends_as_the_catalogue_says() const {
  if (auto healed = heals(); !healed) return healed;
  const TemporaryFolder back;
  const auto all = back.path() / "all";
  const auto got = tandem({"get", "-r", "--skip-special", "/", all.string()});
  if (!got.ok()) return testing::AssertionFailure() << "get -r: " << describe(got);
  keep_only_files(all);
  auto last = testing::AssertionSuccess();
  return wait_until([&] { return static_cast<bool>(last = members_show(all)); }) ? testing::AssertionSuccess()
                                                                                 : last;
}

std::string LocalCluster::logs() const {
  std::string text;
  for (const auto& node : nodes_) {
    const auto log = content_of_file(node->log);
    text +=
        "--- " + node->address + "\n" + log.substr(log.size() - std::min(log.size(), log_bytes_shown)) + "\n";
  }
  return text;
}

}  // namespace tandem::test
