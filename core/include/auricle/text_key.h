// Keys of texts: 64 bits that stand for a text where texts are compared (FNV-1a).
#pragma once

#include <cstdint>
#include <string_view>

namespace auricle {

inline constexpr uint64_t kEmptyTextKey = 0xCBF29CE484222325ULL;

// The key of a text with more bytes at its end.
inline uint64_t extend_key(uint64_t key, std::string_view bytes) {
  for (const char byte : bytes) {
    key = (key ^ static_cast<unsigned char>(byte)) * 0x100000001B3ULL;
  }
  return key;
}

}  // namespace auricle
