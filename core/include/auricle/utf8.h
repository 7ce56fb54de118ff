// UTF-8 as a state machine over bytes: what may follow what (The Unicode Standard, table 3-7).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace auricle {

// Where a text is in its characters: at a boundary, or waiting for the rest of one.
enum class Utf8State : uint8_t {
  kBoundary,
  kOneMore,  // continuation bytes to come
  kTwoMore,
  kThreeMore,
  kAfterE0,  // the next byte is restricted, so that no character has a second encoding
  kAfterED,  // ..., so that there are no surrogates
  kAfterF0,
  kAfterF4,  // ..., so that nothing is above U+10FFFF
  kBroken,
};

// The state after one more byte.
inline Utf8State utf8_advance(Utf8State state, uint8_t byte) {
  const auto within = [byte](uint8_t first, uint8_t last, Utf8State next) {
    return byte >= first && byte <= last ? next : Utf8State::kBroken;
  };
  switch (state) {
    case Utf8State::kBoundary:
      if (byte < 0x80) return Utf8State::kBoundary;
      if (byte < 0xC2) return Utf8State::kBroken;
      if (byte < 0xE0) return Utf8State::kOneMore;
      if (byte == 0xE0) return Utf8State::kAfterE0;
      if (byte == 0xED) return Utf8State::kAfterED;
      if (byte < 0xF0) return Utf8State::kTwoMore;
      if (byte == 0xF0) return Utf8State::kAfterF0;
      if (byte < 0xF4) return Utf8State::kThreeMore;
      return byte == 0xF4 ? Utf8State::kAfterF4 : Utf8State::kBroken;
    case Utf8State::kOneMore:
      return within(0x80, 0xBF, Utf8State::kBoundary);
    case Utf8State::kTwoMore:
      return within(0x80, 0xBF, Utf8State::kOneMore);
    case Utf8State::kThreeMore:
      return within(0x80, 0xBF, Utf8State::kTwoMore);
    case Utf8State::kAfterE0:
      return within(0xA0, 0xBF, Utf8State::kOneMore);
    case Utf8State::kAfterED:
      return within(0x80, 0x9F, Utf8State::kOneMore);
    case Utf8State::kAfterF0:
      return within(0x90, 0xBF, Utf8State::kTwoMore);
    case Utf8State::kAfterF4:
      return within(0x80, 0x8F, Utf8State::kTwoMore);
    case Utf8State::kBroken:
      break;
  }
  return Utf8State::kBroken;
}

inline Utf8State utf8_advance(Utf8State state, std::string_view bytes) {
  for (const char byte : bytes) state = utf8_advance(state, static_cast<uint8_t>(byte));
  return state;
}

inline bool is_utf8(std::string_view text) {
  return utf8_advance(Utf8State::kBoundary, text) == Utf8State::kBoundary;
}

// Takes the beginning of a character off the end of a text.
inline void cut_character(std::string* text) {
  while (!text->empty() && (static_cast<uint8_t>(text->back()) & 0xC0) == 0x80) text->pop_back();
  if (!text->empty()) text->pop_back();
}

// The characters that begin in a text.
inline uint32_t count_characters(std::string_view text) {
  uint32_t count = 0;
  for (const char byte : text) count += (static_cast<uint8_t>(byte) & 0xC0) != 0x80 ? 1 : 0;
  return count;
}

}  // namespace auricle
