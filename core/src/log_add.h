// Sums of probabilities that are kept as natural logarithms.
#pragma once

#include <cmath>
#include <limits>
#include <utility>

namespace auricle {

inline constexpr float kNever = -std::numeric_limits<float>::infinity();

// ln(e^a + e^b). What lies further below adds less than a float keeps, as infinitely less does.
inline float log_add(float a, float b) {
  constexpr float kNegligible = 17.0F;
  if (a < b) std::swap(a, b);
  return b > a - kNegligible ? a + std::log1p(std::exp(b - a)) : a;
}

}  // namespace auricle
