// Catalogues that another one stands behind, for tests of what an engine says of its revision.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/catalogue/catalogue.hpp"

namespace tandem::support {

class Passing : public gateway::Catalogue {
 public:
  explicit Passing(gateway::Catalogue& sure) : sure_(sure) {}
  Result<std::optional<gateway::Entry>> get(std::string_view key) override { return sure_.get(key); }
  Result<gateway::Snapshot> get_many(std::span<const std::string> keys) override {
    ++reads;
    return sure_.get_many(keys);
  }
  Result<gateway::Snapshot> get_chain(std::string first, const gateway::NextKey& next) override {
    ++reads;
    return sure_.get_chain(std::move(first), next);
  }
  Result<gateway::Page> scan(std::string_view prefix, std::string_view after, std::size_t limit) override {
    return sure_.scan(prefix, after, limit);
  }
  Result<gateway::Commit> commit(const gateway::Transaction& transaction) override {
    return sure_.commit(transaction);
  }
  std::optional<Revision> known_revision() const override { return sure_.known_revision(); }
  Result<gateway::History> history(Revision since) override { return sure_.history(since); }
  Result<std::unique_ptr<gateway::Watch>> watch(
      std::string prefix, Revision after, std::function<void(const gateway::Event&)> callback) override {
    return sure_.watch(std::move(prefix), after, std::move(callback));
  }
  Result<std::unique_ptr<gateway::Session>> open_session(Duration lease, std::string about) override {
    return sure_.open_session(lease, std::move(about));
  }
  Result<std::vector<SessionId>> dead_sessions() override { return sure_.dead_sessions(); }
  Result<std::optional<Duration>> lease_left(SessionId session) override { return sure_.lease_left(session); }
  Status end_session(SessionId session) override { return sure_.end_session(session); }
  gateway::CatalogueHealth health() override { return sure_.health(); }

  int reads = 0;

 private:
  gateway::Catalogue& sure_;
};

// Says for a while that something is being changed.
class Changing final : public Passing {
 public:
  using Passing::Passing;
  std::optional<Revision> known_revision() const override {
    return changing ? std::nullopt : Passing::known_revision();
  }

  bool changing = true;
};

}  // namespace tandem::support
