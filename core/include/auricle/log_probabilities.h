// What every reader of an acoustic model's output checks first.
#pragma once

#include <cstddef>
#include <string>

#include "auricle/status.h"

namespace auricle {

// Whether `frames` rows of `width` values are natural-log probabilities: at most 0, give or take
// rounding, -infinity allowed. Names the first that is not.
Status check_log_probabilities(const float* log_probs, size_t frames, size_t width,
                               std::string* detail);

}  // namespace auricle
