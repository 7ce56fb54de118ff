#include "auricle/confidence.h"

#include <cmath>

#include "auricle/decoder.h"
#include "check.h"

using auricle::ConfidenceMap;
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
  CHECK_NEAR(auricle::confidence(std::nullopt, word), std::sqrt(0.4F) * 0.5F, 1e-5);
}

TEST(a_map_weighs_the_odds_of_a_word_and_its_length) {
  const ConfidenceMap map{.bias = 1.0F, .odds = 2.0F, .length = 0.25F};
  const Evidence word = evidence({0.5F, 0.8F});
  const float plain = std::sqrt(0.4F);
  const float x = 1.0F + 2.0F * std::log(plain / (1.0F - plain)) + 0.25F * std::log(2.0F);
  CHECK_NEAR(auricle::confidence(map, word), 1.0F / (1.0F + std::exp(-x)), 1e-5);
}

TEST(odds_are_finite) {
  CHECK_NEAR(auricle::log_odds(std::log(0.8F)), std::log(4.0F), 1e-5);
  CHECK_NEAR(auricle::log_odds(0.0F), 6.907F, 1e-2);
  CHECK_NEAR(auricle::log_odds(-1000.0F), -40.0F, 1e-3);
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
  CHECK_NEAR(auricle::confidence(std::nullopt, whole), 0.5F * std::sqrt(0.36F), 1e-5);
}
