#include "storaged/disk/objects/write_behind.hpp"

namespace tandem::storaged {

Status WriteBehind::wrote(File& file, std::uint64_t position) {
  while (position - started_ >= piece_bytes) {
    if (Status status = file.start_writing_out(started_, piece_bytes); !status.ok()) return status;
    started_ += piece_bytes;
    if (memory_ == Memory::kept || started_ - arrived_ <= pieces_under_way * piece_bytes) continue;
    if (Status status = let_arrive(file, arrived_ + piece_bytes); !status.ok()) return status;
  }
  return success();
}

Status WriteBehind::synced(File& file) {
  return memory_ == Memory::kept ? success() : let_arrive(file, started_);
}

Status WriteBehind::let_arrive(File& file, std::uint64_t end) {
  if (end == arrived_) return success();
  if (Status status = file.finish_writing_out(arrived_, end - arrived_); !status.ok()) return status;
  arrived_ = end;
  return success();
}

}  // namespace tandem::storaged
