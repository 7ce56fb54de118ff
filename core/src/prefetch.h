// Tells the processor which memory will be read soon.
#pragma once

namespace auricle {

inline void prefetch([[maybe_unused]] const void* address) {
#if defined(__GNUC__) || defined(__clang__)
  __builtin_prefetch(address);
#endif
}

}  // namespace auricle
