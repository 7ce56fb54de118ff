// Numbers for hashed keys, in the order in which they come.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <vector>

namespace auricle {

// A table with open addressing that is emptied at no cost: what an earlier round left is told by
// its number. A round uses no more of it than it needs, so that little of it has to be in a cache.
// Keys are well mixed already.
class KeyTable {
 public:
  // Empties the table, for some `expected` keys or more.
  void clear(size_t expected = 0) {
    count_ = 0;
    use(std::bit_ceil(std::max(kLeastSlots, 2 * expected)));
  }

  uint32_t size() const { return count_; }

  // The number of a key, which is size() before the call where the key is new.
  uint32_t add(uint64_t key) {
    if (2 * (count_ + size_t{1}) > used_) grow();
    Slot& slot = find(key);
    if (slot.round != round_) slot = {key, count_++, round_};
    return slot.number;
  }

 private:
  static constexpr size_t kLeastSlots = 64;

  struct Slot {
    uint64_t key = 0;
    uint32_t number = 0;
    uint32_t round = 0;
  };

  Slot& find(uint64_t key) {
    const size_t last = used_ - 1;
    size_t place = key & last;
    while (slots_[place].round == round_ && slots_[place].key != key) place = (place + 1) & last;
    return slots_[place];
  }

  // Begins a round with so many slots, all free.
  void use(size_t slots) {
    used_ = slots;
    if (slots_.size() < used_) slots_.resize(used_);
    if (++round_ != 0) return;
    round_ = 1;  // after 2^32 rounds the numbers begin anew
    std::fill(slots_.begin(), slots_.end(), Slot{});
  }

  void grow() {
    const auto end = slots_.begin() + static_cast<std::ptrdiff_t>(used_);
    std::copy_if(slots_.begin(), end, std::back_inserter(moved_),
                 [this](const Slot& slot) { return slot.round == round_; });
    use(std::max(kLeastSlots, 2 * used_));
    for (const Slot& slot : moved_) find(slot.key) = {slot.key, slot.number, round_};
    moved_.clear();
  }

  std::vector<Slot> slots_;
  std::vector<Slot> moved_;
  size_t used_ = 0;  // of the slots, a power of two
  uint32_t count_ = 0;
  uint32_t round_ = 0;
};

}  // namespace auricle
