// What a further token can make of a text at most. Most ways into the next frame fall short of the
// bar even so, and need not be worked out.
#include <algorithm>
#include <limits>

#include "auricle/decoder.h"

namespace auricle {

// The best word has probability 1; a word under way is expected to do no better when it grows,
// unless it becomes one that no word of the scorer begins like.
void Decoder::set_bounds() {
  bounds_ = {hot_words_.most_potential(), 0.0F, 0.0F, hot_words_.most_earned()};
  if (!scorer_) return;
  const ScorerWeights& weights = options_.weights;
  float cost = weights.unknown_penalty;
  // Hot words and the words of a grammar are spared it.
  if (!hot_words_.empty() || automaton_) cost = std::min(cost, 0.0F);
  if (weights.unknown_unit_penalty < 0.0F) cost = -std::numeric_limits<float>::infinity();
  const float word = std::max(0.0F, weights.beta - std::min(cost, 0.0F));
  bounds_.end += word;
  bounds_.word = vocabulary_->boundary() == WordBoundary::kNone
                     ? word
                     : weights.alpha * scorer_->unknown_value() + weights.beta - cost;
  bounds_.begun = std::max({0.0F, weights.beta, bounds_.word});
}

void Decoder::set_reaches() {
  reach_.resize(beams_.size());
  reach_ended_.resize(beams_.size());
  for (uint32_t b = 0; b < beams_.size(); ++b) set_reach(b);
}

// Bounds the scores of a beam's text with a token that goes on in its word, and with one that ends
// it.
void Decoder::set_reach(uint32_t source) {
  const Beam& beam = beams_[source];
  const Text& text = beam.text;
  float end = 0.0F;
  if (beam.first_end != kNoEnd) {
    end = Candidate::kNever;
    for (uint32_t i = 0; i < beam.end_count; ++i) {
      end = std::max(end, ends_[beam.first_end + i].score);
    }
  } else if (text.in_word) {
    end = bounds_.end;
  }
  const float word = text.in_word ? text.expected - hot_words_.potential(text.hot) : bounds_.begun;
  const float base = beam.log_probability + text.earned + bounds_.hot;
  reach_[source] = base + std::max(word, bounds_.word);
  reach_ended_[source] = base + end + bounds_.begun;
  // With a lexicon any unit may do either.
  if (lexicon_) reach_[source] = std::max(reach_[source], reach_ended_[source]);
}

// The most that may stand in for the score of the word under way once a token is added to a text,
// or to the end of its word.
float Decoder::most_expected(const Text& text, uint32_t token, bool ended) const {
  if (lexicon_ || vocabulary_->boundary() == WordBoundary::kNone) {
    return bounds_.begun;
  }
  if (!scorer_ || vocabulary_->spelling(token).empty()) return 0.0F;
  const WordTrie::Node node = advance_trie(ended ? WordTrie::kRoot : text.trie, token);
  return node == WordTrie::kOutside
             ? bounds_.word
             : options_.weights.alpha * scorer_->trie().best_value(node) + options_.weights.beta;
}

// Beams ask for the same steps over and over.
WordTrie::Node Decoder::advance_trie(WordTrie::Node node, uint32_t token) const {
  if (node == WordTrie::kOutside) return node;
  TrieStep& step = trie_steps_[((node * 0x9E3779B1U) ^ (token * 0x85EBCA6BU)) % kTrieSteps];
  if (step.from != node || step.token != token) {
    step = {node, token, scorer_->trie().advance(node, vocabulary_->spelling(token))};
  }
  return step.to;
}

}  // namespace auricle
