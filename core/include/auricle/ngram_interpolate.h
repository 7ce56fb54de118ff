// Linear interpolation of two n-gram models into one back-off model.
//
// The mixture of models a and b, p(w | h) = weight p_a(w | h) + (1 - weight) p_b(w | h), is no
// back-off model: its n-grams would be all that there could be. As SRILM does (Stolcke 2002), every
// n-gram that a or b has gets the mixture's probability, each model backing off where it lacks it,
// and every context h with them the back-off that makes it a distribution again:
//
//   backoff(h) = (1 - sum p(w | h)) / (1 - sum p(w | h without its first word))
//
// both sums over the words w that follow h in a or b. A word that a model does not know has no
// probability there; <unk> gets the mixture of both. So the unigrams sum to 1, and by the equation
// every longer context does too.
//
//   a, b -> n-grams of each order, sorted, each once
//        -> from the highest order down: probabilities; sums by context for the order below
//        -> scorer
//
// Sums of quantised models are off by what quantising took; at least kLeastMass is left to n-grams
// not seen.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "auricle/ngram.h"
#include "auricle/ngram_build.h"
#include "auricle/status.h"

namespace auricle {

struct InterpolationOptions {
  double weight = 0.5;  // of the first model, above 0 and below 1
  ScorerOptions scorer;
  std::string temp_directory;
  uint64_t memory_bytes = uint64_t{1} << 30;
};

// Writes the interpolation of `a` and `b` to `output`. kInvalidArgument, kInterrupted, kFileWrite.
Status interpolate(const Ngram& a, const Ngram& b, const InterpolationOptions& options,
                   const std::string& output, const BuildProgress& progress, std::string* detail);

// What two models give each word of a text and each sentence end, words that neither knows left
// out: p_a, p_b, p_a, p_b ... The text has one sentence a line.
std::vector<double> paired_probabilities(const Ngram& a, const Ngram& b, std::string_view text);

}  // namespace auricle
