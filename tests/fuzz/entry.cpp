// What libFuzzer calls; one program a target, each told by the build which one it is.
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tandem::fuzz {
void TANDEM_FUZZ_TARGET(std::string_view input);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tandem::fuzz::TANDEM_FUZZ_TARGET({reinterpret_cast<const char*>(data), size});
  return 0;
}
