#include <cstddef>
#include <cstdint>

#include "tests/fuzz/protocol/targets.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tandem::fuzz::TANDEM_FUZZ_TARGET({reinterpret_cast<const char*>(data), size});
  return 0;
}
