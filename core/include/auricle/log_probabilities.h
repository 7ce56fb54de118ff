// What every reader of an acoustic model's output does first, in one pass over it.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "auricle/status.h"

namespace auricle {

// The largest values of a row, eight to one, so that what is large is found without a second look
// at all of it: peak k is of the values k, k + step, k + 2 step ..., and the few values that are
// left over at the end of a row follow as they are.
struct Peaks {
  static constexpr size_t kValues = 8;

  explicit Peaks(size_t row_width) : width(row_width), step(row_width / kValues) {}

  size_t count() const { return width - (kValues - 1) * step; }  // of a row
  std::span<const float> row(size_t frame) const {
    return std::span(values).subspan(frame * count(), count());
  }

  // The places in a row that a peak is of: `first`, then so many more, each `step` further.
  struct Places {
    size_t first;
    size_t more;
  };
  Places places(size_t peak) const {
    const bool left_over = peak >= step;
    return {left_over ? peak + (kValues - 1) * step : peak, left_over ? 0 : kValues - 1};
  }

  size_t width;
  size_t step;
  std::vector<float> values;
};

// Whether `frames` rows of `width` values are natural-log probabilities: at most 0, give or take
// rounding, -infinity allowed. Names the first that is not. `peaks`, made for this width, takes
// those of all rows.
Status check_log_probabilities(const float* log_probs, size_t frames, size_t width, Peaks* peaks,
                               std::string* detail);

}  // namespace auricle
