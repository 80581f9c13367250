// The real node, on a disk in memory and in a folder.
#include <stdlib.h>

#include <filesystem>

#include "protocol/runtime/system_runtime.hpp"
#include "storaged/disk/posix_filesystem.hpp"
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
  explicit StoragedSubject(std::unique_ptr<storaged::Filesystem> filesystem)
      : filesystem_(std::move(filesystem)) {
    auto opened = storaged::GuardedNode::open(runtime_, *filesystem_, life_, {.reserve_bytes = 0});
    EXPECT_TRUE(opened) << to_string(opened.error());
    node_ = std::move(*opened);
  }
  NodeService& service() override { return *node_; }

 private:
  protocol::SystemRuntime runtime_{};
  std::unique_ptr<storaged::Filesystem> filesystem_;
  Life life_{};
  std::unique_ptr<storaged::GuardedNode> node_{};
};

class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "tandem-node-XXXXXX").string();
    EXPECT_NE(::mkdtemp(pattern.data()), nullptr);
    path_ = pattern;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::unique_ptr<storaged::Filesystem> open() const {
    auto opened = storaged::PosixFilesystem::open_root(path_);
    EXPECT_TRUE(opened) << to_string(opened.error());
    return std::move(*opened);
  }

 private:
  std::filesystem::path path_;
};

class FolderSubject : public Subject {
 public:
  NodeService& service() override { return node_.service(); }

 private:
  const Folder folder_{};
  StoragedSubject node_{folder_.open()};
};

const SubjectKind on_disk{
    "OnDisk",
    [] { return std::make_unique<StoragedSubject>(std::make_unique<support::MemoryFilesystem>()); }};
const SubjectKind in_folder{"InFolder", [] { return std::make_unique<FolderSubject>(); }};

INSTANTIATE_TEST_SUITE_P(Storaged, NodeServiceContract,
                         testing::Values(on_disk, behind_a_port(on_disk), in_folder,
                                         behind_a_port(in_folder)),
                         [](const auto& subject) { return subject.param.name; });

}  // namespace
}  // namespace tandem::tests
