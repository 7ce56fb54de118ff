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

// Spreads a key and a number beside it over 64 bits (the finaliser of splitmix64).
inline uint64_t mix_keys(uint64_t key, uint32_t number) {
  uint64_t z = key + 0x9E3779B97F4A7C15ULL * (number + 1ULL);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

}  // namespace auricle
