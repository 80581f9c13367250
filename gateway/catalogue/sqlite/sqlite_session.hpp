// A session of this process: its file, the thread that keeps its heart beating, and its orderly end.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>

#include "gateway/catalogue/catalogue.hpp"
#include "gateway/catalogue/sqlite/session_files.hpp"

namespace tandem::gateway {

class SqliteSession final : public Session {
 public:
  // `sent`: before its file got the heartbeat it was published with. `end` erases it from the catalogue.
  SqliteSession(SessionId id, Duration lease, Instant sent, std::unique_ptr<SessionFile> file,
                Runtime& runtime, std::function<void(SessionId)> end);
  ~SqliteSession() override;

  SessionId id() const override { return id_; }
  bool valid() const override;
  Condition condition() const override;

 private:
  void keep_alive();

  const SessionId id_;
  const Duration lease_;
  const std::unique_ptr<SessionFile> file_;
  Runtime& runtime_;
  const std::function<void(SessionId)> end_;
  std::atomic<std::int64_t> valid_until_ns_;  // 0: lost
  std::mutex mutex_;
  bool ending_ = false;
  const std::unique_ptr<Signal> ended_;
  std::unique_ptr<Task> renewal_;
};

}  // namespace tandem::gateway
