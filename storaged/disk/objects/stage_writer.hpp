// Takes the body of one stage call: checksums as the bytes stream through, the attribute once they are
// complete, then the disk. With a base, the base is cloned first and the body laid over it; checksums of
// blocks the body does not touch are carried over, blocks it touches in part are verified before they are
// used.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "protocol/contract/node_service.hpp"
#include "storaged/disk/filesystem.hpp"
#include "storaged/disk/objects/keyed_locks.hpp"
#include "storaged/disk/objects/object_shelf.hpp"
#include "storaged/disk/objects/settle_rules.hpp"
#include "storaged/disk/objects/side_files.hpp"
#include "storaged/disk/objects/staging_area.hpp"
#include "storaged/disk/objects/write_behind.hpp"

namespace tandem::storaged {

// The content an append or a write at an offset starts from.
struct BaseContent {
  std::shared_ptr<File> file{};
  std::uint64_t size_bytes = 0;
  std::uint64_t offset = 0;  // where the body goes
  std::vector<BlockChecksum> checksums{};
  std::string path{};  // for messages
};

class StageWriter final : public StageSink {
 public:
  // What it works with; all outlive it.
  struct Room {
    Filesystem& filesystem;
    KeyedLocks& locks;
    StagingArea& staging;
    SideFiles& side_files;
    NodeId node{};
    std::uint64_t reserve_bytes = 0;
    bool claims_stand = true;  // see SettleRules
  };

  // `key` was reserved with StagingArea::begin(); the writer lets go of it if it is not finished.
  StageWriter(const Room& room, const ClusterId& cluster, const StageRequest& request,
              const layout::StagedKey& key);
  ~StageWriter() override;

  Status start(std::optional<BaseContent> base);
  Status write(std::span<const std::byte> bytes) override;
  Result<StageReply> finish() override;

 private:
  Status start_on_base();
  Status fill_gap();
  Status take_over_tail();
  Result<std::vector<std::byte>> verified_block(std::uint64_t index);
  Status check_room(std::uint64_t more_bytes);
  Status store(const ContentAttribute& content);
  Status sync();
  Status enter(const ContentAttribute& content);

  const Room room_;
  const ClusterId cluster_;
  const StageRequest request_;
  const layout::StagedKey key_;
  std::unique_ptr<File> file_{};
  std::optional<BaseContent> base_{};
  ChecksumStream checksums_{};
  std::uint64_t position_ = 0;  // in the whole content, of the next byte of the body
  std::uint64_t received_ = 0;
  std::uint64_t room_checked_ = 0;             // of the body, for which there was room
  std::optional<WriteBehind> write_behind_{};  // from the first byte on, of a content that has to last
  bool created_ = false;
  bool finished_ = false;
};

}  // namespace tandem::storaged
