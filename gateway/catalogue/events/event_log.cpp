#include "gateway/catalogue/events/event_log.hpp"

#include "gateway/catalogue/records/keys.hpp"

namespace tandem::gateway {
namespace {

Result<std::uint64_t> counted(const std::optional<Entry>& counter) {
  if (!counter) return std::uint64_t{0};
  const auto sequence = keys::parse_event_count(counter->value);
  if (!sequence) return Error{Code::corrupt, "the catalogue's count of events does not parse"};
  return *sequence;
}

}  // namespace

Status EventLog::add(Transaction& transaction, EventRecord event) {
  const std::string counter_key(keys::event_count);
  const auto counter = catalogue_.get(counter_key);
  if (!counter) return counter.error();
  const auto last = counted(*counter);
  if (!last) return last.error();
  const std::uint64_t sequence = *last + 1;
  event.at_ns = runtime_.wall_now();
  transaction.conditions.push_back(*counter ? Condition::at(counter_key, (*counter)->revision)
                                            : Condition::absent(counter_key));
  transaction.changes.push_back(Change::put(counter_key, keys::event_count_value(sequence)));
  transaction.changes.push_back(Change::put(keys::event(sequence), encode(event)));
  if (sequence > events_kept)
    transaction.changes.push_back(Change::erase(keys::event(sequence - events_kept)));
  return success();
}

Result<std::vector<LoggedEvent>> EventLog::read(std::uint64_t after, std::size_t limit) {
  const auto page =
      catalogue_.scan(keys::events_prefix, after == 0 ? std::string() : keys::event(after), limit);
  if (!page) return page.error();
  std::vector<LoggedEvent> events;
  for (const Entry& entry : page->entries) {
    const auto sequence = keys::parse_event(entry.key);
    auto record = decode<EventRecord>(entry.value);
    if (!record) return std::move(record).error();
    if (!sequence) return Error{Code::corrupt, "a key of an event does not parse"};
    events.push_back({*sequence, std::move(*record)});
  }
  return events;
}

Result<std::uint64_t> EventLog::newest() {
  const auto counter = catalogue_.get(keys::event_count);
  if (!counter) return counter.error();
  return counted(*counter);
}

}  // namespace tandem::gateway
