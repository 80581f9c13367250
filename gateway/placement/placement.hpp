// Chooses the pair that a new file goes to.
//
// round_robin    each active pair in turn, from a start that the seed gives, so that many short-lived clients
//                do not all begin with the first pair.
// follow_parent  the files of one directory stay together: with those already in it, if the caller knows
//                their pair; else where the directory's id falls when it is hashed over the active pairs
//                (every client comes to the same pair, and a pair more or less moves only its own share).
// most_free      the pair with most free bytes by what was last heard, less what was placed since; pairs
//                nobody has heard of yet take turns until somebody has.
//
// All calls may be made at the same time.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/config/config.hpp"
#include "protocol/contract/identifiers.hpp"
#include "protocol/contract/result.hpp"

namespace tandem::gateway {

struct PlacementRequest {
  ObjectId directory{};                  // that the file is made in
  std::string_view pair_of_siblings{};   // of files already in it; empty: not known
  std::uint64_t size_bytes = 0;          // expected; 0: not known
  std::span<const std::string> avoid{};  // pairs that were tried: full, or no member reached
};

class Placement {
 public:
  Placement(PlacementPolicy policy, std::uint64_t seed) : policy_(policy), turn_(seed) {}

  // The pairs whose state is `active`; what is known of the others is forgotten.
  void set_pairs(std::span<const std::string> active);
  void set_free_bytes(std::string_view pair, std::uint64_t free_bytes);

  // `unavailable`: no active pair is left.
  Result<std::string> choose(const PlacementRequest& request);

  // Files this process has placed, by pair.
  std::vector<std::pair<std::string, std::uint64_t>> placed() const;

 private:
  struct Pair {
    std::optional<std::uint64_t> free_bytes{};
    std::uint64_t placed = 0;
  };
  using Candidates = std::vector<std::pair<const std::string, Pair>*>;  // never empty

  std::pair<const std::string, Pair>* choose(const Candidates& candidates, const PlacementRequest& request);
  std::pair<const std::string, Pair>* next_in_turn(const Candidates& candidates);
  std::pair<const std::string, Pair>* with_siblings(const Candidates& candidates,
                                                    const PlacementRequest& request);
  std::pair<const std::string, Pair>* with_most_free(const Candidates& candidates);

  const PlacementPolicy policy_;
  mutable std::mutex mutex_;
  std::map<std::string, Pair, std::less<>> pairs_;
  std::uint64_t turn_;
};

}  // namespace tandem::gateway
