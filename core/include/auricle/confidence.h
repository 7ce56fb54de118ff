// How sure a result is: from what the search knows of a word to the probability that it is right.
//
// The evidence for a word: the probabilities of its units in the frames where they begin, and the
// share of the beam's probability that has the word at its time (a word posterior as in Wessel et
// al., 2001, over the final beam in place of a lattice). That for a segment: the confidences of its
// words and the share of its text. The geometric mean of the first times the share is what a
// confidence is without a map; a map, fitted on recordings whose text is known, turns its log-odds
// into a probability that means what it says (Platt, 1999).
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

namespace auricle {

struct Hypothesis;

struct Evidence {
  uint32_t count = 0;  // of units, or of words
  float mean = 0.0F;   // of their log-probabilities, natural log
  float share = 0.0F;  // of the beam's probability, natural log

  void add(float log_probability) {
    ++count;
    mean += (log_probability - mean) / static_cast<float>(count);
  }

  // The confidence that it is without a map, natural log.
  float plain() const { return std::min(0.0F, mean + share); }
};

// The probability 1 / (1 + exp(-x)), x = bias + odds ln(p / (1 - p)) + length ln(count), of
// evidence whose plain confidence is p.
struct ConfidenceMap {
  float bias = 0.0F;
  float odds = 0.0F;
  float length = 0.0F;

  float probability(const Evidence& evidence) const;
};

// The log-odds of a probability, which is given as its natural log; finite.
float log_odds(float log_probability);

struct ConfidenceMaps {
  std::optional<ConfidenceMap> word;
  std::optional<ConfidenceMap> segment;
};

float confidence(const std::optional<ConfidenceMap>& map, const Evidence& evidence);

// Makes scores, the best of which comes first, the shares of the probability that they stand for.
void share_out(std::vector<float>* scores);

// A share as evidence.
float log_share(float share);

// The evidence for a hypothesis whose words have their confidences.
Evidence segment_evidence(const Hypothesis& hypothesis);

}  // namespace auricle
