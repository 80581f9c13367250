// Whom to ask first for a read of a pair: its members take turns (placement/member_turns.hpp); one that kept
// silent lately, could not be reached, or is out comes last, but still comes: its stamp decides, not its
// standing.
// All calls may be made at the same time.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gateway/nodes/membership.hpp"
#include "gateway/placement/member_turns.hpp"
#include "protocol/contract/runtime.hpp"

namespace tandem::gateway {

class ReadTurns {
 public:
  explicit ReadTurns(Runtime& runtime) : runtime_(runtime) {}

  // Indexes into pair.members, every one once.
  std::vector<std::size_t> order(const PairView& pair);
  // The member let a reader wait although its mirror answered: for a while it is not asked first.
  void avoid(const MemberView& member);

  // A request on its way to a member, counted until it is destroyed.
  class Request {
   public:
    Request(std::shared_ptr<MemberTurns> turns, std::size_t member)
        : turns_(std::move(turns)), request_(*turns_, member) {}

   private:
    const std::shared_ptr<MemberTurns> turns_;  // outlives the request
    const MemberTurns::Request request_;
  };
  std::unique_ptr<Request> request(const PairView& pair, const MemberView& member);

 private:
  bool avoided(const MemberView& member);
  std::shared_ptr<MemberTurns> turns_of(const PairView& pair);

  struct Turns {
    std::size_t members = 0;
    std::shared_ptr<MemberTurns> turns{};
  };
  Runtime& runtime_;
  std::mutex mutex_;
  std::map<std::string, Turns> turns_;
  std::map<NodeId, Instant> avoided_until_;
};

}  // namespace tandem::gateway
