#include "auricle/decoder.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "auricle/log_probabilities.h"
#include "log_add.h"

namespace auricle {
namespace {

constexpr uint32_t kNoPath = 0xFFFFFFFF;

std::vector<std::string_view> words_of(const Hypothesis& hypothesis) {
  std::vector<std::string_view> words;
  for (const DecodedWord& word : hypothesis.words) words.push_back(word.text);
  return words;
}

Status check(const DecoderOptions& options, std::string* detail) {
  const auto refuse = [detail](const char* what) {
    return fail(Status::kInvalidArgument, detail, what);
  };
  if (options.beam_width < 1) return refuse("beam_width must be at least 1");
  if (options.alternatives < 1) return refuse("alternatives must be at least 1");
  if (options.top_tokens < 1) return refuse("top_tokens must be at least 1");
  if (!(options.beam_margin > 0.0F)) return refuse("beam_margin must be above 0");
  if (!(options.token_margin > 0.0F)) return refuse("token_margin must be above 0");
  if (!(options.unknown_phrase_cost >= 0.0F)) {
    return refuse("unknown_phrase_cost must be at least 0");
  }
  if (!options.weights.finite()) return refuse("the scorer's weights must be finite");
  if (!(options.weights.alpha >= 0.0F)) return refuse("alpha must be at least 0");
  return Status::kOk;
}

}  // namespace

Status Decoder::create(DecoderKnowledge knowledge, const DecoderOptions& options,
                       const HotPhrases& hot_phrases, std::unique_ptr<Decoder>* out,
                       std::string* detail) {
  Status status = check(options, detail);
  if (status != Status::kOk) return status;
  status = knowledge.vocabulary->check_lexicon(knowledge.lexicon != nullptr);
  if (status != Status::kOk) return status;
  if (options.closed_vocabulary && !knowledge.scorer && !knowledge.grammar && hot_phrases.empty()) {
    return fail(Status::kInvalidArgument, detail,
                "a closed vocabulary needs a scorer, a grammar or hot words");
  }
  if (knowledge.own_lexicon && !knowledge.lexicon) return Status::kVocabularySpells;
  if (knowledge.scorer && knowledge.scorer->lexicon() != knowledge.lexicon) {
    return fail(Status::kInvalidArgument, detail, "the scorer was opened with another lexicon");
  }
  std::unique_ptr<Decoder> made(new Decoder());
  made->vocabulary_ = std::move(knowledge.vocabulary);
  made->scorer_ = std::move(knowledge.scorer);
  made->options_ = options;
  if (knowledge.lexicon) {
    made->lexicon_ = std::make_unique<LexiconLayers>(knowledge.lexicon, knowledge.own_lexicon);
    if (made->scorer_ && knowledge.own_lexicon) {
      made->scorer_->look_up(*knowledge.own_lexicon, &made->own_words_, &made->own_best_values_);
    }
  }
  const WordSpeller speller(made->vocabulary_->boundary(), made->lexicon_.get());
  status = HotWords::create(hot_phrases, speller, &made->hot_words_, detail);
  if (status != Status::kOk) return status;
  if (knowledge.grammar) status = made->take_grammar(std::move(knowledge.grammar), detail);
  if (status != Status::kOk) return status;
  made->set_bounds();
  made->reset();
  *out = std::move(made);
  return Status::kOk;
}

Status Decoder::take_grammar(std::shared_ptr<const Grammar> grammar, std::string* detail) {
  const std::string* word = lexicon_ ? nullptr : vocabulary_->first_unspellable(grammar->words());
  if (word != nullptr) {
    return fail(
        Status::kNoSpelling, detail,
        "'" + *word + "' in the grammar; write it as the model does, perhaps in lower case");
  }
  GrammarAutomaton automaton;
  const WordSpeller speller(vocabulary_->boundary(), lexicon_.get());
  const Status status = GrammarAutomaton::create(*grammar, speller, &automaton, detail);
  if (status != Status::kOk) return status;
  grammar_ = std::move(grammar);
  automaton_ = std::make_unique<const GrammarAutomaton>(std::move(automaton));
  return Status::kOk;
}

void Decoder::reset() {
  frame_ = segment_first_ = 0;
  endpointer_ = Endpointer(options_.endpoint);
  finished_ = false;
  segments_.clear();
  begin_segment(scorer_ ? scorer_->ngram().begin_sentence() : NgramState{});
}

void Decoder::begin_segment(const NgramState& state) {
  paths_.clear();
  ends_.clear();
  beams_.clear();
  beams_.emplace_back();
  Beam& beam = beams_.back();
  beam.text = empty_text(state);
  segment_state_ = state;
  beam.unit = beam.best_unit = kNever;
  beam.blank_path = beam.unit_path = kNoPath;
  segment_first_ = frame_;
  endpointer_.begin_segment();
}

Status Decoder::step(const float* log_probs, size_t frames, std::string* detail) {
  if (finished_) return Status::kDecoderFinished;
  const size_t width = vocabulary_->size();
  Peaks peaks(width);
  const Status status = check_log_probabilities(log_probs, frames, width, &peaks, detail);
  if (status != Status::kOk) return status;
  for (size_t t = 0; t < frames; ++t) step_frame(log_probs + t * width, peaks.row(t));
  return Status::kOk;
}

void Decoder::watch_endpoint(const float* row) {
  const bool wordless = beams_.front().text.empty();
  const auto end =
      endpointer_.step(row[vocabulary_->blank()], wordless, [this] { return certainty(); });
  if (end) close_segment(*end);
}

// The share of the best text in the beam's probability.
float Decoder::certainty() {
  const uint64_t best_text = whole_text_key(&beams_.front());
  const float best_score = beams_.front().score();
  float same = 0.0F;
  float total = 0.0F;
  for (Beam& beam : beams_) {
    const float share = std::exp(beam.score() - best_score);
    total += share;
    if (whole_text_key(&beam) == best_text) same += share;
  }
  return same / total;
}

Status Decoder::finish() {
  if (finished_) return Status::kDecoderFinished;
  close_segment(SegmentEnd::kStreamEnd);
  finished_ = true;
  return Status::kOk;
}

void Decoder::close_segment(SegmentEnd ended_by) {
  const bool sentence_end = ended_by == SegmentEnd::kStreamEnd;
  struct Ranked {
    Hypothesis hypothesis;
    NgramState state;  // after the best of its beams
  };
  std::vector<Ranked> texts;
  std::unordered_map<std::string, size_t> places;
  const auto add = [&](const Beam& beam, const WordEnd& end) {
    float score = beam.text.earned + end.score;
    const bool accepted = automaton_ && !beam.text.empty() && automaton_->accepts(end.grammar);
    const bool fails = automaton_ && !beam.text.empty() && !accepted;
    if (fails && end.grammar != GrammarAutomaton::kOutside) {  // an unfinished phrase
      if (!std::isfinite(options_.unknown_phrase_cost)) return;
      score -= options_.unknown_phrase_cost;
    }
    if (sentence_end && scorer_) {
      NgramState next;
      score += options_.weights.alpha *
               scorer_->score(end.state, scorer_->ngram().end_of_sentence(), &next);
    }
    Hypothesis hypothesis = describe(beam, end.word);
    hypothesis.in_grammar = accepted;
    const auto [place, inserted] = places.try_emplace(hypothesis.text, texts.size());
    if (inserted) {
      hypothesis.score = score + hypothesis.log_probability;
      texts.push_back({std::move(hypothesis), end.state});
      return;
    }
    Hypothesis& same = texts[place->second].hypothesis;
    const float together = log_add(same.log_probability, hypothesis.log_probability);
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
  if (texts.empty()) texts.push_back({Hypothesis{}, segment_state_});  // nothing of the grammar
  std::stable_sort(texts.begin(), texts.end(), [](const Ranked& a, const Ranked& b) {
    return a.hypothesis.score > b.hypothesis.score;
  });
  const NgramState state = texts.front().state;
  std::vector<Hypothesis> hypotheses;
  for (Ranked& text : texts) hypotheses.push_back(std::move(text.hypothesis));
  const Evidence evidence =
      set_confidences(options_.confidence, options_.alternatives, &hypotheses);
  std::vector<NetworkSlot> network;
  if (options_.network) network = make_network(hypotheses);
  if (hypotheses.size() > options_.alternatives) hypotheses.resize(options_.alternatives);
  for (Hypothesis& hypothesis : hypotheses) {
    if (hypothesis.in_grammar) hypothesis.tags = grammar_->tags(words_of(hypothesis));
  }
  if (!hypotheses.front().words.empty() || ended_by == SegmentEnd::kNoSpeech) {
    segments_.push_back({std::move(hypotheses), segment_first_, frame_, ended_by,
                         std::move(network), segment_confidence(options_.confidence, evidence),
                         evidence});
  }
  begin_segment(state);
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
  Hypothesis hypothesis = describe(*best, last_word);
  hypothesis.score = best_score;
  return hypothesis;
}

Status Decoder::set_hot_words(const HotPhrases& hot_phrases, std::string* detail) {
  const WordSpeller speller(vocabulary_->boundary(), lexicon_.get());
  const Status status = HotWords::create(hot_phrases, speller, &hot_words_, detail);
  if (status != Status::kOk) return status;
  set_bounds();
  ends_.clear();
  std::erase_if(beams_, [this](Beam& beam) { return !score_anew(&beam); });
  if (beams_.empty()) {
    begin_segment(segment_state_);
  } else {
    std::stable_sort(beams_.begin(), beams_.end(),
                     [](const Beam& a, const Beam& b) { return a.score() > b.score(); });
  }
  return Status::kOk;
}

std::vector<DecodedSegment> Decoder::take_segments() { return std::exchange(segments_, {}); }

// The nodes of a beam's best path, first to last.
std::vector<const Decoder::PathNode*> Decoder::path_of(const Beam& beam) const {
  std::vector<const PathNode*> path;
  for (uint32_t at = beam.path(); at != kNoPath; at = paths_[at].parent) {
    path.push_back(&paths_[at]);
  }
  std::reverse(path.begin(), path.end());
  return path;
}

// Reads a beam's best path back: its units with their frames, and the words they make. The word
// under way is `last_word`, or left out where that is kNoWord.
Hypothesis Decoder::describe(const Beam& beam, uint32_t last_word) const {
  Hypothesis hypothesis;
  hypothesis.log_probability = beam.log_probability;
  bool in_word = false;
  const auto name_word = [&](uint32_t word) {
    if (lexicon_) hypothesis.words.back().text = lexicon_->word(word);
    in_word = false;
  };
  const std::vector<const PathNode*> path = path_of(beam);
  hypothesis.units.reserve(path.size());
  for (const PathNode* node : path) {
    hypothesis.units.push_back({node->token, node->frame, node->log_probability});
    if (node->word != kNoWord) name_word(node->word);
    const std::string_view spelling = vocabulary_->spelling(node->token);
    if (spelling.empty()) continue;
    if (!in_word) {
      hypothesis.words.emplace_back();
      hypothesis.words.back().first_frame = node->frame;
      in_word = true;
    }
    DecodedWord& word = hypothesis.words.back();
    word.text += spelling;
    word.end_frame = node->frame + 1;
    word.evidence.add(node->log_probability);
  }
  if (in_word && last_word != kNoWord) {
    name_word(last_word);
  } else if (in_word) {
    hypothesis.words.pop_back();
  }
  if (!hypothesis.words.empty() && beam.text.utf8 != Utf8State::kBoundary) {
    cut_character(&hypothesis.words.back().text);
    if (hypothesis.words.back().text.empty()) hypothesis.words.pop_back();
  }
  std::vector<DecodedWord*> words;
  for (DecodedWord& word : hypothesis.words) {
    word.confidence = word_confidence(options_.confidence, word.evidence);
    words.push_back(&word);
  }
  set_word_times(options_.times, static_cast<double>(segment_first_), static_cast<double>(frame_),
                 words);
  for (const DecodedWord& word : hypothesis.words) {
    if (!hypothesis.text.empty()) hypothesis.text += vocabulary_->separator();
    hypothesis.text += word.text;
  }
  return hypothesis;
}

}  // namespace auricle
