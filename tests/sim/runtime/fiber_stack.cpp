#include "tests/sim/runtime/fiber_stack.hpp"

#include <sys/mman.h>

#include <cassert>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#include <sanitizer/lsan_interface.h>
#endif

namespace tandem::sim {
namespace {

constexpr std::size_t guard_bytes = 4096;
// The leak checker reads the list of all mappings once for each of its roots: a root a stack, and thousands
// of stacks would take it minutes.
constexpr std::size_t stacks_mapped_at_once = 256;

}  // namespace

FiberStack StackPool::take() {
  if (free_.empty()) map_more();
  const FiberStack stack = free_.back();
  free_.pop_back();
  return stack;
}

void StackPool::map_more() {
  constexpr std::size_t mapped_bytes = stacks_mapped_at_once * (guard_bytes + stack_bytes);
  void* memory = mmap(nullptr, mapped_bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  assert(memory != MAP_FAILED);
#if defined(__SANITIZE_ADDRESS__)
  __lsan_register_root_region(memory, mapped_bytes);
#endif
  auto* guard = static_cast<std::byte*>(memory);
  for (std::size_t count = 0; count < stacks_mapped_at_once; ++count) {
    const int refused = mprotect(guard, guard_bytes, PROT_NONE);
    assert(refused == 0);
    static_cast<void>(refused);
    free_.push_back({guard + guard_bytes, stack_bytes});
    guard += guard_bytes + stack_bytes;
  }
}

void StackPool::give_back(FiberStack stack) {
#if defined(__SANITIZE_ADDRESS__)
  __asan_unpoison_memory_region(stack.bottom, stack.size_bytes);
  // What its frames held is no root any more.
  const int refused = madvise(stack.bottom, stack.size_bytes, MADV_DONTNEED);
  assert(refused == 0);
  static_cast<void>(refused);
#endif
  free_.push_back(stack);
}

void StackPool::abandon(FiberStack stack) {
#if defined(__SANITIZE_ADDRESS__)
  static_cast<void>(stack);
#else
  give_back(stack);
#endif
}

StackPool& stack_pool() {
  static auto& pool = *new StackPool;  // outlives everything
  return pool;
}

}  // namespace tandem::sim
