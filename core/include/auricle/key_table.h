// Numbers for hashed keys, in the order in which they come.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace auricle {

// A table with open addressing that is emptied at no cost: what an earlier round left is told by
// its number. Keys are well mixed already.
class KeyTable {
 public:
  void clear() {
    count_ = 0;
    if (++round_ != 0) return;
    round_ = 1;  // after 2^32 rounds the numbers begin anew
    std::fill(slots_.begin(), slots_.end(), Slot{});
  }

  uint32_t size() const { return count_; }

  // The number of a key, which is size() before the call where the key is new.
  uint32_t add(uint64_t key) {
    if (2 * (count_ + size_t{1}) > slots_.size()) grow();
    Slot& slot = find(key);
    if (slot.round != round_) slot = {key, count_++, round_};
    return slot.number;
  }

 private:
  struct Slot {
    uint64_t key = 0;
    uint32_t number = 0;
    uint32_t round = 0;
  };

  Slot& find(uint64_t key) {
    const size_t last = slots_.size() - 1;
    size_t place = key & last;
    while (slots_[place].round == round_ && slots_[place].key != key) place = (place + 1) & last;
    return slots_[place];
  }

  void grow() {
    const size_t size = std::max<size_t>(64, 2 * slots_.size());
    const std::vector<Slot> before = std::exchange(slots_, std::vector<Slot>(size));
    for (const Slot& slot : before) {
      if (slot.round == round_) find(slot.key) = slot;
    }
  }

  std::vector<Slot> slots_;
  uint32_t count_ = 0;
  uint32_t round_ = 1;
};

}  // namespace auricle
