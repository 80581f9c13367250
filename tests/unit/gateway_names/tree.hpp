// A namespace in memory with the operations of a client on it: each plans, commits and on a conflict plans
// again. Used by the unit tests and by the interleavings of tests/sim/names.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/catalogue/names/names.hpp"
#include "protocol/runtime/system_runtime.hpp"
#include "tests/support/memory_catalogue/memory_catalogue.hpp"

namespace tandem::support {

// What all clients share: the catalogue with a root directory.
class SharedTree {
 public:
  SharedTree();
  MemoryCatalogue& catalogue() { return catalogue_; }

  // Every path with the number of its object ("d", "f" and "l" before it tell the kind), as far as it can be
  // reached from the root.
  std::map<std::string, std::string> paths() const;
  // What must never be: an entry under a directory that is gone, a name without a record or a record without
  // its names, a directory that cannot be reached. Empty when all is well.
  std::string damage() const;

 private:
  protocol::SystemRuntime runtime_;
  MemoryCatalogue catalogue_{runtime_};
};

// One client.
class Tree {
 public:
  using Planner = std::function<Result<gateway::Plan>()>;
  struct Done {
    Code code = Code::ok;
    gateway::Plan plan{};  // that was committed
  };

  explicit Tree(SharedTree& shared, CatalogueHooks hooks = {},
                std::function<void(std::string_view)> on_change = {});

  gateway::CachedCatalogue& catalogue() { return cached_; }
  gateway::Names& names() { return names_; }

  Result<gateway::Plan> plan_create(std::string_view path, ObjectId id, gateway::ObjectRecord record);
  Result<gateway::Plan> plan_symlink(std::string_view path, ObjectId id, std::string_view target);
  Done make(std::string_view path, ObjectId id, Kind kind);
  Done file(std::string_view path, std::uint8_t number) { return make(path, numbered(number), Kind::file); }
  Done directory(std::string_view path, std::uint8_t number) {
    return make(path, numbered(number), Kind::directory);
  }
  Done symlink(std::string_view target, std::string_view path, std::uint8_t number);
  Done move(std::string_view from, std::string_view to, bool no_replace = false);
  Done remove(std::string_view path);
  Done link(std::string_view existing, std::string_view added);
  // Commits what the planner plans, and plans again after a conflict.
  Done run(const Planner& planner);

  static ObjectId numbered(std::uint8_t number);

 private:
  std::unique_ptr<MemoryClient> client_;
  gateway::CachedCatalogue cached_;
  gateway::Names names_;
};

}  // namespace tandem::support
