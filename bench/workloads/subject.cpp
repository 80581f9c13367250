#include "bench/workloads/subject.hpp"

#include <cassert>
#include <random>

namespace tandem::bench {

std::string_view some_bytes(std::size_t size) {
  static const std::string bytes = [] {
    std::mt19937_64 random(20);  // NOLINT(cert-msc51-cpp): the same bytes in every run
    std::string made;
    while (made.size() < piece_bytes) {
      const std::uint64_t number = random();
      made.append(reinterpret_cast<const char*>(&number), sizeof number);
    }
    return made;
  }();
  assert(size <= bytes.size());
  return std::string_view(bytes).substr(0, size);
}

Error wrong_size(const std::string& path, std::uint64_t wanted, std::uint64_t found) {
  return {Code::corrupt, std::to_string(found) + " bytes instead of " + std::to_string(wanted), path};
}

}  // namespace tandem::bench
