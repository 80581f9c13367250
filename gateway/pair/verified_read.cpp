#include "gateway/pair/verified_read.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace tandem::gateway {
namespace {

constexpr std::uint64_t window_bytes = limits::fetch_bytes_max;
constexpr std::size_t buffer_blocks = 4;
constexpr Duration hedge_poll = std::chrono::milliseconds(2);

constexpr std::uint64_t block_start(std::uint64_t offset) {
  return offset - offset % limits::block_bytes;
}

// Stamps of two sessions say nothing about order: the revision the node was settled at does.
Error as_error(const FetchHead& head, const ReadTarget& target) {
  switch (head.answer) {
    case Answer::newer:
    case Answer::older:
      if (head.revision > target.revision) return {Code::stale, "holds a newer version"};
      return {Code::not_found, "is behind: it holds another version"};
    case Answer::damaged:
      return {Code::corrupt, "its copy is damaged"};
    default:
      return {Code::not_found, "does not hold it"};
  }
}

bool is_bad_copy(const Error& error) {
  return error.code == Code::corrupt || error.code == Code::not_found;
}

}  // namespace

VerifiedRead::VerifiedRead(const PairView& pair, ReadTarget target, std::uint64_t offset,
                           std::uint64_t length, ReadServices& services)
    : pair_(pair),
      target_(std::move(target)),
      services_(services),
      end_(offset >= target_.size_bytes ? target_.size_bytes
                                        : offset + std::min(length, target_.size_bytes - offset)),
      position_(std::min(offset, end_)) {}

VerifiedRead::~VerifiedRead() = default;

Result<std::size_t> VerifiedRead::read(std::span<std::byte> out) {
  if (position_ >= end_ || out.empty()) return std::size_t{0};
  if (buffer_used_ == buffer_.size()) {
    const std::uint64_t start = block_start(position_);
    const std::uint64_t rest =
        std::min(target_.size_bytes, block_start(end_ + limits::block_bytes - 1)) - start;
    const bool whole_blocks_fit =
        start == position_ && out.size() >= std::min<std::uint64_t>(rest, limits::block_bytes);
    if (whole_blocks_fit) {  // straight into the caller's memory
      const bool to_the_end = rest <= out.size() && start + rest <= end_;
      const std::size_t wanted = to_the_end ? rest
                                            : std::min<std::uint64_t>(out.size(), end_ - start) /
                                                  limits::block_bytes * limits::block_bytes;
      if (wanted > 0) {
        if (auto filled = fill(out.first(wanted)); !filled) return std::move(filled).error();
        position_ += wanted;
        return wanted;
      }
    }
    buffer_.resize(std::min<std::uint64_t>(rest, buffer_blocks * limits::block_bytes));
    buffer_used_ = buffer_.size();  // nothing in it, should the fill fail
    if (auto filled = fill(buffer_); !filled) return std::move(filled).error();
    buffer_used_ = position_ - start;
  }
  const std::size_t given =
      std::min<std::uint64_t>({out.size(), buffer_.size() - buffer_used_, end_ - position_});
  std::memcpy(out.data(), buffer_.data() + buffer_used_, given);
  buffer_used_ += given;
  position_ += given;
  return given;
}

// Fills `into` with the blocks from the one at position_ on; `into` ends at a block's end or the content's.
Status VerifiedRead::fill(std::span<std::byte> into) {
  std::uint64_t next = block_start(position_);
  while (!into.empty()) {
    if (!window_ || window_next_ != next || window_next_ == window_end_) {
      window_next_ = next;
      if (auto opened = open_window(); !opened) return opened;
    }
    const std::size_t length = std::min<std::uint64_t>(limits::block_bytes, target_.size_bytes - next);
    const auto block = into.first(length);
    const Instant begun = services_.runtime.now();
    std::size_t got = 0;
    std::optional<Error> problem;
    while (got < length && !problem) {
      const auto piece = window_->download->read(block.subspan(got));
      if (!piece)
        problem = piece.error();
      else if (*piece == 0)
        problem = Error{Code::unavailable, "the answer ended early"};
      else
        got += *piece;
    }
    const auto index = (next - window_->head.offset) / limits::block_bytes;
    if (!problem && checksum_of_block(block) != window_->head.checksums[index]) {
      problem = Error{Code::corrupt, "a block does not match its checksum"};
    }
    if (problem) {
      const MemberView& member = *window_->member;
      window_.reset();
      const bool broke_off = problem->code == Code::unavailable &&
                             services_.runtime.now() - begun < services_.patience &&
                             (broke_off_.member != &member || broke_off_.at != next);
      if (broke_off)
        broke_off_ = {&member, next, true};
      else
        fail(member, std::move(*problem));
      continue;
    }
    failures_.clear();
    next += length;
    window_next_ = next;
    into = into.subspan(length);
  }
  return success();
}

Status VerifiedRead::open_window() {
  window_.reset();
  const auto order = services_.turns.order(pair_);
  std::vector<const MemberView*> candidates;
  candidates.reserve(order.size());
  for (const auto index : order) candidates.push_back(&pair_.members[index]);
  if (std::exchange(broke_off_.ask_again, false)) {
    std::stable_partition(candidates.begin(), candidates.end(),
                          [&](const MemberView* member) { return member == broke_off_.member; });
  }
  for (std::size_t index = 0; index < candidates.size(); ++index) {
    if (has_failed(*candidates[index])) continue;
    auto attempt = begin(*candidates[index]);
    if (services_.hedge > Duration::zero() && index + 1 < candidates.size() &&
        !has_failed(*candidates[index + 1]) &&
        !attempt->download->ready_by(services_.runtime.now() + services_.hedge)) {
      attempt = hedge(std::move(attempt), *candidates[index + 1]);
    }
    if (!attempt || !accept(*attempt)) continue;
    report_bad_copies(*attempt->member);
    if (services_.used) services_.used(*attempt->member);
    window_end_ = attempt->head.offset + attempt->head.length;
    window_ = std::move(attempt);
    return success();
  }
  return nobody_helped();
}

std::unique_ptr<VerifiedRead::Attempt> VerifiedRead::begin(const MemberView& member) {
  const std::uint64_t wanted =
      std::min(target_.size_bytes, block_start(end_ + limits::block_bytes - 1)) - window_next_;
  const FetchRequest request{target_.id, target_.stamp, window_next_, std::min(wanted, window_bytes)};
  auto attempt = std::make_unique<Attempt>();
  attempt->member = &member;
  attempt->counted = services_.turns.request(pair_, member);
  attempt->download = member.node().fetch(member.guard, request);
  return attempt;
}

// The first of two that answers; the other is abandoned. Both silent: the first one's own deadline decides.
std::unique_ptr<VerifiedRead::Attempt> VerifiedRead::hedge(std::unique_ptr<Attempt> first,
                                                           const MemberView& second) {
  auto other = begin(second);
  const Instant give_up = services_.runtime.now() + services_.patience;
  while (services_.runtime.now() < give_up) {
    const bool first_ready = first->download->ready_by(services_.runtime.now() + hedge_poll);
    if (!first_ready && !other->download->ready_by(services_.runtime.now() + hedge_poll)) continue;
    auto& winner = first_ready ? first : other;
    auto& loser = first_ready ? other : first;
    if (!first_ready) services_.turns.avoid(*first->member);
    return std::move(accept(*winner) ? winner : loser);
  }
  return first;
}

bool VerifiedRead::accept(Attempt& attempt) {
  if (attempt.head.answer == Answer::ok && attempt.head.length > 0) return true;  // accepted before
  auto head = attempt.download->head();
  if (!head) {
    fail(*attempt.member, head.error());
    return false;
  }
  services_.verdicts.reached(*attempt.member);
  if (head->answer != Answer::ok) {
    fail(*attempt.member, as_error(*head, target_));
    failures_.back().holds_newer = failures_.back().error.code == Code::stale;
    return false;
  }
  const std::uint64_t blocks = block_count(head->length);
  const bool fits = head->size_bytes == target_.size_bytes && head->digest == target_.digest &&
                    head->offset == window_next_ && head->length > 0 && head->checksums.size() == blocks;
  if (!fits || !digest_agrees(*head)) {
    fail(*attempt.member, Error{Code::corrupt, "its copy is not the one the catalogue names"});
    return false;
  }
  attempt.head = std::move(*head);
  return true;
}

// The list of checksums is held against the record's digest as soon as all of it has been seen.
bool VerifiedRead::digest_agrees(const FetchHead& head) {
  const std::uint64_t first_block = head.offset / limits::block_bytes;
  if (first_block > seen_.size()) return true;  // a range was skipped: the whole list will not be seen
  std::vector<BlockChecksum> list(seen_.begin(), seen_.begin() + static_cast<std::ptrdiff_t>(first_block));
  list.insert(list.end(), head.checksums.begin(), head.checksums.end());
  const bool complete = list.size() == block_count(target_.size_bytes);
  if (complete && digest_of(list) != target_.digest) return false;
  seen_ = std::move(list);
  return true;
}

bool VerifiedRead::has_failed(const MemberView& member) const {
  return std::any_of(failures_.begin(), failures_.end(),
                     [&](const Failure& failure) { return failure.member == &member; });
}

void VerifiedRead::fail(const MemberView& member, Error error) {
  services_.verdicts.failed(member, error);
  failures_.push_back({&member, std::move(error)});
}

void VerifiedRead::report_bad_copies(const MemberView& good) {
  for (const auto& failure : failures_) {
    if (failure.member != &good && is_bad_copy(failure.error)) {
      services_.copy_is_bad(*failure.member, target_, failure.error);
    }
  }
}

Error VerifiedRead::nobody_helped() const {
  Error error{Code::unavailable, "no member of " + pair_.record.name + " could give its bytes", target_.path};
  bool reached_all = true;
  bool newer = false;
  for (const auto& failure : failures_) {
    error.cause += "; " + failure.member->record.address + ": " + failure.error.cause;
    reached_all = reached_all && (is_bad_copy(failure.error) || failure.holds_newer);
    newer = newer || failure.holds_newer;
  }
  if (newer) {
    error.code = Code::stale;
    error.mend = "try again";
  } else if (reached_all) {
    error.code = Code::corrupt;
    error.mend = "see `tandem why`";
  } else {
    error.mend = "start the node that is away, or see `tandem status`";
  }
  return error;
}

}  // namespace tandem::gateway
