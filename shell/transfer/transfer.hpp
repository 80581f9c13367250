// Copies files and whole trees from one Tree to another: several files at once, in bounded memory, going on
// past single failures. Times and modes are kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "protocol/contract/runtime.hpp"
#include "shell/output/documents.hpp"
#include "shell/transfer/tree.hpp"

namespace tandem::shell {

inline constexpr std::size_t transfer_depth_max = 2000;  // no path that the store accepts is deeper

struct TransferOptions {
  bool recursive = false;
  bool update = false;        // leave files alone whose size and time are equal already
  bool checksum = false;      // compare each file with its copy afterwards, byte by byte
  bool follow = false;        // take what a link leads to; else links are copied as links
  bool skip_special = false;  // leave special files out instead of reporting each as a failure
  std::size_t workers = 4;
};

struct TransferProgress {
  TransferTotals totals{};
  std::uint64_t files_expected = 0;  // 0: not known (yet)
  std::uint64_t bytes_expected = 0;
  std::string current{};
};

struct TransferJob {
  std::string from{};
  std::string to{};
};

struct TransferOutcome {
  TransferTotals totals{};
  std::vector<ItemFailure> failures{};  // the first thousand
  bool interrupted = false;
  bool gave_up = false;  // too many failures in a row that had nothing to do with the single file
};

struct TransferWatch {
  std::function<bool()> stop{};                             // asked often, from any thread
  std::function<void(const TransferProgress&)> progress{};  // some times a second; empty: not wanted
};

TransferOutcome transfer(Tree& from, Tree& to, const std::vector<TransferJob>& jobs,
                         const TransferOptions& options, Runtime& runtime, const TransferWatch& watch);

}  // namespace tandem::shell
