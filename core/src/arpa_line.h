// The parts of an ARPA line.
#pragma once

#include <cstdint>
#include <string_view>

namespace auricle {

// Takes the next field (between spaces, tabs, carriage returns or zeros) off the front of `line`;
// empty at its end.
std::string_view take_field(std::string_view* line);

// Parses a decimal number whatever the locale is; "-inf" is -99, as SRILM writes log10 0.
bool parse_float(std::string_view text, float* value);
bool parse_count(std::string_view text, uint64_t* value);

}  // namespace auricle
