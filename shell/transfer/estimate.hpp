// What is ahead of a transfer, for percentages and the time left: a walk of its own, beside the transfer's.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "shell/transfer/transfer.hpp"

namespace tandem::shell {

class Estimate {
 public:
  Estimate(Tree& from, const TransferOptions& options, std::function<bool()> over)
      : from_(from), options_(options), over_(std::move(over)) {}

  // Looks at everything; ends early once over() says so.
  void take(const std::vector<TransferJob>& jobs);
  // Any thread; zero until all has been looked at.
  std::uint64_t files() const { return complete_ ? files_.load() : 0; }
  std::uint64_t bytes() const { return complete_ ? bytes_.load() : 0; }

 private:
  void add(const std::string& path, std::size_t depth);

  Tree& from_;
  const TransferOptions& options_;
  std::function<bool()> over_;
  std::atomic<std::uint64_t> files_{0};
  std::atomic<std::uint64_t> bytes_{0};
  std::atomic<bool> complete_{false};
};

}  // namespace tandem::shell
