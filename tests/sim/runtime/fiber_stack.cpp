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

}  // namespace

FiberStack StackPool::take() {
  if (!free_.empty()) {
    const FiberStack stack = free_.back();
    free_.pop_back();
    return stack;
  }
  void* memory = mmap(nullptr, stack_bytes + guard_bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  assert(memory != MAP_FAILED);
  const int refused = mprotect(memory, guard_bytes, PROT_NONE);
  assert(refused == 0);
  static_cast<void>(refused);
  return {static_cast<std::byte*>(memory) + guard_bytes, stack_bytes};
}

void StackPool::give_back(FiberStack stack) {
#if defined(__SANITIZE_ADDRESS__)
  __asan_unpoison_memory_region(stack.bottom, stack.size_bytes);
#endif
  free_.push_back(stack);
}

void StackPool::abandon(FiberStack stack) {
#if defined(__SANITIZE_ADDRESS__)
  __lsan_register_root_region(stack.bottom, stack.size_bytes);
#else
  give_back(stack);
#endif
}

StackPool& stack_pool() {
  static auto& pool = *new StackPool;  // outlives everything
  return pool;
}

}  // namespace tandem::sim
