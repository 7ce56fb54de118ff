// How well an n-gram model predicts a text.
#pragma once

#include <cstdint>
#include <string_view>

#include "auricle/ngram.h"
#include "auricle/word_index.h"

namespace auricle {

struct TextScore {
  uint64_t sentences = 0;
  uint64_t words = 0;                      // sentence ends not included
  uint64_t unknown = 0;                    // of the words
  double log10_probability = 0.0;          // of words and sentence ends
  double log10_probability_unknown = 0.0;  // the part of it that unknown words have
};

// Scores texts. Const, so that threads may share it; the model must outlive it.
class TextScorer {
 public:
  explicit TextScorer(const Ngram& ngram) : ngram_(ngram), words_(ngram) {}

  // Adds the scores of a text of one sentence a line, words separated by spaces, tabs or carriage
  // returns. Lines without words are skipped, as in building; a last line without a line feed
  // counts as whole.
  void add(std::string_view text, TextScore* score) const;

 private:
  void add_line(std::string_view line, TextScore* score) const;

  const Ngram& ngram_;
  WordIndex words_;
};

}  // namespace auricle
