// Sums of probabilities that are kept as natural logarithms.
#pragma once

#include <cmath>
#include <limits>
#include <utility>

namespace auricle {

inline constexpr float kNever = -std::numeric_limits<float>::infinity();

// ln(e^a + e^b).
inline float log_add(float a, float b) {
  if (a < b) std::swap(a, b);
  return b == kNever ? a : a + std::log1p(std::exp(b - a));
}

}  // namespace auricle
