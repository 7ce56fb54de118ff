// The words of the decoder's hypotheses: how they grow, where they end, what they score.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "auricle/decoder.h"
#include "auricle/text_key.h"

namespace auricle {
namespace {

uint64_t extend_key(uint64_t key, Label label) {
  for (int shift = 0; shift < 32; shift += 8) {
    key = (key ^ ((label >> shift) & 0xFF)) * 0x100000001B3ULL;
  }
  return key;
}

}  // namespace

// The text before anything has been heard.
Decoder::Text Decoder::empty_text(const NgramState& state) const {
  Text text;
  text.text_key = text.words_key = kEmptyTextKey;
  text.last_token = vocabulary_->blank();
  text.key = mix_keys(text.text_key, text.last_token);
  text.state = state;
  return text;
}

// Whether a token may stand behind a text: every one but a separator that would be a second one, or
// the first of all, where the network gives single ones. What a segment begins with may be the one
// behind the last word of the segment before.
bool Decoder::may_follow(const Text& text, uint32_t token) const {
  if (!vocabulary_->single_separators() || !vocabulary_->spelling(token).empty()) return true;
  const bool first = text.last_token == vocabulary_->blank();
  return text.in_word || (first && segment_first_ > 0);
}

// Works out the text of a beam with a token added, after the end of a word or not; false where no
// word goes on like that.
bool Decoder::extend(uint32_t source, uint32_t token, uint32_t end, Text* text) const {
  *text = beams_[source].text;
  text->last_token = token;
  if (end != kNoEnd) end_word(ends_[end], text);
  if (!vocabulary_->spelling(token).empty() && !grow_word(token, text)) return false;
  text->expected = expected_score(*text);
  text->key = mix_keys(text->text_key, token);
  return true;
}

void Decoder::end_word(const WordEnd& end, Text* text) const {
  text->state = end.state;
  text->earned += end.score;
  text->hot = end.hot;
  text->grammar = end.grammar;
  text->trie = WordTrie::kRoot;
  text->lexicon = {};
  text->in_word = false;
  text->length = 0;
  // With a lexicon spellings of one word meet here again.
  const uint64_t key = lexicon_ ? text->words_key : text->text_key;
  text->text_key = text->words_key = extend_key(key, word_mark(end.word));
}

// The key of the text with the word under way ended: of homophones the best one.
uint64_t Decoder::whole_text_key(Beam* beam) {
  const std::span<const WordEnd> ends = word_ends(beam);
  if (!beam->text.in_word || ends.empty()) return beam->text.text_key;
  Text text = beam->text;
  end_word(ends.front(), &text);
  return text.text_key;
}

bool Decoder::grow_word(uint32_t token, Text* text) const {
  text->in_word = true;
  if (lexicon_) {
    text->lexicon = lexicon_->advance(text->lexicon, token);
    if (!text->lexicon.inside()) return false;
    text->text_key = extend_key(text->text_key, token);
    text->hot = hot_words_.advance(text->hot, Label{token});
    ++text->length;
    return !automaton_ || follow_grammar(automaton_->advance(text->grammar, Label{token}), text);
  }
  const std::string_view spelling = vocabulary_->spelling(token);
  text->utf8 = utf8_advance(text->utf8, spelling);
  if (text->utf8 == Utf8State::kBroken) return false;
  text->text_key = extend_key(text->text_key, spelling);
  text->hot = hot_words_.advance(text->hot, spelling);
  text->length += count_characters(spelling);
  if (scorer_) text->trie = advance_trie(text->trie, token);
  if (automaton_ && !follow_grammar(automaton_->advance(text->grammar, spelling), text)) {
    return false;
  }
  return !options_.closed_vocabulary || expects(*text) ||
         (scorer_ && text->trie != WordTrie::kOutside);
}

// Goes to the next place in the grammar, or pays for leaving it; false where that has no price.
bool Decoder::follow_grammar(GrammarAutomaton::Node next, Text* text) const {
  if (text->grammar == GrammarAutomaton::kOutside) return true;
  text->grammar = next;
  if (next != GrammarAutomaton::kOutside) return true;
  text->earned -= options_.unknown_phrase_cost;
  return std::isfinite(options_.unknown_phrase_cost);
}

// Whether the word under way is one of the hot words or the grammar, as far as it goes.
bool Decoder::expects(const Text& text) const {
  return text.hot != HotWords::kOutside ||
         (automaton_ && text.grammar != GrammarAutomaton::kOutside);
}

// Whether the word that ends here is: such a word is allowed and costs nothing though the scorer
// lacks it.
bool Decoder::expects_word(const Text& text, uint32_t word) const {
  const Label mark = word_mark(word);
  return hot_words_.is_word(text.hot, mark) ||
         (automaton_ && automaton_->advance(text.grammar, mark) != GrammarAutomaton::kOutside);
}

// What stands in for the score of the word under way.
float Decoder::expected_score(const Text& text) const {
  float score = hot_words_.potential(text.hot);
  if (scorer_ && text.in_word) score += expected_word_score(text);
  return score;
}

// The best unigram that the word may become, or the unknown word's, and the weight of a word:
// without that a new word would be behind until it ends.
float Decoder::expected_word_score(const Text& text) const {
  const ScorerWeights& weights = options_.weights;
  if (vocabulary_->boundary() == WordBoundary::kNone && text.utf8 == Utf8State::kBoundary) {
    NgramState next;
    return word_score(text, kSpelledWord, &next);
  }
  float best = Scorer::kNoValue;
  if (lexicon_) {
    const LexiconLayers::Node node = text.lexicon;
    if (node.shared != Lexicon::kOutside) best = scorer_->best_value(node.shared);
    if (!own_best_values_.empty() && node.own != Lexicon::kOutside) {
      best = std::max(best, own_best_values_[node.own]);
    }
  } else if (text.trie != WordTrie::kOutside) {
    best = scorer_->trie().best_value(text.trie);
  }
  if (best != Scorer::kNoValue) return weights.alpha * best + weights.beta;
  const float cost = expects(text) ? 0.0F : unknown_cost(text.length);
  return weights.alpha * scorer_->unknown_value() + weights.beta - cost;
}

// The score of a word that ends here, after the words before it.
float Decoder::word_score(const Text& text, uint32_t word, NgramState* next) const {
  const ScorerWeights& weights = options_.weights;
  const uint32_t known = scorer_word(text, word);
  float score = weights.alpha * scorer_->score(text.state, known, next) + weights.beta;
  if (known == Ngram::kUnknown && !expects_word(text, word)) {
    score -= unknown_cost(lexicon_ ? count_characters(lexicon_->word(word)) : text.length);
  }
  return score;
}

// What a word costs that the scorer lacks.
float Decoder::unknown_cost(uint32_t characters) const {
  return options_.weights.unknown_penalty +
         static_cast<float>(characters) * options_.weights.unknown_unit_penalty;
}

// The scorer's number of a word that ends here.
uint32_t Decoder::scorer_word(const Text& text, uint32_t word) const {
  if (!lexicon_) {
    return text.trie == WordTrie::kOutside ? Ngram::kUnknown : scorer_->trie().word(text.trie);
  }
  const uint32_t shared = lexicon_->shared()->size();
  return word < shared ? scorer_->word(word) : own_words_[lexicon_->own_word(word)];
}

std::span<const Decoder::WordEnd> Decoder::word_ends(Beam* beam) {
  if (beam->first_end == kNoEnd) {
    beam->first_end = static_cast<uint32_t>(ends_.size());
    collect_ends(beam->text, &ends_);
    prune_ends(beam->first_end);
    beam->end_count = static_cast<uint32_t>(ends_.size()) - beam->first_end;
  }
  return std::span(ends_).subspan(beam->first_end, beam->end_count);
}

// Drops homophones that the beam would drop: all share their probability.
void Decoder::prune_ends(uint32_t first) {
  if (ends_.size() - first < 2) return;
  const auto begin = ends_.begin() + static_cast<std::ptrdiff_t>(first);
  const auto promise = [this](const WordEnd& end) {
    return end.score + hot_words_.potential(end.hot);
  };
  std::stable_sort(begin, ends_.end(), [&promise](const WordEnd& a, const WordEnd& b) {
    return promise(a) > promise(b);
  });
  const float least = promise(*begin) - options_.beam_margin;
  const auto poor = std::find_if(begin, ends_.end(), [&promise, least](const WordEnd& end) {
    return !(promise(end) >= least);
  });
  ends_.erase(poor, ends_.end());
  if (ends_.size() - first > options_.beam_width) ends_.resize(first + options_.beam_width);
}

// Appends the words that may end where a text is; between words, one that is none.
void Decoder::collect_ends(const Text& text, std::vector<WordEnd>* ends) const {
  if (!text.in_word) {
    ends->push_back({text.state, text.hot, text.grammar, 0.0F, kNoWord});
  } else if (!lexicon_) {
    collect_end(text, kSpelledWord, ends);
  } else {
    std::vector<uint32_t> words;
    lexicon_->words(text.lexicon, &words);
    for (const uint32_t word : words) collect_end(text, word, ends);
  }
}

void Decoder::collect_end(const Text& text, uint32_t word, std::vector<WordEnd>* ends) const {
  if (text.utf8 != Utf8State::kBoundary) return;
  if (options_.closed_vocabulary && !expects_word(text, word) &&
      (!scorer_ || scorer_word(text, word) == Ngram::kUnknown)) {
    return;
  }
  WordEnd end;
  end.word = word;
  end.state = text.state;
  if (scorer_) end.score = word_score(text, word, &end.state);
  end.hot = hot_words_.end_word(text.hot, word_mark(word), &end.score);
  if (automaton_) {
    Text after = text;
    if (!follow_grammar(automaton_->advance(text.grammar, word_mark(word)), &after)) return;
    end.grammar = after.grammar;
    end.score += after.earned - text.earned;
  }
  ends->push_back(end);
}

// Works out the text of a beam again from its path; false where it is not allowed any more.
bool Decoder::score_anew(Beam* beam) const {
  Text text = empty_text(segment_state_);
  std::vector<WordEnd> ends;
  for (const PathNode* node : path_of(beam->path())) {
    const bool ended = node->word != kNoWord;
    if (ended) {
      ends.clear();
      collect_ends(text, &ends);
      const auto same = std::find_if(ends.begin(), ends.end(),
                                     [node](const WordEnd& end) { return end.word == node->word; });
      if (same == ends.end()) return false;
      end_word(*same, &text);
    }
    const bool grows = !vocabulary_->spelling(node->token).empty();
    if (grows && !grow_word(node->token, &text)) return false;
  }
  text.last_token = beam->text.last_token;
  text.heard = beam->text.heard;
  text.earned += text.heard.score;
  text.expected = expected_score(text);
  text.key = mix_keys(text.text_key, text.last_token);
  beam->text = text;
  beam->first_end = kNoEnd;
  beam->end_count = 0;
  return true;
}

}  // namespace auricle
