// Memory for fiber stacks, with a guard page below each. Stacks are taken again after use.
//
// A killed process's fibers are never unwound: their destructors would run code of a process that is dead.
// Nothing outside a process may point into its stacks, so they are simply used again; what those frames
// owned on the heap is lost on purpose. Under the address sanitizer such a stack is kept instead, as part of
// a root of the leak checker.
#pragma once

#include <cstddef>
#include <vector>

namespace tandem::sim {

struct FiberStack {
  std::byte* bottom = nullptr;  // lowest usable address
  std::size_t size_bytes = 0;
  std::byte* top() const { return bottom + size_bytes; }
};

class StackPool {
 public:
  static constexpr std::size_t stack_bytes =
      std::size_t{1024} * 1024;  // of address space; memory as far as it is used

  FiberStack take();
  void give_back(FiberStack stack);  // its fiber has returned
  void abandon(FiberStack stack);    // its fiber will never run again, but has not returned

 private:
  void map_more();

  std::vector<FiberStack> free_{};
};

// One for the program: a world's stacks serve the next.
StackPool& stack_pool();

}  // namespace tandem::sim
