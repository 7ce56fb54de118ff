#include "auricle/log_probabilities.h"

namespace auricle {

Status check_log_probabilities(const float* log_probs, size_t frames, size_t width,
                               std::string* detail) {
  for (size_t i = 0; i < frames * width; ++i) {
    if (!(log_probs[i] <= 1e-3F)) {
      return fail(Status::kNotFinite, detail,
                  "frame " + std::to_string(i / width) + ", token " + std::to_string(i % width) +
                      ": log-probabilities are numbers of at most 0");
    }
  }
  return Status::kOk;
}

}  // namespace auricle
