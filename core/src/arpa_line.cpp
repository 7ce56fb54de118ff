#include "arpa_line.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace auricle {

namespace {

constexpr int kMaxExponent = 100'000;  // far beyond any number, and far from the end of int

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\0'; }

}  // namespace

std::string_view take_field(std::string_view* line) {
  const char* begin = line->data();
  const char* const last = begin + line->size();
  while (begin != last && is_space(*begin)) ++begin;
  const char* end = begin;
  while (end != last && !is_space(*end)) ++end;
  *line = {end, static_cast<size_t>(last - end)};
  return {begin, static_cast<size_t>(end - begin)};
}

bool parse_count(std::string_view text, uint64_t* value) {
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, *value);
  return result.ec == std::errc() && result.ptr == end;
}

// std::from_chars for floats is missing in some standard libraries, and strtof depends on the
// locale.
bool parse_float(std::string_view text, float* value) {
  if (text == "-inf" || text == "-Inf") {
    *value = -99.0F;
    return true;
  }
  const char* at = text.data();
  const char* const end = at + text.size();
  const bool negative = at != end && *at == '-';
  if (at != end && (*at == '-' || *at == '+')) ++at;
  double mantissa = 0.0;
  int exponent = 0;
  int digits = 0;
  bool fraction = false;
  for (; at != end; ++at) {
    if (*at == '.' && !fraction) {
      fraction = true;
    } else if (*at >= '0' && *at <= '9') {
      ++digits;
      mantissa = mantissa * 10.0 + (*at - '0');
      if (fraction) --exponent;
    } else {
      break;
    }
  }
  if (digits == 0) return false;
  if (at != end && (*at == 'e' || *at == 'E')) {
    ++at;
    if (at != end && *at == '+') ++at;
    int given = 0;
    const auto result = std::from_chars(at, end, given);
    if (result.ec != std::errc()) return false;
    at = result.ptr;
    exponent += std::clamp(given, -kMaxExponent, kMaxExponent);
  }
  if (at != end) return false;
  const double magnitude = mantissa * std::pow(10.0, exponent);
  *value = static_cast<float>(negative ? -magnitude : magnitude);
  return std::isfinite(*value);
}

}  // namespace auricle
