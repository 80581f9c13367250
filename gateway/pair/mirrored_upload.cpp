#include "gateway/pair/mirrored_upload.hpp"

#include <algorithm>

namespace tandem::gateway {

MirroredUpload::MirroredUpload(const PairView& pair, const StageRequest& request, std::uint32_t quorum,
                               Verdicts& verdicts)
    : pair_(pair), on_a_base_(request.base.has_value()), quorum_(quorum), verdicts_(verdicts) {
  const bool none_in = std::all_of(pair_.members.begin(), pair_.members.end(),
                                   [](const MemberView& member) { return member.out(); });
  for (const auto& member : pair_.members) {
    if (member.out() && !none_in) {
      failures_.push_back(Error{Code::unavailable, "out: " + member.state.reason}.on(member.record.address));
      continue;
    }
    legs_.push_back({.member = &member, .upload = member.node().stage(member.guard, request)});
  }
}

MirroredUpload::~MirroredUpload() = default;

void MirroredUpload::drop(Leg& leg, const Error& error) {
  leg.upload.reset();
  verdicts_.failed(*leg.member, error);
  if (error.code == Code::stale) restarted_.push_back(leg.member->record.node);
  failures_.push_back(Error(error).on(leg.member->record.address));
}

Status MirroredUpload::check_quorum() const {
  const auto left =
      std::count_if(legs_.begin(), legs_.end(), [](const Leg& leg) { return leg.upload != nullptr; });
  if (left >= static_cast<std::ptrdiff_t>(quorum_)) return success();
  Error error{Code::unavailable, "too few members of " + pair_.record.name + " took the content"};
  const bool all_full =
      !failures_.empty() && std::all_of(failures_.begin(), failures_.end(),
                                        [](const Error& each) { return each.code == Code::no_space; });
  if (all_full) error.code = Code::no_space;
  for (const auto& failure : failures_) error.cause += "; " + failure.node + ": " + failure.cause;
  error.mend = all_full ? "free some space" : "start the node, or see `tandem status`";
  return error;
}

Status MirroredUpload::write(std::span<const std::byte> bytes) {
  if (!on_a_base_) checksums_.update(bytes);
  bool lost_one = false;
  for (auto& leg : legs_) {
    if (!leg.upload) continue;
    if (auto written = leg.upload->write(bytes); !written) {
      drop(leg, written.error());
      lost_one = true;
    }
  }
  return lost_one ? check_quorum() : success();
}

Result<StagedContent> MirroredUpload::finish() {
  for (auto& leg : legs_) {
    if (!leg.upload) continue;
    if (auto sent = leg.upload->finish_sending(); !sent) drop(leg, sent.error());
  }
  for (auto& leg : legs_) {
    if (!leg.upload) continue;
    auto reply = leg.upload->collect();
    if (!reply) {
      drop(leg, reply.error());
      continue;
    }
    verdicts_.reached(*leg.member);
    leg.reply = *reply;
  }
  const std::uint64_t sent_bytes = checksums_.size_bytes();
  return agree(digest_of(std::move(checksums_).finish()), sent_bytes);
}

// Without a base this side knows the digest; on a base only the members do, and they have to agree.
Result<StagedContent> MirroredUpload::agree(const Digest& sent, std::uint64_t sent_bytes) {
  StagedContent content{.size_bytes = sent_bytes, .digest = sent};
  bool first = on_a_base_;
  for (auto& leg : legs_) {
    if (!leg.upload) continue;
    if (first) {
      content.size_bytes = leg.reply.size_bytes;
      content.digest = leg.reply.digest;
      first = false;
    }
    const bool same = leg.reply.digest == content.digest && leg.reply.size_bytes == content.size_bytes;
    if (!same && on_a_base_) {
      return Error{Code::corrupt,
                   "the members of " + pair_.record.name + " made different contents of the same change"}
          .on(leg.member->record.address)
          .hint("see `tandem why`, then write the whole file");
    }
    if (!same) {
      drop(leg, Error{Code::corrupt, "the node received other bytes than were sent"});
      continue;
    }
    content.holders.push_back({leg.member->record.node, leg.member->record.run});
  }
  if (auto enough = check_quorum(); !enough) return std::move(enough).error();
  return content;
}

}  // namespace tandem::gateway
