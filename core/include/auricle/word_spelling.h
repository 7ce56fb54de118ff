// How words are spelled in labels: what the search and the automata of hot words and grammars
// follow.
//
// Where tokens spell words, a label is a byte, and every word ends with one and the same mark. With
// a lexicon a label is a token, a word has as many spellings as the lexicon gives it, and the mark
// of its end says which word it is: homophones have the same labels and different marks.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "auricle/lexicon_layers.h"
#include "auricle/status.h"
#include "auricle/vocabulary.h"

namespace auricle {

using Label = uint32_t;

// The number that stands for every word where tokens spell words.
inline constexpr uint32_t kSpelledWord = 0;
// The label that ends a word.
constexpr Label word_mark(uint32_t word) { return word | 0x80000000U; }

struct WordSpelling {
  std::vector<std::vector<Label>> spellings;  // without the mark
  Label mark = word_mark(kSpelledWord);
};

class WordSpeller {
 public:
  // `lexicon` is null where the tokens spell words; else it must outlive the speller.
  WordSpeller(WordBoundary boundary, const LexiconLayers* lexicon)
      : boundary_(boundary), lexicon_(lexicon) {}

  // The words of a phrase: what is between spaces, or every character where tokens are words.
  std::vector<std::string_view> words(std::string_view phrase) const;

  // Spells a word; kNoSpelling where the lexicon lacks it.
  Status spell(std::string_view word, WordSpelling* out, std::string* detail) const;

 private:
  WordBoundary boundary_;
  const LexiconLayers* lexicon_;
};

}  // namespace auricle
