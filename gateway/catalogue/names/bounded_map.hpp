// A map from strings that keeps what was used lately, up to a weight. Lookup by string_view allocates nothing
// and touches nothing but the entry. Not safe for concurrent use.
//
// `Key` is std::string, or std::string_view where every value brings its key along: bytes that stay where
// they are for as long as the value is kept.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>

namespace tandem::gateway {

template <class Value, class Key = std::string>
class BoundedMap {
 public:
  explicit BoundedMap(std::size_t weight_max) : weight_max_(weight_max) { unlink_all(); }
  BoundedMap(const BoundedMap&) = delete;
  BoundedMap& operator=(const BoundedMap&) = delete;

  // Valid until the next change of the map. A used entry is passed over once when room is needed.
  Value* find(std::string_view key) {
    const auto found = slots_.find(key);
    if (found == slots_.end()) return nullptr;
    found->second.used = true;
    return &found->second.value;
  }

  // Replaces what is there and drops what is oldest and was not used since, until the weight is within its
  // limit; a value that alone is heavier than the limit is not kept.
  void put(std::string_view key, Value value, std::size_t weight) {
    if (weight > weight_max_) return erase(key);
    auto [placed, is_new] = slots_.try_emplace(Key(key));
    if (!is_new) {
      take_out(placed->second);
      // The bytes of a key that owns none go with the value that was there.
      if constexpr (!std::is_same_v<Key, std::string>) {
        auto node = slots_.extract(placed);
        node.key() = key;
        placed = slots_.insert(std::move(node)).position;
      }
    }
    Slot& slot = placed->second;
    slot.value = std::move(value);
    slot.weight = weight;
    slot.key = &placed->first;
    slot.used = false;
    weight_ += weight;
    while (weight_ > weight_max_) pass_or_drop(static_cast<Slot&>(*ends_.newer));  // not yet among them
    link_newest(slot);
  }

  // Room for so many more keys at once, instead of growing again and again.
  void expect(std::size_t more) {
    const std::size_t keys = std::min(slots_.size() + more, weight_max_);
    if (keys > slots_.bucket_count()) slots_.reserve(std::max(keys, 2 * slots_.bucket_count()));
  }

  void erase(std::string_view key) {
    const auto found = slots_.find(key);
    if (found != slots_.end()) drop(found->second);
  }

  void clear() {
    slots_.clear();
    weight_ = 0;
    unlink_all();
  }

  std::size_t size() const { return slots_.size(); }
  std::size_t weight() const { return weight_; }

 private:
  struct Links {  // a ring through ends_: its `newer` is the oldest slot, its `older` the newest
    Links* newer = nullptr;
    Links* older = nullptr;
  };
  struct Slot : Links {
    Value value{};
    std::size_t weight = 0;
    const Key* key = nullptr;
    bool used = false;  // since it came last to the newest end
  };
  struct TextHash {
    using is_transparent = void;
    // Not noexcept: the standard library keeps the hashes of such a function beside the keys, and does not
    // compute those of all it passes again.
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  void unlink_all() { ends_.newer = ends_.older = &ends_; }
  static void unlink(Links& links) {
    links.newer->older = links.older;
    links.older->newer = links.newer;
  }
  void link_newest(Links& links) {
    links.older = ends_.older;
    links.newer = &ends_;
    ends_.older->newer = &links;
    ends_.older = &links;
  }
  void pass_or_drop(Slot& oldest) {
    if (!oldest.used) return drop(oldest);
    oldest.used = false;
    unlink(oldest);
    link_newest(oldest);
  }
  void take_out(Slot& slot) {
    unlink(slot);
    weight_ -= slot.weight;
  }
  void drop(Slot& slot) {
    take_out(slot);
    const auto found = slots_.find(*slot.key);
    assert(found != slots_.end());
    slots_.erase(found);
  }

  const std::size_t weight_max_;
  std::size_t weight_ = 0;
  Links ends_;
  std::unordered_map<Key, Slot, TextHash, std::equal_to<>> slots_;
};

}  // namespace tandem::gateway
