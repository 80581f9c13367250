#include "tests/sim/world/sim_watch.hpp"

#include <deque>
#include <mutex>
#include <utility>

namespace tandem::sim {
namespace {

using gateway::Entry;
using gateway::Event;

class Relay {
 public:
  Relay(Process& process, const WatchFaults& faults, Chance chance,
        std::function<void(const Event&)> callback)
      : process_(process),
        faults_(faults),
        chance_(chance),
        callback_(std::move(callback)),
        changed_(process.make_signal()) {}

  void push(const Event& event) {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(event);
    changed_->notify_all();
  }
  void end() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_->notify_all();
  }

  void run() {
    while (auto event = next()) {
      if (chance_.happens(faults_.late)) process_.scheduler().pause(Duration(0), faults_.late_max);
      if (chance_.happens(faults_.cut)) event = cut_off(*event);
      if (!ended()) callback_(*event);
    }
  }

 private:
  std::optional<Event> next() {
    std::unique_lock lock(mutex_);
    while (waiting_.empty() && !ended_) changed_->wait_until(lock, process_.now() + std::chrono::hours(1));
    if (ended_) return std::nullopt;
    Event event = std::move(waiting_.front());
    waiting_.pop_front();
    return event;
  }
  bool ended() {
    const std::lock_guard lock(mutex_);
    return ended_;
  }
  Event cut_off(const Event& last) {
    const std::lock_guard lock(mutex_);
    const Revision revision = waiting_.empty() ? last.entry.revision : waiting_.back().entry.revision;
    waiting_.clear();
    process_.scheduler().note([] { return std::string("a watch on the catalogue is cut off"); });
    return Event{Event::Kind::reset, Entry{{}, {}, revision, 0}};
  }

  Process& process_;
  const WatchFaults& faults_;
  Chance chance_;
  const std::function<void(const Event&)> callback_;
  std::mutex mutex_{};
  std::unique_ptr<Signal> changed_;
  std::deque<Event> waiting_{};
  bool ended_ = false;
};

class SimWatch final : public gateway::Watch {
 public:
  SimWatch(std::shared_ptr<Relay> relay, std::unique_ptr<gateway::Watch> inner, std::unique_ptr<Task> task)
      : relay_(std::move(relay)), inner_(std::move(inner)), task_(std::move(task)) {}
  ~SimWatch() override {
    inner_.reset();
    relay_->end();
    task_.reset();
  }

 private:
  std::shared_ptr<Relay> relay_;
  std::unique_ptr<gateway::Watch> inner_;
  std::unique_ptr<Task> task_;
};

}  // namespace

Result<std::unique_ptr<gateway::Watch>> watch_with_faults(Process& process, support::MemoryClient& engine,
                                                          const WatchFaults& faults, Chance chance,
                                                          std::string prefix, Revision after,
                                                          std::function<void(const Event&)> callback) {
  auto relay = std::make_shared<Relay>(process, faults, chance, std::move(callback));
  auto inner = engine.watch(std::move(prefix), after, [relay](const Event& event) { relay->push(event); });
  if (!inner) return inner.error();
  auto task = process.spawn("watch", [relay] { relay->run(); });
  return std::unique_ptr<gateway::Watch>(
      std::make_unique<SimWatch>(std::move(relay), std::move(*inner), std::move(task)));
}

}  // namespace tandem::sim
