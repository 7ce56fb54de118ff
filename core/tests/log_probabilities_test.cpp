#include "auricle/log_probabilities.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "check.h"

using auricle::Peaks;
using auricle::Status;

namespace {

std::vector<float> make_rows(size_t frames, size_t width) {
  std::vector<float> rows(frames * width);
  for (size_t k = 0; k < rows.size(); ++k) rows[k] = -static_cast<float>(k * 37 % 101) - 0.5F;
  return rows;
}

}  // namespace

TEST(every_value_has_one_peak_which_is_the_largest_of_its_places) {
  for (size_t width = 1; width <= 70; ++width) {
    const std::vector<float> rows = make_rows(3, width);
    Peaks peaks(width);
    REQUIRE(auricle::check_log_probabilities(rows.data(), 3, width, &peaks, nullptr) ==
            Status::kOk);
    for (size_t frame = 0; frame < 3; ++frame) {
      std::vector<uint32_t> seen(width);
      for (size_t peak = 0; peak < peaks.count(); ++peak) {
        const auto [first, more] = peaks.places(peak);
        float largest = -std::numeric_limits<float>::infinity();
        for (size_t n = 0; n <= more; ++n) {
          const size_t place = first + n * peaks.step;
          ++seen[place];
          largest = std::max(largest, rows[frame * width + place]);
        }
        CHECK_EQ(peaks.row(frame)[peak], largest);
      }
      CHECK(std::all_of(seen.begin(), seen.end(), [](uint32_t times) { return times == 1; }));
    }
  }
}

TEST(what_is_wrong_is_named_wherever_it_stands) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (const float value : {nan, -nan, 0.01F, std::numeric_limits<float>::infinity()}) {
    for (const size_t width : {size_t{1}, size_t{7}, size_t{8}, size_t{30}, size_t{67}}) {
      for (size_t place = 0; place < 2 * width; ++place) {
        std::vector<float> rows = make_rows(2, width);
        rows[place] = value;
        Peaks peaks(width);
        std::string detail;
        CHECK_EQ(auricle::check_log_probabilities(rows.data(), 2, width, &peaks, &detail),
                 Status::kNotFinite);
        const std::string named = "frame " + std::to_string(place / width) + ", token " +
                                  std::to_string(place % width) + ":";
        CHECK(detail.starts_with(named + " " + std::to_string(value)));
      }
    }
  }
}

TEST(rounding_above_0_and_impossible_tokens_are_allowed) {
  const std::vector<float> row = {1e-4F, 0.0F, -0.0F, -std::numeric_limits<float>::infinity()};
  Peaks peaks(row.size());
  CHECK_EQ(auricle::check_log_probabilities(row.data(), 1, row.size(), &peaks, nullptr),
           Status::kOk);
}
