// One content on its way to all members of a pair at once (I1: staged before the commit). A member that
// fails on the way is left out and named; it is the caller's commit that marks it.
//
// Belongs to one thread. Destroyed before finish(): nothing any reader could see has happened.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "gateway/nodes/verdicts.hpp"
#include "protocol/contract/checksums.hpp"

namespace tandem::gateway {

// A member that holds the staged bytes, in the life it had then.
struct Holder {
  NodeId node{};
  Run run = 0;
};

struct StagedContent {
  std::uint64_t size_bytes = 0;
  Digest digest{};
  std::vector<Holder> holders{};
};

class MirroredUpload {
 public:
  // Sends the heads to every member that is not out; to all of them when none is in.
  MirroredUpload(const PairView& pair, const StageRequest& request, std::uint32_t quorum, Verdicts& verdicts);
  ~MirroredUpload();

  // Error: fewer than the quorum are left; names the members and what happened to each.
  Status write(std::span<const std::byte> bytes);
  // Waits for every member left. ok: at least the quorum hold the same bytes, as durable as asked.
  Result<StagedContent> finish();

  // Members that refused because they run in another life than the catalogue says.
  const std::vector<NodeId>& restarted() const { return restarted_; }

 private:
  struct Leg {
    const MemberView* member = nullptr;
    std::unique_ptr<Upload> upload{};
    StageReply reply{};
  };

  void drop(Leg& leg, const Error& error);
  Status check_quorum() const;
  Result<StagedContent> agree(const Digest& sent, std::uint64_t sent_bytes);

  const PairView pair_;
  const bool on_a_base_;
  const std::uint32_t quorum_;
  Verdicts& verdicts_;
  std::vector<Leg> legs_;
  std::vector<Error> failures_;
  std::vector<NodeId> restarted_;
  ChecksumStream checksums_;
};

}  // namespace tandem::gateway
