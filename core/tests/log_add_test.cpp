#include "auricle/log_add.h"

#include <cmath>

#include "check.h"

using auricle::kNever;
using auricle::log_add;

TEST(logarithms_of_sums_are_right_to_a_rounding) {
  for (int thousandths = 0; thousandths < 30'000; ++thousandths) {
    const double d = thousandths / 1000.0;
    const auto below = static_cast<float>(-d);
    const double wanted = std::log1p(std::exp(static_cast<double>(below)));
    CHECK_NEAR(log_add(0.0F, below), wanted, 2e-7);
    CHECK_EQ(log_add(below, 0.0F), log_add(0.0F, below));
  }
}

TEST(what_is_impossible_adds_nothing) {
  CHECK_EQ(log_add(-3.0F, kNever), -3.0F);
  CHECK_EQ(log_add(kNever, -3.0F), -3.0F);
  CHECK_EQ(log_add(kNever, kNever), kNever);
}
