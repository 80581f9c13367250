// A catalogue on disk for one benchmark, in a temporary folder that goes with it.
#pragma once

#include <memory>
#include <string>

#include "gateway/catalogue/catalogue.hpp"
#include "protocol/runtime/system_runtime.hpp"

namespace tandem::bench {

class FreshCatalogue {
 public:
  explicit FreshCatalogue(const gateway::Transaction& first);
  ~FreshCatalogue();
  FreshCatalogue(const FreshCatalogue&) = delete;
  FreshCatalogue& operator=(const FreshCatalogue&) = delete;

  // Null where it could not be made: no folder, a disk that refuses.
  gateway::Catalogue* engine() { return engine_.get(); }
  Runtime& runtime() { return runtime_; }

 private:
  protocol::SystemRuntime runtime_;
  std::string folder_{};
  std::unique_ptr<gateway::Catalogue> engine_{};
};

}  // namespace tandem::bench
