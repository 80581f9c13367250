// A store in memory for what the shell does with one: enough of the facade's promises for one client.
// What a real cluster does is shown by the tests with real daemons.
#pragma once

#include <map>
#include <set>
#include <string>

#include "protocol/runtime/system_runtime.hpp"
#include "shell/commands/session.hpp"
#include "shell/commands/streams.hpp"

namespace tandem::shell::test {

class MemoryStore : public gateway::Store {
 public:
  MemoryStore();

  Status close() override { return success(); }
  Status make_directory(std::string_view path, bool with_parents, std::uint32_t mode) override;
  Result<gateway::Item> create(std::string_view path) override;
  Status move(std::string_view from, std::string_view to, bool no_replace) override;
  Status remove(std::string_view path) override;
  Status link(std::string_view, std::string_view) override { return Error{Code::unsupported, "not here"}; }
  Status symlink(std::string_view target, std::string_view path) override;
  Status set_attributes(std::string_view path, const Attributes& attributes) override;
  Result<gateway::Item> stat(std::string_view path) override;
  Result<gateway::Item> stat_followed(std::string_view path) override;  // absolute targets, last name only
  Result<gateway::ItemPage> list(std::string_view path, std::string_view after, std::size_t limit) override;
  Result<std::unique_ptr<gateway::Reader>> open_reader(std::string_view path, std::uint64_t offset,
                                                       std::optional<std::uint64_t> length) override;
  Result<std::unique_ptr<gateway::Writer>> open_writer(std::string_view path,
                                                       const gateway::WriteOptions& options) override;
  Result<std::string> read(std::string_view path) override;
  Result<gateway::Item> write(std::string_view path, std::string_view bytes,
                              const gateway::WriteOptions& options) override;
  Result<Revision> lock(std::string_view path, const gateway::LockOptions& options) override;
  Status unlock(std::string_view path) override;
  Result<std::size_t> break_lock(std::string_view path) override;
  Result<std::vector<gateway::LockInfo>> locks(std::size_t) override { return locked; }
  std::string held_locks() override { return {}; }
  Result<gateway::ClusterStatus> status() override { return cluster_status; }
  Result<std::vector<TreeEntry>> node_tree(std::string_view node, const std::string& after,
                                           std::size_t limit) override;
  Result<gateway::PathReport> why(std::string_view path) override;
  Result<std::vector<gateway::LoggedEvent>> events(std::uint64_t after, std::size_t limit) override;
  Result<std::uint64_t> newest_event() override { return happened.size(); }
  Result<gateway::HealProgress> heal(
      const std::function<bool(const gateway::HealProgress&)>& progress) override;
  Status replace_node(const gateway::ReplaceRequest& request) override {
    replaced.push_back(request);
    return success();
  }
  bool drain_settles(Instant) override { return true; }

  gateway::ClusterStatus cluster_status{};
  std::vector<gateway::LockInfo> locked{};
  std::vector<gateway::EventRecord> happened{};
  std::vector<gateway::ReplaceRequest> replaced{};
  std::set<std::string> failing{};  // paths that answer `unavailable`

 private:
  struct Node {
    gateway::Item item{};
    std::string content{};
  };
  Status check_new(const std::string& path) const;
  gateway::Item& add(const std::string& path, Kind kind);

  std::map<std::string, Node> nodes_{};  // by path
  std::uint8_t next_id_ = 1;
};

// A session on it, with everything it says caught.
class TestSession : public Cluster {
 public:
  TestSession();
  Result<const gateway::Config*> config() override { return &settings; }
  Result<gateway::Store*> store() override;

  // Runs words; the status.
  int run(const std::vector<std::string>& words);
  std::string said();  // on standard output since the last call
  std::string told();  // on standard error
  int opened = 0;

  gateway::Config settings{};
  MemoryStore memory{};
  protocol::SystemRuntime runtime{};
  TextOutput out{};
  TextOutput messages{};
  NoInput input{"no input in this test"};
  Session session;
};

}  // namespace tandem::shell::test
