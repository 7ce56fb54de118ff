#include "auricle/confidence.h"

#include <algorithm>
#include <cmath>

#include "auricle/decoder.h"

namespace auricle {
namespace {

constexpr float kLeastLogShare = -20.0F;
// A word is the same in two hypotheses where its frames are no further apart.
constexpr uint64_t kNearFrames = 2;

bool has_word(const Hypothesis& hypothesis, const DecodedWord& word) {
  const auto end = hypothesis.words.end();
  auto other = std::partition_point(hypothesis.words.begin(), end, [&word](const auto& earlier) {
    return earlier.end_frame + kNearFrames <= word.first_frame;
  });
  for (; other != end && other->first_frame < word.end_frame + kNearFrames; ++other) {
    if (other->text == word.text) return true;
  }
  return false;
}

float log_share(float share) { return std::max(kLeastLogShare, std::min(0.0F, std::log(share))); }

}  // namespace

float ConfidenceMap::probability(const Evidence& evidence) const {
  const float count = static_cast<float>(std::max(1U, evidence.count));
  const float x = bias + mean * evidence.mean + lowest * evidence.lowest + share * evidence.share +
                  length * std::log(count);
  return 1.0F / (1.0F + std::exp(-x));
}

float word_confidence(const ConfidenceMaps& maps, const Evidence& evidence) {
  if (maps.word) return maps.word->probability(evidence);
  return std::min(1.0F, std::exp(evidence.mean + evidence.share));
}

float segment_confidence(const ConfidenceMaps& maps, const Evidence& evidence) {
  if (maps.segment) return maps.segment->probability(evidence);
  return std::exp(evidence.share);
}

Evidence set_confidences(const ConfidenceMaps& maps, size_t described,
                         std::vector<Hypothesis>* hypotheses) {
  const float best = hypotheses->front().score;
  float total = 0.0F;
  for (Hypothesis& hypothesis : *hypotheses) {
    hypothesis.confidence = std::exp(hypothesis.score - best);
    total += hypothesis.confidence;
  }
  for (Hypothesis& hypothesis : *hypotheses) hypothesis.confidence /= total;
  for (size_t h = 0; h < std::min(described, hypotheses->size()); ++h) {
    for (DecodedWord& word : (*hypotheses)[h].words) {
      float share = 0.0F;
      for (const Hypothesis& other : *hypotheses) {
        if (has_word(other, word)) share += other.confidence;
      }
      word.evidence.share = log_share(share);
      word.confidence = word_confidence(maps, word.evidence);
    }
  }
  Evidence whole;
  for (const DecodedWord& word : hypotheses->front().words) {
    whole.add(std::max(kLeastLogShare, std::log(word.confidence)));
  }
  whole.share = log_share(hypotheses->front().confidence);
  return whole;
}

}  // namespace auricle
