// The scorer as the decoder uses it: an n-gram model, what it expects of unfinished words, weights.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "auricle/lexicon.h"
#include "auricle/ngram.h"
#include "auricle/status.h"
#include "auricle/vocabulary.h"
#include "auricle/word_trie.h"

namespace auricle {

// The scorer of a decoder. A word adds to the score of a hypothesis, in natural-log units,
//     alpha ln p(word | words before) + beta
//         - [word unknown] (unknown_penalty + characters unknown_unit_penalty)
// with the weights of ScorerWeights. Immutable; threads and decoders share it.
class Scorer {
 public:
  // A trie node below which the model knows no word.
  static constexpr float kNoValue = -std::numeric_limits<float>::infinity();

  // Takes the model; its weights are the file's defaults. A model built for another vocabulary is
  // refused (kScorerVocabularyMismatch); one built for any (fingerprint 0) is taken. Words out of
  // order, as damage leaves them, are kScorerCorrupt. A vocabulary that makes words by a lexicon
  // needs it here, any other has none.
  static Status create(std::unique_ptr<Ngram> ngram, const Vocabulary& vocabulary,
                       std::shared_ptr<const Lexicon> lexicon, std::shared_ptr<const Scorer>* out,
                       std::string* detail = nullptr);

  const Ngram& ngram() const { return *ngram_; }
  const ScorerWeights& default_weights() const { return weights_; }

  // Where tokens spell words: the trie of the model's words.
  const WordTrie& trie() const { return trie_; }

  // With a lexicon: the model's number of a word of the lexicon, and the largest unigram value of
  // the words at and below a node, or kNoValue.
  const std::shared_ptr<const Lexicon>& lexicon() const { return lexicon_; }
  uint32_t word(uint32_t lexicon_word) const { return words_[lexicon_word]; }
  float best_value(Lexicon::Node node) const { return best_values_[node]; }

  // The same for all words and nodes of any lexicon.
  void look_up(const Lexicon& lexicon, std::vector<uint32_t>* words,
               std::vector<float>* best_values) const;

  // ln p(<unk>) without context.
  float unknown_value() const { return unknown_value_; }

  // ln p(word | state), and the state after the word.
  float score(const NgramState& state, uint32_t word, NgramState* next) const;

 private:
  Scorer() = default;
  float unigram(uint32_t word) const;

  std::unique_ptr<Ngram> ngram_;
  WordTrie trie_;
  std::shared_ptr<const Lexicon> lexicon_;
  std::vector<uint32_t> words_;
  std::vector<float> best_values_;
  ScorerWeights weights_;
  float unknown_value_ = 0.0F;
};

}  // namespace auricle
