#include "storaged/disk/descriptor.hpp"

#include <unistd.h>

namespace tandem::storaged {

Descriptor::~Descriptor() {
  if (is_open()) ::close(number_);
}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(number_, other.number_);
  return *this;
}

}  // namespace tandem::storaged
