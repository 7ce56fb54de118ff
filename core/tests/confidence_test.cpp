#include "auricle/confidence.h"

#include <cmath>

#include "auricle/decoder.h"
#include "check.h"

using auricle::ConfidenceMap;
using auricle::ConfidenceMaps;
using auricle::DecodedWord;
using auricle::Evidence;
using auricle::Hypothesis;

namespace {

Evidence evidence(std::initializer_list<float> probabilities) {
  Evidence made;
  for (const float probability : probabilities) made.add(std::log(probability));
  return made;
}

Hypothesis hypothesis(const char* text, float score) {
  Hypothesis made;
  made.score = score;
  DecodedWord& word = made.words.emplace_back();
  word.text = text;
  word.first_frame = 3;
  word.end_frame = 5;
  word.evidence = evidence({0.9F});
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

TEST(hypotheses_share_the_probability_and_words_are_found_in_several) {
  std::vector<Hypothesis> hypotheses = {hypothesis("cat", 0.0F), hypothesis("cut", std::log(0.5F)),
                                        hypothesis("cat", std::log(0.5F))};
  const Evidence whole = auricle::set_confidences({}, 1, &hypotheses);
  CHECK_NEAR(hypotheses[0].confidence, 0.5F, 1e-5);
  CHECK_NEAR(hypotheses[0].words[0].confidence, 0.9F * 0.75F, 1e-5);
  CHECK_EQ(whole.count, 1U);
  CHECK_NEAR(auricle::segment_confidence({}, whole), 0.5F, 1e-5);
}
