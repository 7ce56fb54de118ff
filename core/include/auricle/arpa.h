// ARPA: the text format of back-off n-gram models, to `scorer.lm` and back.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "auricle/ngram.h"
#include "auricle/status.h"

namespace auricle {

struct ArpaOptions {
  ScorerOptions scorer;
  std::string temp_directory;                 // for sorted runs that do not fit in memory
  uint64_t memory_bytes = uint64_t{1} << 30;  // for n-grams while sorting
};

// Reads an ARPA file in pieces and writes a scorer.
//
//   feed ... feed -> lines -> words and n-grams -> finish: sorted, completed, written
//
// Orders 1 to 6. N-grams whose first or last n - 1 words are missing (as some pruning leaves them)
// get those with the probability that backing off gives, so that scores do not change. Missing
// <unk>, <s> and </s> get log10 probability -100. Errors name the line in `detail`; after one, the
// importer only repeats it.
class ArpaImporter {
 public:
  ArpaImporter(std::string output, ArpaOptions options);
  ~ArpaImporter();

  Status feed(std::string_view text, std::string* detail);
  Status finish(std::string* detail);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// Hands the scorer to `write` as ARPA text, piece by piece; `write` returns false to stop
// (kFileWrite). Damaged n-grams are kScorerCorrupt. Quantised values are written as they are
// queried. Order of n-grams: by last word, then the one before, ...
Status export_arpa(const Ngram& ngram, const std::function<bool(std::string_view)>& write,
                   std::string* detail = nullptr);

}  // namespace auricle
