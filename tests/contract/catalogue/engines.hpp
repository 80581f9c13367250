// The engines the contract suite runs on. A World is one catalogue; each connect() is a process of its own
// as far as the interface can tell.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "gateway/catalogue/catalogue.hpp"
#include "protocol/runtime/system_runtime.hpp"

namespace tandem::gateway {

class World {
 public:
  virtual ~World() = default;
  virtual std::unique_ptr<Catalogue> connect() = 0;
  Runtime& runtime() { return runtime_; }

 private:
  protocol::SystemRuntime runtime_;
};

struct Engine {
  std::string name;
  std::unique_ptr<World> (*make)();
};
std::vector<Engine> engines();

// Waits until the condition holds; false after a generous deadline.
bool eventually(const std::function<bool()>& condition);

class CatalogueTest : public testing::TestWithParam<Engine> {
 protected:
  void SetUp() override {
    world_ = GetParam().make();
    ASSERT_TRUE(world_);
    catalogue_ = world_->connect();
    ASSERT_TRUE(catalogue_);
  }

  Catalogue& catalogue() { return *catalogue_; }
  World& world() { return *world_; }

  // Commits; the test fails when that is an error. A conflict has committed == false.
  Commit commit(std::vector<Condition> conditions, std::vector<Change> changes);
  // Puts a key that is not there yet and returns the revision.
  Revision make(const std::string& key, const std::string& value);
  std::optional<Entry> get(const std::string& key);

 private:
  std::unique_ptr<World> world_;
  std::unique_ptr<Catalogue> catalogue_;
};

}  // namespace tandem::gateway
