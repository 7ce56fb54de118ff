// write_scorer: sorted n-grams to `scorer.lm`.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "auricle/ngram.h"
#include "auricle/status.h"
#include "record_store.h"

namespace auricle {

// Level n as records of n words, last word first, a log10 probability and a log10 back-off (floats
// as bits), sorted by the words. A back-off of -0 says that no longer n-gram begins with this one.
using NgramLevels = std::vector<std::unique_ptr<RecordStore>>;

inline RecordLayout level_layout(int n) {
  return {.columns = n + 2, .keys = n, .presorted = true, .sum = false};
}

Status check_options(const ScorerOptions& options, std::string* detail);

// Writes `levels` (order 1 first, one unigram per word in the order of `words`, the last n-1 words
// of every n-gram stored too) under a temporary name and then as `path`.
Status write_scorer(const std::string& path, const ScorerOptions& options,
                    const std::vector<std::string>& words, NgramLevels& levels,
                    std::string* detail);

}  // namespace auricle
