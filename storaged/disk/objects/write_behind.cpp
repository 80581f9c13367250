#include "storaged/disk/objects/write_behind.hpp"

#include <algorithm>

namespace tandem::storaged {

Status WriteBehind::wrote(File& file, std::uint64_t position) {
  while (position - started_ >= piece_bytes) {
    if (Status status = file.start_writing_out(started_, piece_bytes); !status.ok()) return status;
    started_ += piece_bytes;
    if (memory_ == Memory::given_back) give_back(file);
  }
  return success();
}

void WriteBehind::synced(File& file) {
  if (memory_ == Memory::given_back && started_ > begin_) file.give_back(begin_, started_ - begin_);
}

void WriteBehind::give_back(File& file) {
  const std::uint64_t started = started_ - begin_;
  if (started <= pieces_on_their_way * piece_bytes) return;
  const std::uint64_t end = started_ - pieces_on_their_way * piece_bytes;
  const std::uint64_t length = std::min(end - begin_, pieces_tried_again * piece_bytes);
  file.give_back(end - length, length);
}

}  // namespace tandem::storaged
