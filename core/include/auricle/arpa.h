// ARPA: the text format of back-off n-gram models, to `scorer.lm` and back.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "auricle/ngram.h"
#include "auricle/ngram_import.h"
#include "auricle/status.h"

namespace auricle {

// Reads an ARPA file in pieces and writes a scorer.
//
//   feed ... feed -> lines -> words and n-grams -> NgramImporter
//
// Orders 1 to 6. Missing <unk>, <s> and </s> get log10 probability -100. Errors name the line in
// `detail`; after one, the importer only repeats it.
class ArpaImporter {
 public:
  ArpaImporter(std::string output, ImportOptions options);
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
