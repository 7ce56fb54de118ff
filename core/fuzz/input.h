// What a fuzz target makes of its bytes: values taken one after the other, zeros when they run out.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace fuzz {

class Input {
 public:
  Input(const uint8_t* data, size_t size) : data_(data), size_(size) {}

  bool empty() const { return size_ == 0; }

  template <typename T>
  T value() {
    T result{};
    const std::string_view taken = bytes(sizeof result);
    std::memcpy(&result, taken.data(), taken.size());
    return result;
  }

  // A number in [0, limit).
  uint32_t below(uint32_t limit) { return value<uint8_t>() % limit; }

  // The next `count` bytes, fewer at the end.
  std::string_view bytes(size_t count) {
    count = std::min(count, size_);
    const std::string_view taken(reinterpret_cast<const char*>(data_), count);
    data_ += count;
    size_ -= count;
    return taken;
  }

 private:
  const uint8_t* data_;
  size_t size_;
};

// What must hold for every input: a fuzzer reports the abort as a crash.
inline void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace fuzz
