// Tells the address sanitizer of every change of stacks; nothing in other builds. (The simulation runs on one
// thread, so the thread sanitizer has nothing to find in it and the suite leaves it out of that build.)
#pragma once

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif

namespace tandem::sim {

// One context's side of it: a fiber's, or the scheduler's own.
class StackSwitch {
 public:
#if defined(__SANITIZE_ADDRESS__)
  void prepare(void* bottom, std::size_t size_bytes) {
    bottom_ = bottom;
    size_bytes_ = size_bytes;
  }
  // The first moment on a new stack; `from` learns where it stands.
  void arrived(StackSwitch& from) {
    __sanitizer_finish_switch_fiber(nullptr, &from.bottom_, &from.size_bytes_);
  }
  void leave(const StackSwitch& to) {
    __sanitizer_start_switch_fiber(&fake_, to.bottom_, to.size_bytes_);
  }
  // Called on the context that is gone to.
  void leave_for_good() const {
    __sanitizer_start_switch_fiber(nullptr, bottom_, size_bytes_);
  }
  void returned() {
    __sanitizer_finish_switch_fiber(fake_, nullptr, nullptr);
  }

 private:
  const void* bottom_ = nullptr;
  std::size_t size_bytes_ = 0;
  void* fake_ = nullptr;
#else
  void prepare(void*, std::size_t) {}
  void arrived(StackSwitch&) {}
  void leave(const StackSwitch&) {}
  void leave_for_good() const {}
  void returned() {}
#endif
};

}  // namespace tandem::sim
