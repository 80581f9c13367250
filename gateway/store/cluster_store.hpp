// The facade over the parts: each call resolves, plans and commits through the Core, nothing more.
#pragma once

#include <memory>
#include <mutex>

#include "gateway/store/core.hpp"
#include "gateway/store/mending.hpp"

namespace tandem::gateway {

class ClusterStore final : public Store {
 public:
  // `inherits`: clients that died have left something owed, and it has been made marks.
  ClusterStore(std::unique_ptr<Core> core, Lifetime lifetime, bool inherits);
  ~ClusterStore() override;
  Status close() override;

  Status make_directory(std::string_view path, bool with_parents, std::uint32_t mode) override;
  Result<Item> create(std::string_view path) override;
  Status move(std::string_view from, std::string_view to, bool no_replace) override;
  Status remove(std::string_view path) override;
  Status link(std::string_view existing, std::string_view added) override;
  Status symlink(std::string_view target, std::string_view path) override;
  Status set_attributes(std::string_view path, const Attributes& attributes) override;
  Result<Item> stat(std::string_view path) override;
  Result<Item> stat_followed(std::string_view path) override;
  Result<ItemPage> list(std::string_view path, std::string_view after, std::size_t limit) override;
  Result<std::unique_ptr<Reader>> open_reader(std::string_view path, std::uint64_t offset,
                                              std::optional<std::uint64_t> length) override;
  Result<std::unique_ptr<Writer>> open_writer(std::string_view path, const WriteOptions& options) override;
  Result<std::string> read(std::string_view path) override;
  Result<Item> write(std::string_view path, std::string_view bytes, const WriteOptions& options) override;
  Result<Revision> lock(std::string_view path, const LockOptions& options) override;
  Status unlock(std::string_view path) override;
  Result<std::size_t> break_lock(std::string_view path) override;
  Result<std::vector<LockInfo>> locks(std::size_t limit) override;
  std::string held_locks() override;
  Result<ClusterStatus> status() override;
  Result<std::vector<TreeEntry>> node_tree(std::string_view node, const std::string& after,
                                           std::size_t limit) override;
  Result<PathReport> why(std::string_view path) override;
  Result<std::vector<LoggedEvent>> events(std::uint64_t after, std::size_t limit) override;
  Result<std::uint64_t> newest_event() override;
  Result<HealProgress> heal(const std::function<bool(const HealProgress&)>& progress) override;
  Status replace_node(const ReplaceRequest& request) override;
  bool drain_settles(Instant deadline) override;

 private:
  Status make_one_directory(const std::string& path, std::uint32_t mode);
  Result<Item> look(std::string_view path, LastLink last);

  const std::unique_ptr<Core> core_;
  const bool inherits_;
  std::unique_ptr<Watchman> watchman_;
  bool closed_ = false;
};

}  // namespace tandem::gateway
