// A content on its way into a file: staged on the members while it is written, committed once, settled
// behind the answer (I1, I3). Opened for a new name it makes the file in the same commit.
#pragma once

#include <memory>
#include <string>

#include "gateway/pair/mirrored_upload.hpp"
#include "gateway/store/core.hpp"
#include "gateway/store/item.hpp"
#include "gateway/tokens/change_permit.hpp"

namespace tandem::gateway {

class ContentWriter final : public Writer {
 public:
  // When the token of the content is taken (D8): in the commit, together with it, where the bytes can be
  // written again; or before, so that nothing that is uploaded is in vain.
  enum class TokenTaken : std::uint8_t { in_commit, before };
  // `avoid`: pairs a new file should rather not go to. `locked`, `stale`: of the token.
  static Result<std::unique_ptr<ContentWriter>> open(Core& core, std::string path,
                                                     const WriteOptions& options, TokenTaken token,
                                                     std::vector<std::string> avoid = {});

  Status write(std::span<const std::byte> bytes) override;
  Result<Item> commit() override;

  // The bytes can be written once more: rather start again than leave out a member that was just restarted.
  void can_start_again() { can_start_again_ = true; }
  // Whether a failed commit() may be answered by opening anew and writing the same bytes again.
  bool worth_another_try() const { return another_try_; }
  // A new file may go elsewhere when its pair is away or full.
  bool another_pair_could_help(const Error& error) const;
  const std::string& pair() const { return pair_name_; }
  // What stood at the path when this was opened; nothing: no file did.
  std::optional<Stamp> replaced() const;
  // commit() failed because this client was silent for longer than its lease.
  bool session_ended() const { return session_ended_; }

 private:
  ContentWriter(Core& core, std::string path, const WriteOptions& options, TokenTaken token,
                std::vector<std::string> avoid);

  Result<Place> present_place();
  Status create_empty(const Place& place);
  Status find_place();
  Status choose_object();
  Status choose_pair();
  Status begin_upload();
  Result<std::vector<Holder>> present_holders(const PairView& pair, const StagedContent& content);
  Result<Plan> plan(const StagedContent& content);
  Status guard_pair(const PairView& pair, const StagedContent& content, Plan& plan, SettleQueue::Work& work);
  Result<Item> try_commit(const StagedContent& content);
  void discard(const StagedContent& content);

  Core& core_;
  const std::string path_;
  const WriteOptions options_;
  const TokenTaken token_;
  const std::vector<std::string> avoid_;
  ChangePermit permit_;
  std::optional<Commit> conflict_{};  // of the last attempt to commit
  bool session_ended_ = false;
  bool can_start_again_ = false;
  bool another_try_ = false;
  Place place_{};
  ObjectId id_{};
  std::optional<Fence> fence_{};
  Stamp stamp_{};
  SessionId session_ = 0;
  std::string pair_name_{};
  std::optional<StageBase> base_{};
  std::unique_ptr<MirroredUpload> upload_{};
};

}  // namespace tandem::gateway
