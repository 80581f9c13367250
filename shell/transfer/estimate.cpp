#include "shell/transfer/estimate.hpp"

namespace tandem::shell {

void Estimate::take(const std::vector<TransferJob>& jobs) {
  for (const auto& job : jobs) add(job.from, 0);
  complete_ = !over_();
}

void Estimate::add(const std::string& path, std::size_t depth) {
  if (over_() || depth > transfer_depth_max) return;
  auto entry = from_.look(path, options_.follow || depth == 0);
  if (!entry) return;
  if (entry->type == Entry::Type::file) {
    ++files_;
    bytes_ += entry->size_bytes;
  } else if (entry->type == Entry::Type::directory && options_.recursive) {
    auto listed = from_.list(path, [&](const std::string& name) {
      add(child_path(path, name), depth + 1);
      return !over_();
    });
    if (!listed) return;  // the transfer itself reports it
  }
}

}  // namespace tandem::shell
