#include "auricle/log_probabilities.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace auricle {

Status check_log_probabilities(const float* log_probs, size_t frames, size_t width,
                               std::string* detail) {
  constexpr size_t kBlock = 1024;  // compilers turn the counting into vector instructions
  const auto wrong = [](float value) { return !(value <= 1e-3F); };
  const float* const end = log_probs + frames * width;
  for (const float* block = log_probs; block < end;) {
    const float* const block_end = block + std::min<ptrdiff_t>(kBlock, end - block);
    uint32_t count = 0;
    for (const float* value = block; value < block_end; ++value) count += wrong(*value) ? 1 : 0;
    if (count > 0) {
      const auto at = static_cast<size_t>(std::find_if(block, block_end, wrong) - log_probs);
      return fail(Status::kNotFinite, detail,
                  "frame " + std::to_string(at / width) + ", token " + std::to_string(at % width) +
                      ": log-probabilities are numbers of at most 0");
    }
    block = block_end;
  }
  return Status::kOk;
}

}  // namespace auricle
