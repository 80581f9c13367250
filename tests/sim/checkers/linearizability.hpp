// Is there an order of the operations that a store without concurrency and faults could have answered so, and
// that keeps every operation between its beginning and its end? Operations of unknown outcome may take effect
// at any moment behind their beginning, or never (I8).
//
// The search is depth first over "which operation comes next", remembering what was tried (set of operations
// done, state), as Wing, Gong and Lowe describe it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "tests/sim/checkers/history.hpp"

namespace tandem::sim {

enum class Verdict : std::uint8_t { linearizable, violated, undecided };

struct LinearizabilityReport {
  Verdict verdict = Verdict::linearizable;
  std::string explanation{};  // of a violation: the longest order found and what could not follow it
};

// A Model has a State with `std::string fingerprint() const` and
// `static bool apply(State&, const Operation&)`: whether the operation could have been answered so in that
// state (of an unknown one: whether it could have happened), changing the state as it does.
template <class Model>
class LinearizabilityChecker {
 public:
  explicit LinearizabilityChecker(std::vector<Operation> operations, std::uint64_t steps_max = 200'000)
      : operations_(std::move(operations)), steps_max_(steps_max) {
    std::sort(operations_.begin(), operations_.end(),
              [](const Operation& left, const Operation& right) { return left.begun < right.begun; });
    done_.assign(operations_.size(), false);
  }

  LinearizabilityReport check(typename Model::State start = {}) {
    if (search(start)) return {Verdict::linearizable, {}};
    if (steps_ > steps_max_) return {Verdict::undecided, "too many orders to try"};
    return {Verdict::violated, explain()};
  }

 private:
  // No operation that is still to come may have ended before this moment.
  std::uint64_t horizon() const {
    std::uint64_t earliest = Operation::never;
    for (std::size_t at = first_; at < operations_.size() && operations_[at].begun < earliest; ++at) {
      if (!done_[at]) earliest = std::min(earliest, operations_[at].ended);
    }
    return earliest;
  }

  bool search(const typename Model::State& state) {
    const std::uint64_t limit = horizon();
    if (limit == Operation::never) return true;  // only unknown ones are left
    if (++steps_ > steps_max_ || !tried_.insert(key(state)).second) return false;
    if (order_.size() > longest_.size()) longest_ = order_;
    return try_all(state, limit, false) || try_all(state, limit, true);
  }

  bool try_all(const typename Model::State& state, std::uint64_t limit, bool unknown) {
    for (std::size_t at = first_; at < operations_.size() && operations_[at].begun < limit; ++at) {
      if (done_[at] || operations_[at].unknown() != unknown) continue;
      typename Model::State next = state;
      if (!Model::apply(next, operations_[at])) continue;
      if (descend(at, next)) return true;
      if (steps_ > steps_max_) return false;
    }
    return false;
  }

  bool descend(std::size_t at, const typename Model::State& next) {
    const std::size_t first_before = first_;
    done_[at] = true;
    order_.push_back(at);
    while (first_ < operations_.size() && done_[first_]) ++first_;
    const bool found = search(next);
    first_ = first_before;
    order_.pop_back();
    done_[at] = false;
    return found;
  }

  std::size_t key(const typename Model::State& state) const {
    std::size_t sum = std::hash<std::string>{}(state.fingerprint());
    const std::size_t bits = std::hash<std::vector<bool>>{}(done_);
    return sum ^ (bits + 0x9e3779b97f4a7c15U + (sum << 6U) + (sum >> 2U));
  }

  std::string explain() const {
    std::string text = "no order explains these answers; the longest that works:\n";
    std::vector<bool> placed(operations_.size(), false);
    for (const std::size_t at : longest_) {
      placed[at] = true;
      text += "  " + to_string(operations_[at]) + "\n";
    }
    text += "then none of these can follow:\n";
    std::size_t shown = 0;
    for (std::size_t at = 0; at < operations_.size() && shown < 10; ++at) {
      if (placed[at]) continue;
      text += "  " + to_string(operations_[at]) + "\n";
      ++shown;
    }
    return text;
  }

  std::vector<Operation> operations_;
  const std::uint64_t steps_max_;
  std::uint64_t steps_ = 0;
  std::vector<bool> done_{};
  std::size_t first_ = 0;  // all before it are done
  std::vector<std::size_t> order_{};
  std::vector<std::size_t> longest_{};
  std::unordered_set<std::size_t> tried_{};
};

}  // namespace tandem::sim
