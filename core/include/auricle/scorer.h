// The scorer as the decoder uses it: an n-gram model, a lexicon of its words, and weights.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "auricle/lexicon.h"
#include "auricle/ngram.h"
#include "auricle/status.h"
#include "auricle/vocabulary.h"

namespace auricle {

// The scorer of a decoder. A word adds to the score of a hypothesis, in natural-log units,
//     alpha ln p(word | words before) + beta - [word unknown] unknown_penalty
// with the weights of ScorerWeights. Immutable; threads and decoders share it.
class Scorer {
 public:
  // Takes the model; its weights are the file's defaults. A model built for another vocabulary is
  // refused (kScorerVocabularyMismatch); one built for any (fingerprint 0) is taken. Words out of
  // order, as damage leaves them, are kScorerCorrupt.
  static Status create(std::unique_ptr<Ngram> ngram, const Vocabulary& vocabulary,
                       std::shared_ptr<const Scorer>* out, std::string* detail = nullptr);

  const Ngram& ngram() const { return *ngram_; }
  const Lexicon& lexicon() const { return lexicon_; }
  const ScorerWeights& default_weights() const { return weights_; }

  // ln p(<unk>) without context.
  float unknown_value() const { return unknown_value_; }

  // ln p(word | state), and the state after the word.
  float score(const NgramState& state, uint32_t word, NgramState* next) const;

 private:
  Scorer() = default;

  std::unique_ptr<Ngram> ngram_;
  Lexicon lexicon_;
  ScorerWeights weights_;
  float unknown_value_ = 0.0F;
};

}  // namespace auricle
