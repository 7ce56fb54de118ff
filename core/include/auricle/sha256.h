// SHA-256 (FIPS 180-4): the checksums of a package's files.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace auricle {

// The sum of some bytes, as 64 hexadecimal digits in lower case.
std::string sha256(std::span<const uint8_t> bytes);

}  // namespace auricle
