#include "gateway/catalogue/sqlite/watchers.hpp"

#include <algorithm>
#include <climits>
#include <unordered_set>

#include "gateway/catalogue/sqlite/tables.hpp"

namespace tandem::gateway {
namespace {

using namespace std::chrono_literals;

constexpr Duration backstop = 50ms;  // for a writer that died between its commit and the bell
constexpr Duration stale_after = 1s;

// What changed behind `since`, the last state of each key, in the order of those last changes.
Result<std::vector<Event>> news(Connection& connection, const std::string& prefix, Revision since,
                                Revision& revision) {
  const tables::ReadTransaction snapshot(connection);
  if (!snapshot.status()) return snapshot.status().error();
  auto history = tables::history(connection, since);
  if (!history) return std::move(history).error();
  revision = history->revision;
  if (history->reset) return std::vector{Event{Event::Kind::reset, Entry{{}, {}, revision, 0}}};
  std::vector<Event> events;
  std::unordered_set<std::string_view> later;
  std::ranges::reverse(history->keys);
  for (const std::string& key : history->keys) {
    if (!key.starts_with(prefix) || !later.insert(key).second) continue;
    auto entry = tables::entry(connection, key);
    if (!entry) return std::move(entry).error();
    const auto kind = *entry ? Event::Kind::put : Event::Kind::erase;
    events.push_back(Event{kind, std::move(*entry).value_or(Entry{key, {}, revision, 0})});
  }
  std::ranges::reverse(events);
  return events;
}

}  // namespace

class Watchers::Handle final : public Watch {
 public:
  Handle(Watchers& watchers, std::shared_ptr<Watcher> watcher)
      : watchers_(watchers), watcher_(std::move(watcher)) {}
  ~Handle() override {
    std::unique_lock lock(watchers_.mutex_);
    watcher_->ended = true;
    std::erase(watchers_.watchers_, watcher_);
    while (watcher_->called) watchers_.called_->wait_until(lock, watchers_.runtime_.now() + 1s);
  }

 private:
  Watchers& watchers_;
  const std::shared_ptr<Watcher> watcher_;
};

Watchers::Watchers(SharedFile& shared, ReaderPool& readers, Runtime& runtime)
    : shared_(shared), readers_(readers), runtime_(runtime), called_(runtime.make_signal()) {}

Watchers::~Watchers() {
  ending_ = true;
  SharedWords& words = shared_.words();
  words.doorbell.fetch_add(1);
  wake_word(words.doorbell, INT_MAX);
  thread_.reset();
}

std::unique_ptr<Watch> Watchers::add(std::string prefix, Revision after,
                                     std::function<void(const Event&)> callback) {
  auto watcher = std::make_shared<Watcher>();
  watcher->prefix = std::move(prefix);
  watcher->applied = after;
  watcher->callback = std::move(callback);
  {
    const std::lock_guard lock(mutex_);
    watchers_.push_back(watcher);
    if (!thread_) thread_ = runtime_.spawn("catalogue-watch", [this] { run(); });
  }
  SharedWords& words = shared_.words();
  words.doorbell.fetch_add(1);  // it may have missed something already
  wake_word(words.doorbell, INT_MAX);
  return std::make_unique<Handle>(*this, std::move(watcher));
}

void Watchers::run() {
  std::uint32_t heard = shared_.words().doorbell.load();
  Instant good = runtime_.now();
  while (!ending_) {
    List present;
    {
      const std::lock_guard lock(mutex_);
      present = watchers_;
    }
    const bool all_told =
        std::ranges::all_of(present, [this](const auto& watcher) { return tell_news(watcher); });
    const Instant now = runtime_.now();
    if (all_told) good = now;
    if (now - good > stale_after) std::ranges::for_each(present, [this](const auto& w) { tell_stale(w); });
    if (shared_.words().doorbell.load() == heard) wait_on_word(shared_.words().doorbell, heard, backstop);
    heard = shared_.words().doorbell.load();
    if (!all_told)
      runtime_.sleep_until(runtime_.now() + backstop);  // a failing database is not asked on every bell
  }
}

bool Watchers::tell_news(const std::shared_ptr<Watcher>& watcher) {
  Revision revision = 0;
  std::vector<Event> events;
  {
    auto reader = readers_.take();
    if (!reader) return false;
    auto found = news(**reader, watcher->prefix, watcher->applied, revision);
    if (!found) return false;
    events = std::move(found).value();
  }
  if (std::exchange(watcher->stale, false)) {
    events = {Event{Event::Kind::reset, Entry{{}, {}, revision, 0}}};
  }
  for (const Event& event : events) tell(watcher, event);
  watcher->applied = revision;
  return true;
}

void Watchers::tell_stale(const std::shared_ptr<Watcher>& watcher) {
  if (!std::exchange(watcher->stale, true)) tell(watcher, Event{Event::Kind::stale, {}});
}

void Watchers::tell(const std::shared_ptr<Watcher>& watcher, const Event& event) {
  {
    const std::lock_guard lock(mutex_);
    if (watcher->ended) return;
    watcher->called = true;
  }
  watcher->callback(event);
  const std::lock_guard lock(mutex_);
  watcher->called = false;
  called_->notify_all();
}

}  // namespace tandem::gateway
