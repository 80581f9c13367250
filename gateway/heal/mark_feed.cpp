#include "gateway/heal/mark_feed.hpp"

#include <algorithm>

#include "gateway/catalogue/records/keys.hpp"
#include "gateway/heal/demand.hpp"

namespace tandem::gateway {
namespace {

constexpr std::size_t page_marks = 1024;
constexpr Duration short_batch = std::chrono::milliseconds(200);
constexpr Duration long_batch = std::chrono::milliseconds(600);

}  // namespace

Result<bool> MarkFeed::next_page() {
  if (!more_) return false;
  auto page = catalogue_.scan(keys::marks_of(node_), last_, page_marks);
  if (!page) return std::move(page).error();
  const std::scoped_lock lock(mutex_);
  page_ = std::move(page->entries);
  more_ = page->more;
  used_ = 0;
  return !page_.empty() && !stopped_;
}

std::size_t MarkFeed::left() const {
  const std::scoped_lock lock(mutex_);
  return page_.size() - used_;
}

Result<std::vector<Entry>> MarkFeed::next() {
  auto first = wanted();
  if (!first || !first->empty()) return first;
  const std::scoped_lock lock(mutex_);
  std::vector<Entry> batch;
  while (batch.empty() && !stopped_ && used_ < page_.size()) {
    const std::size_t share = (page_.size() - used_ + healers_ - 1) / healers_;
    for (const std::size_t end = used_ + std::min(share, batch_); used_ < end; ++used_) {
      last_ = page_[used_].key;
      if (first_.erase(last_) == 0) batch.push_back(std::move(page_[used_]));
    }
  }
  return batch;
}

void MarkFeed::took(Duration duration) {
  const std::scoped_lock lock(mutex_);
  if (duration < short_batch) batch_ = std::min(batch_ * 2, batch_marks);
  if (duration > long_batch) batch_ = std::max<std::size_t>(batch_ / 2, 1);
}

void MarkFeed::stop() {
  const std::scoped_lock lock(mutex_);
  stopped_ = true;
}

// Marks of ids somebody wants, as far as they have not had their turn.
Result<std::vector<Entry>> MarkFeed::wanted() {
  std::vector<Entry> marks;
  const auto ids = take_demands(catalogue_, node_);
  if (ids.empty()) return marks;
  std::vector<std::string> keys;
  {
    const std::scoped_lock lock(mutex_);
    for (const ObjectId& id : ids) {
      std::string key = keys::mark(node_, id);
      if (!stopped_ && key > last_ && first_.insert(key).second) keys.push_back(std::move(key));
    }
  }
  auto found = catalogue_.get_many(keys);
  if (!found) return std::move(found).error();
  for (const auto& mark : found->entries) {
    if (mark) marks.push_back(*mark);
  }
  return marks;
}

}  // namespace tandem::gateway
