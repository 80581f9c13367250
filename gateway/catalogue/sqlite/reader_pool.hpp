// A few connections for reading, so that readers wait neither for writers nor, in the usual case, for one
// another. All calls may be made at the same time.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gateway/catalogue/sqlite/connection.hpp"
#include "protocol/contract/runtime.hpp"

namespace tandem::gateway {

class ReaderPool {
 public:
  static constexpr std::size_t connections_max = 4;

  ReaderPool(std::string database, Runtime& runtime);

  class Lease {
   public:
    Lease(ReaderPool& pool, std::unique_ptr<Connection> connection)
        : pool_(pool), connection_(std::move(connection)) {}
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (connection_) pool_.give_back(std::move(connection_));
    }
    Connection& operator*() { return *connection_; }

   private:
    ReaderPool& pool_;
    std::unique_ptr<Connection> connection_;
  };

  // `unavailable` when none becomes free in time.
  Result<Lease> take();

 private:
  void give_back(std::unique_ptr<Connection> connection);

  const std::string database_;
  Runtime& runtime_;
  std::mutex mutex_;
  std::unique_ptr<Signal> returned_;
  std::vector<std::unique_ptr<Connection>> idle_;
  std::size_t in_use_ = 0;
};

}  // namespace tandem::gateway
