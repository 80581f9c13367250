// The connections to one peer: kept alive, used by one call at a time, at most so many. Any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "protocol/contract/result.hpp"
#include "protocol/contract/runtime.hpp"
#include "protocol/http/client_connection.hpp"

namespace tandem::protocol {

struct ClientOptions {
  Duration connect = std::chrono::milliseconds(300);
  Duration request = std::chrono::seconds(1);  // since last progress; also the wait for a free connection
  std::size_t connections_max = 16;
};

class ConnectionPool {
 public:
  enum class Wanted : std::uint8_t {
    any,      // perhaps one the peer has closed by now
    checked,  // one the peer had not closed a moment ago
    fresh,    // a new one; the kept ones are given up
  };

  // A connection on loan. Returned when it can be used again, else closed.
  class Lease {
   public:
    Lease() = default;
    Lease(ConnectionPool& pool, std::unique_ptr<ClientConnection> connection, bool fresh)
        : pool_(&pool), connection_(std::move(connection)), fresh_(fresh) {}
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&& other) noexcept;
    ~Lease() { release(); }
    void release();
    bool is_fresh() const { return fresh_; }
    bool holds() const { return connection_ != nullptr; }
    ClientConnection* operator->() const { return connection_.get(); }
    ClientConnection& operator*() const { return *connection_; }

   private:
    ConnectionPool* pool_ = nullptr;
    std::unique_ptr<ClientConnection> connection_{};
    bool fresh_ = false;
  };

  ConnectionPool(std::string address, Runtime& runtime, ClientOptions options);
  ~ConnectionPool();  // no lease may be out

  // `unavailable` when the peer cannot be reached or no connection came free in time.
  Result<Lease> acquire(Wanted wanted);
  const std::string& address() const { return address_; }

 private:
  friend class Lease;
  Result<std::unique_ptr<ClientConnection>> open();
  std::unique_ptr<ClientConnection> take_kept(Wanted wanted);
  void put_back(std::unique_ptr<ClientConnection> connection);

  const std::string address_;
  Runtime& runtime_;
  const ClientOptions options_;
  std::mutex mutex_;
  std::unique_ptr<Signal> freed_;
  std::vector<std::unique_ptr<ClientConnection>> kept_{};
  std::size_t out_ = 0;
  std::shared_ptr<const PeerAddress> peer_{};
};

}  // namespace tandem::protocol
