#include "auricle/confidence.h"

#include <algorithm>
#include <cmath>

#include "auricle/decoder.h"

namespace auricle {
namespace {

constexpr float kLeastLogShare = -20.0F;

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

void share_out(std::vector<float>* scores) {
  const float best = scores->front();
  float total = 0.0F;
  for (float& score : *scores) {
    score = std::exp(score - best);
    total += score;
  }
  for (float& score : *scores) score /= total;
}

float log_share(float share) { return std::max(kLeastLogShare, std::min(0.0F, std::log(share))); }

Evidence segment_evidence(const Hypothesis& hypothesis) {
  Evidence whole;
  for (const DecodedWord& word : hypothesis.words) {
    whole.add(std::max(kLeastLogShare, std::log(word.confidence)));
  }
  whole.share = log_share(hypothesis.confidence);
  return whole;
}

}  // namespace auricle
