// The one place where failures become DeepSpeech's codes, with details kept for whoever asks.
#pragma once

#include <string>

#include "deepspeech.h"

namespace auricle::old {

// Keeps the details of a failure for this thread and returns its code.
int report(DeepSpeech_Error_Codes code, const std::string& detail) noexcept;

// The same with what auricle.h says of its last failure.
int report_engine(DeepSpeech_Error_Codes code) noexcept;

// A text of the C library's malloc, so that free() frees it; null for null and without memory.
char* copy(const char* text) noexcept;

// Runs what may run out of memory.
template <typename Work>
int guarded(DeepSpeech_Error_Codes without_memory, const Work& work) noexcept {
  try {
    return work();
  } catch (...) {
    return report(without_memory, {});
  }
}

}  // namespace auricle::old
