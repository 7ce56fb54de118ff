#include "auricle/confidence.h"

#include <cmath>

#include "auricle/decoder.h"
#include "check.h"

using auricle::ConfidenceMap;
using auricle::ConfidenceMaps;
using auricle::Evidence;
using auricle::Hypothesis;

namespace {

Evidence evidence(std::initializer_list<float> probabilities) {
  Evidence made;
  for (const float probability : probabilities) made.add(std::log(probability));
  return made;
}

}  // namespace

TEST(without_a_map_a_word_is_as_sure_as_its_units_and_its_share) {
  Evidence word = evidence({0.5F, 0.8F});
  word.share = std::log(0.5F);
  CHECK_NEAR(auricle::word_confidence({}, word), std::sqrt(0.4F) * 0.5F, 1e-5);
}

TEST(a_map_weighs_what_speaks_for_a_word) {
  ConfidenceMaps maps;
  maps.word = ConfidenceMap{.bias = 1.0F, .mean = 2.0F, .lowest = 0.5F, .length = 0.25F};
  const Evidence word = evidence({0.5F, 0.8F});
  const float x =
      1.0F + 2.0F * std::log(0.4F) / 2.0F + 0.5F * std::log(0.5F) + 0.25F * std::log(2.0F);
  CHECK_NEAR(auricle::word_confidence(maps, word), 1.0F / (1.0F + std::exp(-x)), 1e-5);
}

TEST(scores_share_out_the_probability) {
  std::vector<float> shares = {-1.0F, -1.0F + std::log(0.5F), -1.0F + std::log(0.5F)};
  auricle::share_out(&shares);
  CHECK_NEAR(shares[0], 0.5F, 1e-5);
  CHECK_NEAR(shares[2], 0.25F, 1e-5);
}

TEST(a_segment_is_as_sure_as_its_text_and_its_words) {
  Hypothesis hypothesis;
  hypothesis.confidence = 0.5F;
  for (const float confidence : {0.9F, 0.4F}) {
    hypothesis.words.emplace_back().confidence = confidence;
  }
  const Evidence whole = auricle::segment_evidence(hypothesis);
  CHECK_EQ(whole.count, 2U);
  CHECK_NEAR(whole.mean, std::log(0.36F) / 2.0F, 1e-5);
  CHECK_NEAR(whole.lowest, std::log(0.4F), 1e-5);
  CHECK_NEAR(auricle::segment_confidence({}, whole), 0.5F, 1e-5);
}
