// The network between clients and nodes breaks so that two clients each reach another member of the same
// pair. Whatever they write meanwhile, the catalogue both reach decides: never are both members out, nothing
// that was acknowledged is lost, and afterwards the members are equal.
#include <atomic>
#include <map>
#include <thread>

#include "gateway/catalogue/records/keys.hpp"
#include "gateway/nodes/remote/http_transport.hpp"
#include "gateway/store/open_store.hpp"
#include "gateway/store/real_seams.hpp"
#include "protocol/runtime/system_runtime.hpp"
#include "tests/support/fault_proxy/fault_proxy.hpp"
#include "tests/support/local_cluster/local_cluster.hpp"

namespace tandem::test {
namespace {

using gateway::Store;
using gateway::WriteOptions;
using std::chrono::milliseconds;

using Contents = std::map<std::string, std::string>;  // by path

constexpr milliseconds request_timeout{300};
// A write that begins anew eight times, three time-outs each.
constexpr milliseconds held_up_max = 30 * request_timeout;

// The real transport, with another way to each node.
class Detour : public gateway::Transport {
 public:
  Detour(Runtime& runtime, std::map<std::string, std::string> ways)
      : http_(runtime, {.request = request_timeout}), ways_(std::move(ways)) {}
  std::shared_ptr<gateway::Node> connect(const std::string& address) override {
    return http_.connect(ways_.at(address));
  }

 private:
  gateway::HttpTransport http_;
  const std::map<std::string, std::string> ways_;
};

// A client with proxies of its own to both members.
class Gateway {
 public:
  Gateway(const LocalCluster& cluster, Runtime& runtime, std::string name)
      : runtime_(runtime), name_(std::move(name)) {
    const auto config = gateway::load_config(cluster.config_file().string(), {});
    if (config) config_ = *config;
    for (std::size_t node = 0; node < cluster.nodes(); ++node) {
      const auto address = cluster.address(node);
      const auto port = std::stoi(address.substr(address.rfind(':') + 1));
      proxies.push_back(std::make_unique<FaultProxy>(static_cast<std::uint16_t>(port)));
      ways_[address] = proxies.back()->address();
    }
  }

  void open(Store::Lifetime lifetime) {
    auto catalogue = gateway::open_catalogue(config_, runtime_);
    ASSERT_TRUE(catalogue.ok()) << to_string(catalogue.error());
    auto opened = gateway::open_store({.config = config_,
                                       .runtime = &runtime_,
                                       .transport = std::make_unique<Detour>(runtime_, ways_),
                                       .catalogue = std::move(*catalogue),
                                       .lifetime = lifetime});
    ASSERT_TRUE(opened.ok()) << to_string(opened.error());
    store_ = std::move(*opened);
  }
  void close() { store_.reset(); }

  // Writes in turns until told to stop; what is acknowledged is remembered.
  void write_until(const std::atomic<bool>& enough, int round) {
    for (int turn = 0; !enough; ++turn) {
      const std::string text = name_ + "-" + std::to_string(round) + "-" + std::to_string(turn) + ";";
      const std::string fresh = "/" + name_ + "-" + std::to_string(round) + "-" + std::to_string(turn);
      take(write(fresh, text, {.must_create = true}), fresh, text);
      take(write("/own-" + name_, text, {}), "/own-" + name_, text);
      const auto shared = write("/shared", text, {});
      take(shared, {}, {});
      if (shared) shared_[shared->version] = text;
      const auto appended = write("/log", text, {.where = WriteOptions::Where::append});
      take(appended, {}, {});
      (appended ? appended_ : perhaps_appended_).push_back(text);
    }
  }

  std::vector<std::unique_ptr<FaultProxy>> proxies;
  std::map<std::string, std::string> acknowledged_{};            // the last content of each path
  std::map<std::string, std::vector<std::string>> attempted_{};  // since then, not acknowledged
  std::map<Revision, std::string> shared_{};
  std::vector<std::string> appended_{};
  std::vector<std::string> perhaps_appended_{};
  int successes = 0;
  int refusals = 0;

 private:
  Result<gateway::Item> write(const std::string& path, const std::string& text, const WriteOptions& options) {
    const auto begun = std::chrono::steady_clock::now();
    auto written = store_->write(path, text, options);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, held_up_max) << path;
    return written;
  }

  void take(const Result<gateway::Item>& written, const std::string& path, const std::string& text) {
    if (written) {
      ++successes;
      if (path.empty()) return;
      acknowledged_[path] = text;
      attempted_[path].clear();
      return;
    }
    ++refusals;
    if (!path.empty()) attempted_[path].push_back(text);
    const auto& error = written.error();
    EXPECT_TRUE(error.code == Code::unavailable || error.code == Code::stale ||
                error.code == Code::outcome_unknown)
        << to_string(error);
    const bool names_a_node = to_string(error).find("127.0.0.1:") != std::string::npos;
    EXPECT_TRUE(names_a_node || error.code != Code::unavailable) << to_string(error);
  }

  Runtime& runtime_;
  const std::string name_;
  gateway::Config config_{};
  std::map<std::string, std::string> ways_;
  std::unique_ptr<Store> store_;
};

// Looks at the states of all members, again and again, each time as they are at one moment.
class Witness {
 public:
  Witness(const LocalCluster& cluster, Runtime& runtime) {
    const auto config = gateway::load_config(cluster.config_file().string(), {});
    auto catalogue = gateway::open_catalogue(*config, runtime);
    EXPECT_TRUE(catalogue.ok());
    catalogue_ = std::move(*catalogue);
    thread_ = std::thread([this] {
      while (!stopping_) look();
    });
  }
  ~Witness() {
    stopping_ = true;
    thread_.join();
  }
  int looks() const { return looks_; }
  int one_out() const { return one_out_; }
  int all_out() const { return all_out_; }

 private:
  void look() {
    const auto page = catalogue_->scan(gateway::keys::nodes_prefix, {}, 10);
    if (!page) return;
    int out = 0;
    for (const auto& entry : page->entries) {
      const auto record = gateway::decode<gateway::NodeRecord>(entry.value);
      if (record && record->state == gateway::NodeState::out) ++out;
    }
    ++looks_;
    one_out_ += out == 1 ? 1 : 0;
    all_out_ += out == 2 ? 1 : 0;
    std::this_thread::sleep_for(milliseconds(1));
  }

  std::unique_ptr<gateway::Catalogue> catalogue_;
  std::atomic<bool> stopping_{false};
  std::atomic<int> looks_{0};
  std::atomic<int> one_out_{0};
  std::atomic<int> all_out_{0};
  std::thread thread_;
};

class TwoGateways : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(cluster.start_and_init());
    ASSERT_TRUE(cluster.tandem({"write", "/log", ""}).ok());
    ASSERT_TRUE(cluster.members_become_equal());
  }

  void write_at_the_same_time(int round, milliseconds time) {
    std::atomic<bool> enough{false};
    std::thread other([&] { second.write_until(enough, round); });
    std::thread timer([&] {
      std::this_thread::sleep_for(time);  // the length of the partition
      enough = true;
    });
    first.write_until(enough, round);
    other.join();
    timer.join();
  }

  // Everything there is, as a client reads it now.
  Contents contents() {
    const TemporaryFolder back;
    const auto got = cluster.tandem({"get", "-r", "/", (back.path() / "all").string()});
    EXPECT_TRUE(got.ok()) << describe(got);
    Contents all;
    for (const auto& entry : std::filesystem::directory_iterator(back.path() / "all")) {
      all["/" + entry.path().filename().string()] = content_of_file(entry.path());
    }
    return all;
  }

  // The last acknowledged content, or one that came behind it without an answer.
  static void expect_kept(const Gateway& gateway, const Contents& contents) {
    for (const auto& [path, text] : gateway.acknowledged_) {
      ASSERT_TRUE(contents.contains(path)) << path << " is lost";
      const auto& now = contents.at(path);
      const auto later = gateway.attempted_.find(path);
      const bool unanswered = later != gateway.attempted_.end() &&
                              std::count(later->second.begin(), later->second.end(), now) > 0;
      EXPECT_TRUE(now == text || unanswered) << path << " holds " << now << ", not " << text;
    }
  }

  void expect_appended_once(const std::string& log) const {
    const auto times = [&](const std::string& text) {
      int found = 0;
      for (auto at = log.find(text); at != std::string::npos; at = log.find(text, at + 1)) ++found;
      return found;
    };
    for (const auto* gateway : {&first, &second}) {
      for (const auto& text : gateway->appended_) EXPECT_EQ(times(text), 1) << text;
      for (const auto& text : gateway->perhaps_appended_) EXPECT_LE(times(text), 1) << text;
    }
  }

  void expect_newest_shared(const std::string& content) const {
    std::map<Revision, std::string> all = first.shared_;
    all.insert(second.shared_.begin(), second.shared_.end());
    EXPECT_EQ(content, all.rbegin()->second);
  }

  protocol::SystemRuntime runtime;
  LocalCluster cluster{{.nodes = 2}};
  Gateway first{cluster, runtime, "first"};
  Gateway second{cluster, runtime, "second"};
};

TEST_F(TwoGateways, ThatReachDifferentMembersNeverEndWithBothOutAndLoseNothing) {
  const std::vector<void (FaultProxy::*)()> faults{&FaultProxy::refuse, &FaultProxy::black_hole,
                                                   &FaultProxy::cut_off};
  Witness witness(cluster, runtime);
  for (int round = 0; round < 6; ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    const auto lifetime = round < 3 ? Store::Lifetime::one_shot : Store::Lifetime::lasting;
    for (auto* gateway : {&first, &second}) ASSERT_NO_FATAL_FAILURE(gateway->open(lifetime));
    const auto fault = faults[static_cast<std::size_t>(round) % faults.size()];
    (first.proxies[1].get()->*fault)();
    (second.proxies[0].get()->*fault)();
    const int before = first.successes + second.successes;
    write_at_the_same_time(round, milliseconds(1200));
    EXPECT_GT(first.successes + second.successes, before) << "nobody could write";
    for (auto* gateway : {&first, &second}) {
      for (const auto& proxy : gateway->proxies) proxy->pass();
      gateway->close();
    }
    ASSERT_TRUE(cluster.heals());
    const Contents now = contents();
    expect_kept(first, now);
    expect_kept(second, now);
    expect_appended_once(now.at("/log"));
    expect_newest_shared(now.at("/shared"));
    std::cout << "round " << round << ": " << first.successes << " + " << second.successes << " written, "
              << first.refusals << " + " << second.refusals << " refused\n";
  }
  EXPECT_EQ(witness.all_out(), 0);
  EXPECT_GT(witness.one_out(), 0) << "the partition was noticed";
  EXPECT_GT(witness.looks(), 100);
  EXPECT_GT(first.refusals + second.refusals, 0) << "an append needs what only the other member holds";
}

}  // namespace
}  // namespace tandem::test
