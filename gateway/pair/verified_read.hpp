// The bytes of one version of one file, from whichever member answers well (I2): every block is checked
// against its checksum, and the list of checksums against the record's digest whenever all of it is seen. A
// member that is behind, damaged, silent or gone is left for the next one, within the same stream.
//
// Belongs to one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "gateway/nodes/verdicts.hpp"
#include "gateway/pair/read_turns.hpp"
#include "protocol/contract/checksums.hpp"

namespace tandem::gateway {

struct ReadTarget {
  std::string path{};  // for messages
  ObjectId id{};
  Revision revision = 0;
  Stamp stamp{};
  std::uint64_t size_bytes = 0;
  Digest digest{};
};

// What a read needs around it, and whom it tells of what it meets.
struct ReadServices {
  Verdicts& verdicts;
  ReadTurns& turns;
  Runtime& runtime;
  Duration hedge{};     // how long to wait for a first byte before the mirror is asked too; zero: do not
  Duration patience{};  // how long two silent members are waited for
  // A member does not hold good bytes of the target although another one does.
  std::function<void(const MemberView&, const ReadTarget&, const Error&)> copy_is_bad;
  std::function<void(const MemberView&)> used{};
};

class VerifiedRead {
 public:
  // `length` is cut at the end of the content.
  VerifiedRead(const PairView& pair, ReadTarget target, std::uint64_t offset, std::uint64_t length,
               ReadServices& services);
  ~VerifiedRead();

  // The next bytes; 0 at the end. `stale`: some member holds a newer version and none this one: read the
  // record again. `corrupt`: copies were reached, none has the right bytes. `unavailable`: the members that
  // could help are not reached. The errors name every member and what it said.
  Result<std::size_t> read(std::span<std::byte> out);
  // After an error: members that failed may be asked again, from where the stream stands.
  void try_all_again() { failures_.clear(); }

 private:
  struct Attempt {
    const MemberView* member = nullptr;
    std::unique_ptr<ReadTurns::Request> counted{};
    std::unique_ptr<Download> download{};
    FetchHead head{};
  };

  Status open_window();
  std::unique_ptr<Attempt> begin(const MemberView& member);
  // Whether the attempt's head is one to go on with; an attempt that is not has been written down.
  bool accept(Attempt& attempt);
  std::unique_ptr<Attempt> hedge(std::unique_ptr<Attempt> first, const MemberView& second);
  bool digest_agrees(const FetchHead& head);
  Status fill(std::span<std::byte> into);
  bool has_failed(const MemberView& member) const;
  void fail(const MemberView& member, Error error);
  void report_bad_copies(const MemberView& good);
  Error nobody_helped() const;

  const PairView pair_;
  const ReadTarget target_;
  ReadServices& services_;
  const std::uint64_t end_;        // of the range asked for
  std::uint64_t position_;         // of the next byte to hand out
  std::uint64_t window_next_ = 0;  // of the next block the open window delivers
  std::uint64_t window_end_ = 0;
  std::unique_ptr<Attempt> window_;
  std::vector<std::byte> buffer_;  // checked bytes not handed out yet
  std::size_t buffer_used_ = 0;
  std::vector<BlockChecksum> seen_;  // from the first block on, as long as nothing was skipped
  // A member whose answer ended early, at this block. A node breaks off where it finds its copy damaged;
  // asked for just that block, it says so. One that died does not answer.
  struct BrokeOff {
    const MemberView* member = nullptr;
    std::uint64_t at = 0;
    bool ask_again = false;
  };
  BrokeOff broke_off_{};
  struct Failure {
    const MemberView* member = nullptr;
    Error error{};
    bool holds_newer = false;  // a version that is newer than the target
  };
  std::vector<Failure> failures_;  // since the last block that was good
};

}  // namespace tandem::gateway
