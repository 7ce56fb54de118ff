// The end of a segment: what the texts of the beam come to, and the words of the best of them.
#include <algorithm>
#include <cmath>

#include "auricle/decoder.h"
#include "auricle/log_add.h"

namespace auricle {
namespace {

std::vector<std::string_view> words_of(const Hypothesis& hypothesis) {
  std::vector<std::string_view> words;
  for (const DecodedWord& word : hypothesis.words) words.push_back(word.text);
  return words;
}

}  // namespace

void Decoder::close_segment(SegmentEnd ended_by) {
  Traceback traceback(paths_, *vocabulary_, lexicon_.get());
  const auto texts = final_texts(ended_by == SegmentEnd::kStreamEnd, &traceback);
  std::vector<Hypothesis> hypotheses = describe_best(texts, traceback);
  const Hypothesis& best = hypotheses.front();
  if (!best.words.empty() || ended_by == SegmentEnd::kNoSpeech) {
    const Evidence evidence = segment_evidence(best);
    std::vector<NetworkSlot> network;
    if (options_.network) network = make_network(hypotheses);
    if (hypotheses.size() > options_.alternatives) hypotheses.resize(options_.alternatives);
    segments_.push_back({std::move(hypotheses), segment_first_, frame_, ended_by,
                         std::move(network), confidence(options_.confidence.segment, evidence),
                         evidence});
  }
  begin_segment(texts.front().state);
}

// The distinct texts that the segment may end with, best first; at least one.
std::vector<Decoder::FinalText> Decoder::final_texts(bool sentence_end, Traceback* traceback) {
  std::vector<FinalText> texts;
  KeyTable places;  // in texts, by their keys
  const auto add = [&](const Beam& beam, const WordEnd& end) {
    FinalText text;
    if (!finish_text(beam, end, sentence_end, &text)) return;
    text.last_word = traceback->last_word(text.path, end.word);
    const uint32_t place = places.add(traceback->text_key(text.last_word));
    if (place == texts.size()) {
      texts.push_back(text);
      return;
    }
    FinalText& same = texts[place];
    const float together = log_add(same.log_probability, text.log_probability);
    same.score += together - same.log_probability;
    same.log_probability = together;
  };
  for (Beam& beam : beams_) {  // best first
    for (const WordEnd& end : word_ends(&beam)) add(beam, end);
  }
  if (texts.empty()) {  // where no word may end, the one under way is cut or left out
    const bool left_out = lexicon_ != nullptr || options_.closed_vocabulary;
    const uint32_t word = left_out ? kNoWord : kSpelledWord;
    for (const Beam& beam : beams_) {
      add(beam, {beam.text.state, HotWords::kRoot, beam.text.grammar, 0.0F, word});
    }
  }
  if (texts.empty()) texts.push_back({.state = segment_state_});  // nothing of the grammar
  if (hearing_) hear_again(*traceback, &texts);
  std::stable_sort(texts.begin(), texts.end(),
                   [](const FinalText& a, const FinalText& b) { return a.score > b.score; });
  return texts;
}

// Weighs texts by their second hearing, unless that finds none of them.
void Decoder::hear_again(const Traceback& traceback, std::vector<FinalText>* texts) const {
  std::vector<uint32_t> last_words;
  for (const FinalText& text : *texts) last_words.push_back(text.last_word);
  const std::vector<float> heard = hearing_->hear_texts(traceback, last_words);
  if (std::all_of(heard.begin(), heard.end(), [](float sum) { return !(sum > kNever); })) return;
  for (size_t t = 0; t < texts->size(); ++t) {
    FinalText& text = (*texts)[t];
    const float change = second_pass_->weight() * (heard[t] - text.log_probability);
    text.score += change;
    text.log_probability += change;
  }
}

// Works out what a beam's text comes to with the end of a word, but for its words; false where the
// grammar does not have it.
bool Decoder::finish_text(const Beam& beam, const WordEnd& end, bool sentence_end,
                          FinalText* text) const {
  float score = beam.text.earned - beam.text.heard.score + end.score;
  const bool asked = automaton_ && !beam.text.empty();
  text->in_grammar = asked && automaton_->accepts(end.grammar);
  if (asked && !text->in_grammar && end.grammar != GrammarAutomaton::kOutside) {
    // An unfinished phrase.
    if (!std::isfinite(options_.unknown_phrase_cost)) return false;
    score -= options_.unknown_phrase_cost;
  }
  if (sentence_end && scorer_ && scorer_->ngram().info().sentence_end) {
    NgramState next;
    score += options_.weights.alpha *
             scorer_->score(end.state, scorer_->ngram().end_of_sentence(), &next);
  }
  text->path = beam.path();
  text->state = end.state;
  text->score = score + beam.log_probability;
  text->log_probability = beam.log_probability;
  return true;
}

// The alternatives; for a network all texts.
std::vector<Hypothesis> Decoder::describe_best(const std::vector<FinalText>& texts,
                                               const Traceback& traceback) const {
  std::vector<float> shares;
  std::vector<uint32_t> last_words;
  for (const FinalText& text : texts) {
    shares.push_back(text.score);
    last_words.push_back(text.last_word);
  }
  share_out(&shares);
  const size_t alternatives = std::min<size_t>(texts.size(), options_.alternatives);
  std::vector<Hypothesis> hypotheses;
  for (size_t t = 0; t < (options_.network ? texts.size() : alternatives); ++t) {
    Hypothesis& hypothesis = hypotheses.emplace_back(describe(texts[t], traceback));
    hypothesis.confidence = shares[t];
    if (t >= alternatives) continue;
    for (DecodedWord& word : hypothesis.words) {
      word.evidence.share = log_share(traceback.share(word, last_words, shares));
      word.confidence = confidence(options_.confidence.word, word.evidence);
    }
    if (hypothesis.in_grammar) hypothesis.tags = grammar_->tags(words_of(hypothesis));
  }
  return hypotheses;
}

// The best text if the word under way ended here: by what it may still become, a word that never
// comes stays on show until the next one has begun. Where no word may end, and where the first word
// begins, a text counts as the beam has it.
Hypothesis Decoder::partial() const {
  const Beam* best = nullptr;
  uint32_t last_word = kNoWord;
  float best_score = kNever;
  const auto consider = [&](const Beam& beam, uint32_t word, float score) {
    if (best != nullptr && !(score > best_score)) return;
    best = &beam;
    last_word = word;
    best_score = score;
  };
  std::vector<WordEnd> ends;
  for (const Beam& beam : beams_) {
    if (beam.text.empty() && !beams_.front().text.empty()) continue;
    ends.clear();
    collect_ends(beam.text, &ends);
    if (ends.empty()) consider(beam, lexicon_ ? kNoWord : kSpelledWord, beam.score());
    for (const WordEnd& end : ends) {
      consider(beam, end.word, beam.log_probability + beam.text.earned + end.score);
    }
  }
  Traceback traceback(paths_, *vocabulary_, lexicon_.get());
  FinalText text;
  text.path = best->path();
  text.last_word = traceback.last_word(text.path, last_word);
  text.score = best_score;
  text.log_probability = best->log_probability;
  return describe(text, traceback);
}

// A text's units with their frames, and its words.
Hypothesis Decoder::describe(const FinalText& text, const Traceback& traceback) const {
  Hypothesis hypothesis;
  hypothesis.score = text.score;
  hypothesis.log_probability = text.log_probability;
  hypothesis.in_grammar = text.in_grammar;
  for (const PathNode* node : path_of(text.path)) {
    hypothesis.units.push_back({node->token, node->frame, node->log_probability});
  }
  hypothesis.words = traceback.words(text.last_word);
  std::vector<DecodedWord*> words;
  for (DecodedWord& word : hypothesis.words) {
    word.confidence = confidence(options_.confidence.word, word.evidence);
    words.push_back(&word);
    if (!hypothesis.text.empty()) hypothesis.text += vocabulary_->separator();
    hypothesis.text += word.text;
  }
  set_word_times(options_.times, static_cast<double>(segment_first_), static_cast<double>(frame_),
                 words);
  return hypothesis;
}

// The nodes of a path, first to last.
std::vector<const PathNode*> Decoder::path_of(uint32_t last) const {
  std::vector<const PathNode*> path;
  for (; last != kNoPath; last = paths_[last].parent) path.push_back(&paths_[last]);
  std::reverse(path.begin(), path.end());
  return path;
}

}  // namespace auricle
