#include "auricle/log_probabilities.h"

#include <algorithm>
#include <cstdint>

namespace auricle {
namespace {

bool wrong(float value) { return !(value <= 1e-3F); }

float larger(float a, float b) { return a > b ? a : b; }

// Counts what is wrong in a row, and finds its peaks. Compilers turn the loop into vector
// instructions: each round of it reads eight places of the row and writes one.
uint32_t read_row(const float* row, const Peaks& layout, float* peaks) {
  const size_t step = layout.step;
  uint32_t wrongs = 0;
  for (size_t k = 0; k < step; ++k) {
    float peak = row[k];
    uint32_t wrong_ones = wrong(peak) ? 1 : 0;
    for (size_t n = 1; n < Peaks::kValues; ++n) {
      const float value = row[k + n * step];
      peak = larger(peak, value);
      wrong_ones += wrong(value) ? 1 : 0;
    }
    peaks[k] = peak;
    wrongs += wrong_ones;
  }
  for (size_t k = step; k < layout.count(); ++k) {
    peaks[k] = row[k + (Peaks::kValues - 1) * step];
    wrongs += wrong(peaks[k]) ? 1 : 0;
  }
  return wrongs;
}

}  // namespace

Status check_log_probabilities(const float* log_probs, size_t frames, size_t width, Peaks* peaks,
                               std::string* detail) {
  peaks->values.resize(frames * peaks->count());
  for (size_t frame = 0; frame < frames; ++frame) {
    const float* const row = log_probs + frame * width;
    if (read_row(row, *peaks, peaks->values.data() + frame * peaks->count()) == 0) continue;
    const auto token = std::find_if(row, row + width, wrong) - row;
    return fail(Status::kNotFinite, detail,
                "frame " + std::to_string(frame) + ", token " + std::to_string(token) + ": " +
                    std::to_string(row[token]) +
                    " is no log-probability, which is at most 0; log_softmax makes such of a "
                    "network's scores, a logarithm of probabilities");
  }
  return Status::kOk;
}

}  // namespace auricle
