// The store as a Tree.
#pragma once

#include <atomic>

#include "gateway/store/store.hpp"
#include "shell/transfer/tree.hpp"

namespace tandem::shell {

class StoreTree : public Tree {
 public:
  explicit StoreTree(gateway::Store& store) : store_(store) {}
  Result<Entry> look(const std::string& path, bool follow) override;
  Status list(const std::string& path, const std::function<bool(const std::string&)>& each) override;
  Result<std::unique_ptr<Source>> open(const std::string& path, std::uint64_t size_bytes) override;
  Result<std::unique_ptr<Target>> replace(const std::string& path, const Entry& entry) override;
  Status make_link(const std::string& path, const Entry& entry) override;
  Status make_directory(const std::string& path) override;
  Status set_attributes(const std::string& path, const Attributes& attributes) override;
  std::string refusal(const std::string& path) const override;

 private:
  gateway::Store& store_;
  std::atomic<std::uint64_t> links_moved_{0};  // for names of their own
};

}  // namespace tandem::shell
