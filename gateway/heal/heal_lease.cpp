#include "gateway/heal/heal_lease.hpp"

#include "gateway/catalogue/records/keys.hpp"

namespace tandem::gateway {
namespace {

constexpr Duration between_notes = std::chrono::seconds(1);

}  // namespace

Result<std::unique_ptr<HealLease::Held>> HealLease::take(const NodeId& node) {
  auto taken = try_take(node);
  if (!taken || *taken) return taken;
  const auto dead = catalogue_.engine().dead_sessions();
  if (!dead) return dead.error();
  if (dead->empty()) return taken;
  for (const SessionId session : *dead) {
    if (auto ended = catalogue_.engine().end_session(session); !ended) return std::move(ended).error();
  }
  return try_take(node);
}

Result<std::unique_ptr<HealLease::Held>> HealLease::try_take(const NodeId& node) {
  const std::string key = keys::heal(node);
  const auto present = catalogue_.get(key);
  if (!present) return present.error();
  if (*present) return std::unique_ptr<Held>{};
  auto session = catalogue_.engine().open_session(settings_.lease, settings_.about);
  if (!session) return std::move(session).error();
  HealRecord record{.about = settings_.about, .since_ns = runtime_.wall_now()};
  const Transaction transaction{{Condition::absent(key), (*session)->condition()},
                                {Change::put(key, encode(record), (*session)->id())}};
  const auto commit = catalogue_.commit(transaction);
  if (!commit) return commit.error();
  if (!commit->committed) return std::unique_ptr<Held>{};
  return std::make_unique<Held>(catalogue_, runtime_, std::move(*session), key, commit->revision,
                                std::move(record));
}

Result<std::optional<HealRecord>> HealLease::holder(const NodeId& node) {
  const auto present = catalogue_.get(keys::heal(node));
  if (!present) return present.error();
  if (!*present) return std::optional<HealRecord>{};
  auto record = decode_heal((*present)->value);
  if (!record) return std::move(record).error();
  return std::optional(std::move(*record));
}

HealLease::Held::Held(CachedCatalogue& catalogue, Runtime& runtime, std::unique_ptr<Session> session,
                      std::string key, Revision revision, HealRecord record)
    : catalogue_(catalogue),
      runtime_(runtime),
      session_(std::move(session)),
      key_(std::move(key)),
      begun_(runtime.now()),
      told_(begun_),
      revision_(revision),
      record_(std::move(record)) {}

void HealLease::Held::tell(std::uint64_t healed, std::uint64_t bytes) {
  const Instant now = runtime_.now();
  if (now - told_ < between_notes) return;
  told_ = now;
  record_.healed = healed;
  record_.bytes = bytes;
  record_.spent_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(now - begun_).count();
  const Transaction transaction{{Condition::at(key_, revision_)},
                                {Change::put(key_, encode(record_), session_->id())}};
  const auto commit = catalogue_.commit(transaction);
  if (commit && commit->committed) revision_ = commit->revision;
}

}  // namespace tandem::gateway
