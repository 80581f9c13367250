#include "protocol/contract/checksums.hpp"

#include <xxhash.h>
#if defined(__x86_64__)
#include <xxh_x86dispatch.h>
#endif

#include <algorithm>
#include <bit>
#include <cassert>

namespace tandem {

struct ChecksumStream::State {
  XXH3_state_t* hash = XXH3_createState();
  std::uint64_t in_block = 0;  // bytes of the block under way
  std::vector<BlockChecksum> done;

  State() { XXH3_64bits_reset(hash); }
  ~State() { XXH3_freeState(hash); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
};

// The widest registers of the processor take half the time for a whole block. For less they do not pay: once
// a thread has used them, the kernel saves them whenever it switches away from it.
BlockChecksum checksum_of_block(std::span<const std::byte> block) {
#if defined(__x86_64__)
  if (block.size() == limits::block_bytes) return XXH3_64bits_dispatch(block.data(), block.size());
#endif
  return XXH3_64bits(block.data(), block.size());
}

Digest digest_of(std::span<const BlockChecksum> checksums) {
  static_assert(std::endian::native == std::endian::little, "the list is hashed in little-endian order");
  const XXH128_hash_t hash = XXH3_128bits(checksums.data(), checksums.size_bytes());
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, hash);
  Digest digest;
  std::copy(std::begin(canonical.digest), std::end(canonical.digest), digest.bytes.begin());
  return digest;
}

ChecksumStream::ChecksumStream() : state_(std::make_unique<State>()) {}
ChecksumStream::~ChecksumStream() = default;
ChecksumStream::ChecksumStream(ChecksumStream&&) noexcept = default;
ChecksumStream& ChecksumStream::operator=(ChecksumStream&&) noexcept = default;

void ChecksumStream::start_behind(std::vector<BlockChecksum> whole_blocks) {
  assert(state_->done.empty() && state_->in_block == 0);
  state_->done = std::move(whole_blocks);
}

void ChecksumStream::update(std::span<const std::byte> bytes) {
  State& state = *state_;
  while (!bytes.empty()) {
    if (state.in_block == 0 && bytes.size() >= limits::block_bytes) {  // a whole block: no running state
      state.done.push_back(checksum_of_block(bytes.first(limits::block_bytes)));
      bytes = bytes.subspan(limits::block_bytes);
      continue;
    }
    const auto taken = std::min<std::size_t>(bytes.size(), limits::block_bytes - state.in_block);
    XXH3_64bits_update(state.hash, bytes.data(), taken);
    state.in_block += taken;
    bytes = bytes.subspan(taken);
    if (state.in_block == limits::block_bytes) {
      state.done.push_back(XXH3_64bits_digest(state.hash));
      XXH3_64bits_reset(state.hash);
      state.in_block = 0;
    }
  }
}

std::vector<BlockChecksum> ChecksumStream::finish() && {
  if (state_->in_block > 0) state_->done.push_back(XXH3_64bits_digest(state_->hash));
  return std::move(state_->done);
}

std::uint64_t ChecksumStream::size_bytes() const {
  return state_->done.size() * limits::block_bytes + state_->in_block;
}

}  // namespace tandem
