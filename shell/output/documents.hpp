// The JSON documents of the contract (docs/JSON.md, docs/schemas/). Each is one line without its newline.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/store/cluster_status.hpp"
#include "gateway/store/store.hpp"
#include "protocol/contract/result.hpp"

namespace tandem::shell {

std::string_view to_string(Kind kind);  // "file", "directory", "symlink"
std::string_view to_string(gateway::Verdict verdict);

std::string status_document(const gateway::ClusterStatus& status);
std::string stat_document(std::string_view path, const gateway::Item& item);
std::string why_document(const gateway::PathReport& report);

// A document with one long list, written piece by piece so that its length is not bound by memory:
// list_head(), then the elements with "," between them, then list_tail().
std::string list_head(std::string_view path, std::string_view list = "entries");
inline constexpr std::string_view list_tail = "]}";
std::string entry_element(const gateway::Item& item);                         // of ls
std::string found_element(std::string_view path, const gateway::Item& item);  // of find and tree: with path
std::string node_entry_element(const TreeEntry& entry);                       // of tree --node
struct Usage {
  std::string path{};
  std::uint64_t files = 0;
  std::uint64_t directories = 0;
  std::uint64_t size_bytes = 0;
};
std::string usage_element(const Usage& usage);  // of du

std::string locks_document(const std::vector<gateway::LockInfo>& locks);

std::string space_document(const gateway::ClusterStatus& status);  // df
std::string heal_document(const gateway::HealProgress& progress);
std::string event_document(const gateway::LoggedEvent& event);
std::string init_document(std::string_view cluster, const ClusterId& id,
                          const std::vector<gateway::PairConfig>& pairs);
std::string config_document(const gateway::Config& config);
std::string version_document(std::string_view version);

struct ItemFailure {
  std::string path{};
  Error error{};
};
struct TransferTotals {
  std::uint64_t files = 0;
  std::uint64_t directories = 0;
  std::uint64_t links = 0;
  std::uint64_t bytes = 0;
  std::uint64_t unchanged = 0;  // left alone by --update
  std::uint64_t skipped = 0;    // special files left out on request
  std::uint64_t failed = 0;
  double seconds = 0;
};
std::string transfer_document(const TransferTotals& totals, const std::vector<ItemFailure>& failures);

// `code`: the name of a Code, or usage, config, internal, interrupted, partial. Script and line: of `run`.
struct FailureContext {
  std::string_view code{};
  std::string_view script{};
  std::uint64_t line = 0;
};
std::string failure_document(const FailureContext& context, const Error& error);
std::string notice_document(const gateway::Notice& notice);

}  // namespace tandem::shell
