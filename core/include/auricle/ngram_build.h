// NgramBuilder: text to `scorer.lm`, by interpolated modified Kneser-Ney smoothing.
//
// With c the adjusted count of an n-gram (how many different words precede it; how often it occurs,
// for the highest order and after <s>), n_j how many n-grams of the order have adjusted count j,
// and
//
//   D_j   = j - (j + 1) n_{j+1} / n_j * n_1 / (n_1 + 2 n_2)        j = 1, 2, 3 and more
//   p(w | h) = (c(h w) - D) / c(h .) + gamma(h) p(w | h without its first word)
//   gamma(h) = (D_1 N_1(h .) + D_2 N_2(h .) + D_3 N_3+(h .) + counts of pruned h w) / c(h .)
//
// (Chen and Goodman 1998; on disk as in Heafield et al. 2013, whose program lmplz this agrees
// with). Unigrams are interpolated with the uniform distribution, which is all that <unk> gets;
// p(<s>) is 1.
//
//   feed      words -> ids, n-grams of the highest order -> counts sorted from the last word
//   backwards finish    -> adjusted counts of all orders, sorted by context
//             -> probabilities before interpolation and gammas, sorted from the last word backwards
//             -> interpolated levels -> scorer
//
// Every arrow keeps what fits in memory and the rest in temporary files.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "auricle/ngram.h"
#include "auricle/status.h"

namespace auricle {

struct BuildOptions {
  int order = 5;
  // N-grams that occur this often or less are left out, by order; the last threshold holds for all
  // higher orders. The first must be 0, and none may be below the one before.
  std::vector<uint64_t> prune;
  // Discounts for orders whose counts give none (tiny or artificial texts); without it they are an
  // error.
  bool discount_fallback = false;
  std::vector<float> fallback_discounts = {0.5F, 1.0F, 1.5F};
  // Keep only so many words, the most frequent; 0 for all.
  uint64_t vocabulary_limit = 0;
  // Keep only these words; empty for all. N-grams with other words are left out.
  std::vector<std::string> vocabulary;
  ScorerOptions scorer;
  std::string temp_directory;
  uint64_t memory_bytes = uint64_t{1} << 30;
  // Where the same model is written in full precision too; empty for nowhere.
  std::string full_precision_output;
};

// What `finish` is doing, and how many records it has done; false stops the work.
using BuildProgress = std::function<bool(const char* stage, uint64_t done)>;

class NgramBuilder {
 public:
  NgramBuilder(std::string output, BuildOptions options);
  ~NgramBuilder();

  // Whether the options are allowed; feed and finish only after kOk.
  Status check(std::string* detail) const;

  // Counts the next piece of a text of one sentence a line; pieces may end anywhere. The words
  // <unk>, <s> and
  // </s> are skipped, as are lines without words.
  Status feed(std::string_view text, std::string* detail);
  // Ends the last line, as at the end of a file.
  Status end_line(std::string* detail);

  uint64_t words() const;
  uint64_t sentences() const;
  // Bytes that counting has moved to temporary files so far, for want of memory.
  uint64_t spilled_bytes() const;

  // Estimates and writes. kCorpusEmpty, kDiscountFallback, kInterrupted, kFileWrite.
  Status finish(const BuildProgress& progress, std::string* detail);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace auricle
