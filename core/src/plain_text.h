// What the readers of text files that people write by hand have in common.
#pragma once

#include <string_view>

namespace auricle {

inline constexpr std::string_view kBlanks = " \t\r";

// Some editors begin files of UTF-8 with a byte order mark.
inline std::string_view without_byte_order_mark(std::string_view text) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (text.substr(0, kMark.size()) == kMark) text.remove_prefix(kMark.size());
  return text;
}

}  // namespace auricle
