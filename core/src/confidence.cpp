#include "auricle/confidence.h"

#include <algorithm>
#include <cmath>

#include "auricle/decoder.h"

namespace auricle {
namespace {

constexpr float kLeastLogShare = -20.0F;
// Of a confidence that has odds.
constexpr float kLeastLogProbability = -40.0F;
constexpr float kMostLogProbability = -1e-3F;

}  // namespace

float log_odds(float log_probability) {
  const float x = std::clamp(log_probability, kLeastLogProbability, kMostLogProbability);
  return x - std::log(-std::expm1(x));
}

float ConfidenceMap::probability(const Evidence& evidence) const {
  const float count = static_cast<float>(std::max(1U, evidence.count));
  const float x = bias + odds * log_odds(evidence.plain()) + length * std::log(count);
  return 1.0F / (1.0F + std::exp(-x));
}

float confidence(const std::optional<ConfidenceMap>& map, const Evidence& evidence) {
  return map ? map->probability(evidence) : std::exp(evidence.plain());
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
