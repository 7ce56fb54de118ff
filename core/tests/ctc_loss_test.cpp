#include "auricle/ctc_loss.h"

#include <cmath>
#include <vector>

#include "check.h"

using auricle::ctc_loss;

namespace {

// Two frames of the blank and the tokens 1 and 2.
const std::vector<float> kFrames = {std::log(0.5F), std::log(0.3F), std::log(0.2F),
                                    std::log(0.6F), std::log(0.1F), std::log(0.3F)};

}  // namespace

TEST(ctc_loss_sums_the_paths_of_a_text) {
  std::vector<float> gradient(kFrames.size());
  const std::vector<std::int32_t> target = {1};
  // 1 1, 1 -, - 1
  const double paths = 0.3 * 0.1 + 0.3 * 0.6 + 0.5 * 0.1;
  CHECK_NEAR(ctc_loss(kFrames.data(), 2, 3, target, gradient.data()), -std::log(paths), 1e-6);
  CHECK_NEAR(gradient[1], -(0.3 * 0.1 + 0.3 * 0.6) / paths, 1e-6);
  CHECK_NEAR(gradient[3], -0.3 * 0.6 / paths, 1e-6);
  CHECK_EQ(gradient[2], 0.0F);
}

TEST(ctc_loss_of_no_text_is_that_of_blanks) {
  std::vector<float> gradient(kFrames.size());
  CHECK_NEAR(ctc_loss(kFrames.data(), 2, 3, {}, gradient.data()), -std::log(0.5 * 0.6), 1e-6);
}

TEST(ctc_loss_is_infinite_without_a_path) {
  std::vector<float> gradient(kFrames.size(), 1.0F);
  const std::vector<std::int32_t> repeated = {1, 1};  // wants a blank between them
  CHECK(std::isinf(ctc_loss(kFrames.data(), 2, 3, repeated, gradient.data())));
  for (const float each : gradient) CHECK_EQ(each, 0.0F);
  CHECK(std::isinf(ctc_loss(kFrames.data(), 0, 3, {}, gradient.data())));
}
