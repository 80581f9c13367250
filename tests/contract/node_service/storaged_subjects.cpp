// The real node, on a disk in memory.
#include "protocol/runtime/system_runtime.hpp"
#include "storaged/service/guarded/guarded_node.hpp"
#include "tests/contract/node_service/remote_subjects.hpp"
#include "tests/support/memory_filesystem.hpp"

namespace tandem::tests {
namespace {

class Life final : public storaged::NodeLife {
 public:
  Life() {
    identity_.node.bytes.fill(0x0E);
    identity_.run = 41;
    identity_.version = "test";
  }
  NodeIdentity identity() override {
    const std::scoped_lock lock(mutex_);
    return identity_;
  }
  Status join(const ClusterId& cluster, Epoch epoch) override {
    const std::scoped_lock lock(mutex_);
    if (!identity_.cluster.is_null() && identity_.cluster != cluster) {
      return Error{.code = Code::exists, .cause = "this node belongs to another cluster"};
    }
    identity_.cluster = cluster;
    identity_.epoch = std::max(identity_.epoch, epoch);
    return success();
  }
  Status adopt_epoch(Epoch epoch) override {
    const std::scoped_lock lock(mutex_);
    if (epoch < identity_.epoch) return Error{.code = Code::stale, .cause = "a greater epoch was adopted"};
    identity_.epoch = epoch;
    return success();
  }

 private:
  std::mutex mutex_;
  NodeIdentity identity_{};
};

class StoragedSubject : public Subject {
 public:
  StoragedSubject() {
    auto opened = storaged::GuardedNode::open(runtime_, filesystem_, life_, {.reserve_bytes = 0});
    EXPECT_TRUE(opened) << to_string(opened.error());
    node_ = std::move(*opened);
  }
  NodeService& service() override { return *node_; }

 private:
  protocol::SystemRuntime runtime_{};
  support::MemoryFilesystem filesystem_{};
  Life life_{};
  std::unique_ptr<storaged::GuardedNode> node_{};
};

const SubjectKind on_disk{"OnDisk", [] { return std::make_unique<StoragedSubject>(); }};

INSTANTIATE_TEST_SUITE_P(Storaged, NodeServiceContract, testing::Values(on_disk, behind_a_port(on_disk)),
                         [](const auto& subject) { return subject.param.name; });

}  // namespace
}  // namespace tandem::tests
