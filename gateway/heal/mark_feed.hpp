// Hands out the marks of one member to those who heal it, in batches: what somebody wants to read first, the
// rest in the order of the ids; each once, as far as it was there when its page was read.
//
// next() and stop() may be called at the same time; next_page() while nobody calls next().
#pragma once

#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "gateway/catalogue/names/cached_catalogue.hpp"
#include "protocol/contract/identifiers.hpp"
#include "protocol/contract/runtime.hpp"

namespace tandem::gateway {

class MarkFeed {
 public:
  static constexpr std::size_t batch_marks = 32;  // so that their erasure fits one transaction

  // `healers`: how many will ask; what is left is shared out among them.
  MarkFeed(CachedCatalogue& catalogue, const NodeId& node, std::size_t healers)
      : catalogue_(catalogue), node_(node), healers_(healers) {}

  // Reads on. False: there are no more marks.
  Result<bool> next_page();
  std::size_t left() const;  // of the page
  // Empty: the page is used up, and nothing is wanted before its turn.
  Result<std::vector<Entry>> next();
  // How long healing a batch took: so that what is wanted next does not wait long behind large files, and
  // small ones share their round trips.
  void took(Duration duration);
  void stop();  // nothing is handed out any longer

 private:
  Result<std::vector<Entry>> wanted();

  CachedCatalogue& catalogue_;
  const NodeId node_;
  const std::size_t healers_;
  mutable std::mutex mutex_;
  bool stopped_ = false;
  bool more_ = true;  // behind page_
  std::vector<Entry> page_{};
  std::size_t batch_ = 4;
  std::size_t used_ = 0;           // of page_
  std::string last_{};             // handed out in order
  std::set<std::string> first_{};  // handed out before their turn
};

}  // namespace tandem::gateway
