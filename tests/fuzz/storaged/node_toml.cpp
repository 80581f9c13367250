#include <cstdlib>

#include "storaged/disk/node_file.hpp"
#include "tests/fuzz/storaged/targets.hpp"

namespace tandem::fuzz {

void node_toml(std::string_view input) {
  const auto file = storaged::decode_node_file(input);
  if (!file) {
    if (file.error().mend.empty()) std::abort();  // whoever is refused is told what to do
    return;
  }
  const auto again = storaged::decode_node_file(storaged::encode_node_file(*file));
  if (!again || !(*again == *file)) std::abort();
}

}  // namespace tandem::fuzz
