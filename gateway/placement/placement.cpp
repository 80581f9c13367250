#include "gateway/placement/placement.hpp"

#include <algorithm>
#include <functional>

namespace tandem::gateway {
namespace {

// Of directory and pair together; the pair with the greatest weight has the directory.
std::uint64_t weight_of(const ObjectId& directory, std::string_view pair) {
  constexpr std::uint64_t offset = 0xcbf29ce484222325U;  // FNV-1a, the same on every client
  constexpr std::uint64_t prime = 0x100000001b3U;
  std::uint64_t hash = offset;
  for (const std::string_view part : {directory.raw(), pair}) {
    for (const char c : part) hash = (hash ^ static_cast<unsigned char>(c)) * prime;
  }
  hash ^= hash >> 33U;
  hash *= 0xff51afd7ed558ccdU;
  return hash ^ (hash >> 33U);
}

}  // namespace

void Placement::set_pairs(std::span<const std::string> active) {
  const std::lock_guard lock(mutex_);
  std::map<std::string, Pair, std::less<>> pairs;
  for (const std::string& name : active) {
    const auto known = pairs_.find(name);
    pairs.emplace(name, known == pairs_.end() ? Pair{} : known->second);
  }
  pairs_ = std::move(pairs);
}

void Placement::set_free_bytes(std::string_view pair, std::uint64_t free_bytes) {
  const std::lock_guard lock(mutex_);
  const auto known = pairs_.find(pair);
  if (known != pairs_.end()) known->second.free_bytes = free_bytes;
}

Result<std::string> Placement::choose(const PlacementRequest& request) {
  const std::lock_guard lock(mutex_);
  Candidates candidates;
  for (auto& pair : pairs_) {
    if (std::ranges::find(request.avoid, pair.first) == request.avoid.end()) candidates.push_back(&pair);
  }
  if (candidates.empty()) {
    return Error{Code::unavailable, "no active pair can take a new file"}.hint(
        "see `tandem status`; start the nodes that are out, or add a pair");
  }
  auto* const chosen = choose(candidates, request);
  Pair& pair = chosen->second;
  ++pair.placed;
  if (pair.free_bytes) *pair.free_bytes -= std::min(*pair.free_bytes, request.size_bytes);
  return chosen->first;
}

std::pair<const std::string, Placement::Pair>* Placement::choose(const Candidates& candidates,
                                                                 const PlacementRequest& request) {
  if (policy_ == PlacementPolicy::follow_parent) return with_siblings(candidates, request);
  if (policy_ == PlacementPolicy::most_free) return with_most_free(candidates);
  return next_in_turn(candidates);
}

std::pair<const std::string, Placement::Pair>* Placement::next_in_turn(const Candidates& candidates) {
  return candidates[turn_++ % candidates.size()];
}

std::pair<const std::string, Placement::Pair>* Placement::with_siblings(const Candidates& candidates,
                                                                        const PlacementRequest& request) {
  const auto theirs = std::ranges::find(candidates, request.pair_of_siblings,
                                        [](const auto* pair) { return std::string_view(pair->first); });
  if (theirs != candidates.end()) return *theirs;
  return *std::ranges::max_element(
      candidates, {}, [&](const auto* pair) { return weight_of(request.directory, pair->first); });
}

std::pair<const std::string, Placement::Pair>* Placement::with_most_free(const Candidates& candidates) {
  const auto most = std::ranges::max_element(
      candidates, {}, [](const auto* pair) { return pair->second.free_bytes.value_or(0); });
  return (*most)->second.free_bytes ? *most : next_in_turn(candidates);
}

std::vector<std::pair<std::string, std::uint64_t>> Placement::placed() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::pair<std::string, std::uint64_t>> counts;
  for (const auto& [name, pair] : pairs_) counts.emplace_back(name, pair.placed);
  return counts;
}

}  // namespace tandem::gateway
