// The simulation's only source of chance: a small seeded generator (SplitMix64). The same seed gives the same
// numbers on every machine.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "protocol/contract/runtime.hpp"

namespace tandem::sim {

class Chance {
 public:
  explicit Chance(std::uint64_t seed) : state_(seed) {}

  std::uint64_t number() {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
    return mixed ^ (mixed >> 31U);
  }
  // 0 .. bound - 1.
  std::uint64_t below(std::uint64_t bound) {
    assert(bound > 0);
    return number() % bound;
  }
  // Both ends included.
  std::uint64_t between(std::uint64_t least, std::uint64_t greatest) {
    assert(least <= greatest);
    return least + below(greatest - least + 1);
  }
  double fraction() { return static_cast<double>(number() >> 11U) * 0x1.0p-53; }
  bool happens(double probability) { return probability > 0 && fraction() < probability; }
  Duration duration(Duration least, Duration greatest) {
    return Duration(static_cast<std::int64_t>(
        between(static_cast<std::uint64_t>(least.count()), static_cast<std::uint64_t>(greatest.count()))));
  }
  template <class Item>
  Item& pick(std::vector<Item>& items) {
    return items[below(items.size())];
  }
  template <class Item>
  const Item& pick(const std::vector<Item>& items) {
    return items[below(items.size())];
  }
  void fill(std::span<std::byte> out) {
    for (std::size_t at = 0; at < out.size(); at += sizeof(std::uint64_t)) {
      const std::uint64_t next = number();
      std::memcpy(out.data() + at, &next, std::min(sizeof next, out.size() - at));
    }
  }
  // A generator of its own for a part of the world, so that its draws do not shift those of the others.
  Chance fork() { return Chance(number()); }

 private:
  std::uint64_t state_;
};

}  // namespace tandem::sim
