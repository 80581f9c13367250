// In which order the members of a pair are asked for a read: each first in turn, unless another has at least
// two requests fewer outstanding; then the idler one.
//
// All calls may be made at the same time. Nothing here waits or allocates.
#pragma once

#include <array>
#include <atomic>
#include <bitset>
#include <cstddef>
#include <cstdint>

#include "protocol/contract/limits.hpp"

namespace tandem::gateway {

using MemberSet = std::bitset<limits::members_per_pair_max>;

class MemberTurns {
 public:
  // `members` from 1 to limits::members_per_pair_max; `start`: who is first.
  explicit MemberTurns(std::size_t members, std::uint32_t start = 0);

  // Indexes of members, first the one to ask; those said to be out are left out.
  class Order {
   public:
    const std::uint8_t* begin() const { return members_.data(); }
    const std::uint8_t* end() const { return members_.data() + count_; }
    std::size_t size() const { return count_; }
    std::uint8_t operator[](std::size_t i) const { return members_[i]; }

   private:
    friend class MemberTurns;
    std::array<std::uint8_t, limits::members_per_pair_max> members_{};
    std::size_t count_ = 0;
  };
  Order next(const MemberSet& out = {});

  // A request on its way to a member; outstanding until destroyed. Must not outlive the MemberTurns.
  class Request {
   public:
    Request(MemberTurns& turns, std::size_t member);
    ~Request();
    Request(const Request&) = delete;
    Request& operator=(const Request&) = delete;

   private:
    std::atomic<std::uint32_t>& outstanding_;
  };

  std::uint32_t outstanding(std::size_t member) const { return outstanding_[member].load(); }
  // Requests sent to the member so far, for status.
  std::uint64_t asked(std::size_t member) const { return asked_[member].load(); }

 private:
  const std::size_t members_;
  std::atomic<std::uint32_t> turn_;
  std::array<std::atomic<std::uint32_t>, limits::members_per_pair_max> outstanding_{};
  std::array<std::atomic<std::uint64_t>, limits::members_per_pair_max> asked_{};
};

}  // namespace tandem::gateway
