// A bound on the bytes that many requests hold at the same time.
#pragma once

#include <atomic>
#include <cstddef>

namespace tandem::protocol {

class ByteBudget {
 public:
  explicit ByteBudget(std::size_t bytes_max) : left_(bytes_max) {}
  bool take(std::size_t bytes) {
    std::size_t left = left_.load(std::memory_order_relaxed);
    while (left >= bytes) {
      if (left_.compare_exchange_weak(left, left - bytes, std::memory_order_relaxed)) return true;
    }
    return false;
  }
  void give_back(std::size_t bytes) { left_.fetch_add(bytes, std::memory_order_relaxed); }

 private:
  std::atomic<std::size_t> left_;
};

}  // namespace tandem::protocol
