// NgramImporter: n-grams of numbered words, in any order, to `scorer.lm`.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "auricle/ngram.h"
#include "auricle/status.h"

namespace auricle {

struct ImportOptions {
  ScorerOptions scorer;
  std::string temp_directory;                 // for sorted runs that do not fit in memory
  uint64_t memory_bytes = uint64_t{1} << 30;  // for n-grams while sorting
};

// The words that every model begins with.
inline constexpr const char* kSpecialWords[] = {"<unk>", "<s>", "</s>"};

// The words of a model and their unigrams, log10; all three of one length.
struct ImportedWords {
  std::vector<std::string> words;  // <unk>, <s>, </s>, then all others in the order of their bytes
  std::vector<float> probabilities;
  std::vector<float> backoffs;
};

//   begin -> add ... add -> finish: sorted, completed, written
//
// N-grams whose first or last n - 1 words are missing (as some pruning leaves them) get those with
// the probability that backing off gives, so that scores do not change. After an error the importer
// only repeats it.
class NgramImporter {
 public:
  NgramImporter(std::string output, ImportOptions options);
  ~NgramImporter();

  Status begin(int order, ImportedWords words, std::string* detail);

  // One n-gram of 2 to `order` words in text order, its log10 probability and back-off.
  Status add(int n, const uint32_t* words, float probability, float backoff);

  Status finish(std::string* detail);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace auricle
