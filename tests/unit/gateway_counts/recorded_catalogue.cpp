#include "tests/unit/gateway_counts/recorded_calls.hpp"

namespace tandem::test {
namespace {

using namespace gateway;  // NOLINT(google-build-using-namespace): the whole interface is repeated here

class RecordedCatalogue final : public Catalogue {
 public:
  RecordedCatalogue(std::unique_ptr<Catalogue> real, Tape& tape) : real_(std::move(real)), tape_(tape) {}

  Result<std::optional<Entry>> get(std::string_view key) override {
    tape_.note("get");
    return real_->get(key);
  }
  Result<Snapshot> get_many(std::span<const std::string> keys) override {
    tape_.note("get");
    return real_->get_many(keys);
  }
  Result<Snapshot> get_chain(std::string first, const NextKey& next) override {
    tape_.note("get");
    return real_->get_chain(std::move(first), next);
  }
  Result<Page> scan(std::string_view prefix, std::string_view after, std::size_t limit) override {
    tape_.note("scan");
    return real_->scan(prefix, after, limit);
  }
  Result<Commit> commit(const Transaction& transaction) override {
    tape_.note("commit");
    return real_->commit(transaction);
  }
  std::optional<Revision> known_revision() const override { return real_->known_revision(); }
  Result<History> history(Revision since) override {
    tape_.note("history");
    return real_->history(since);
  }
  Result<std::unique_ptr<Watch>> watch(std::string prefix, Revision after,
                                       std::function<void(const Event&)> callback) override {
    return real_->watch(std::move(prefix), after, std::move(callback));
  }
  Result<std::unique_ptr<Session>> open_session(Duration lease, std::string about) override {
    tape_.note("open session");
    return real_->open_session(lease, std::move(about));
  }
  Result<std::vector<SessionId>> dead_sessions() override { return real_->dead_sessions(); }
  Result<std::optional<Duration>> lease_left(SessionId session) override {
    return real_->lease_left(session);
  }
  Status end_session(SessionId session) override {
    tape_.note("end session");
    return real_->end_session(session);
  }
  CatalogueHealth health() override { return real_->health(); }

 private:
  const std::unique_ptr<Catalogue> real_;
  Tape& tape_;
};

}  // namespace

std::unique_ptr<gateway::Catalogue> recorded(std::unique_ptr<gateway::Catalogue> catalogue, Tape& tape) {
  return std::make_unique<RecordedCatalogue>(std::move(catalogue), tape);
}

}  // namespace tandem::test
