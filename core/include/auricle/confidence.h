// How sure a result is: from what the search knows of a word to the probability that it is right.
//
// The evidence for a word: the probabilities of its units in the frames where they begin, and the
// share of the beam's probability that has the word at its time (a word posterior as in Wessel et
// al., 2001, over the final beam in place of a lattice). A logistic map, fitted on recordings whose
// text is known, makes of it a probability that means what it says (Platt, 1999); without a map, a
// word's confidence is the geometric mean of its units times its share. A segment's evidence is the
// confidences of its words and the share of its text.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

namespace auricle {

struct Hypothesis;

struct Evidence {
  uint32_t count = 0;   // of units, or of words
  float mean = 0.0F;    // of their log-probabilities, natural log
  float lowest = 0.0F;  // of them
  float share = 0.0F;   // of the beam's probability, natural log

  void add(float log_probability) {
    ++count;
    mean += (log_probability - mean) / static_cast<float>(count);
    lowest = std::min(lowest, log_probability);
  }
};

// The probability 1 / (1 + exp(-x)), x = bias + the sum of weight times evidence.
struct ConfidenceMap {
  float bias = 0.0F;
  float mean = 0.0F;
  float lowest = 0.0F;
  float share = 0.0F;
  float length = 0.0F;  // times the natural log of the count

  float probability(const Evidence& evidence) const;
};

struct ConfidenceMaps {
  std::optional<ConfidenceMap> word;
  std::optional<ConfidenceMap> segment;
};

float word_confidence(const ConfidenceMaps& maps, const Evidence& evidence);

// Makes scores, the best of which comes first, the shares of the probability that they stand for.
void share_out(std::vector<float>* scores);

// A share as evidence.
float log_share(float share);

// The evidence for a hypothesis whose words have their confidences.
Evidence segment_evidence(const Hypothesis& hypothesis);

float segment_confidence(const ConfidenceMaps& maps, const Evidence& evidence);

}  // namespace auricle
