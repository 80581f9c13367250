#include "tests/unit/gateway_copies/counted_work.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>

namespace tandem::test {
namespace {

thread_local CountedWork own{};
std::atomic<std::uint64_t> all_syncs = 0;

void note_copy(std::size_t size) {
  if (size >= counted_copy_bytes_min) own.copied_bytes += size;
}

int note_sync(long outcome) {
  ++own.syncs;
  ++all_syncs;
  return static_cast<int>(outcome);
}

}  // namespace

CountedWork counted_work() {
  return own;
}

std::uint64_t syncs_of_all_threads() {
  return all_syncs;
}

}  // namespace tandem::test

// A loop would be made a call of memcpy again.
extern "C" void* memcpy(void* __restrict to, const void* __restrict from, std::size_t size) noexcept {
  tandem::test::note_copy(size);
  void* at = to;
  asm volatile("rep movsb" : "+D"(at), "+S"(from), "+c"(size) : : "memory");
  return to;
}

extern "C" void* memmove(void* to, const void* from, std::size_t size) noexcept {
  auto* target = static_cast<std::byte*>(to);
  const auto* source = static_cast<const std::byte*>(from);
  if (target <= source || target >= source + size) return memcpy(to, from, size);
  tandem::test::note_copy(size);
  for (std::size_t left = size; left > 0; --left) {
    target[left - 1] = source[left - 1];
    asm volatile("" : : : "memory");
  }
  return to;
}

extern "C" int fdatasync(int descriptor) {
  return tandem::test::note_sync(::syscall(SYS_fdatasync, descriptor));
}

extern "C" int fsync(int descriptor) {
  return tandem::test::note_sync(::syscall(SYS_fsync, descriptor));
}
