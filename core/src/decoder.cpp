#include "auricle/decoder.h"

#include <algorithm>
#include <cmath>

#include "auricle/log_add.h"
#include "auricle/log_probabilities.h"

namespace auricle {
namespace {

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
  made->second_pass_ = std::move(knowledge.second_pass);
  made->options_ = options;
  if (knowledge.lexicon) {
    made->lexicon_ = std::make_unique<LexiconLayers>(knowledge.lexicon, knowledge.own_lexicon);
    if (made->scorer_ && knowledge.own_lexicon) {
      made->scorer_->look_up(*knowledge.own_lexicon, &made->own_words_, &made->own_best_values_);
    }
  }
  if (made->second_pass_ && made->scorer_) {
    made->hearing_ = std::make_unique<SegmentHearing>(made->second_pass_, made->paths_,
                                                      *made->vocabulary_, made->lexicon_.get());
  }
  status = made->take_hot_words(hot_phrases, detail);
  if (status != Status::kOk) return status;
  if (knowledge.grammar) status = made->take_grammar(std::move(knowledge.grammar), detail);
  if (status != Status::kOk) return status;
  made->set_bounds();
  made->reset();
  *out = std::move(made);
  return Status::kOk;
}

Status Decoder::check_spelling(const std::vector<std::string>& words, const char* where,
                               std::string* detail) const {
  const std::string* word = lexicon_ ? nullptr : vocabulary_->first_unspellable(words);
  if (word == nullptr) return Status::kOk;
  const std::string named = is_utf8(*word) ? "'" + *word + "'" : "text that is not UTF-8";
  return fail(Status::kNoSpelling, detail,
              named + " in " + where + "; write it as the model does, perhaps in lower case");
}

Status Decoder::take_hot_words(const HotPhrases& phrases, std::string* detail) {
  const WordSpeller speller(vocabulary_->boundary(), lexicon_.get());
  std::vector<std::string> words;
  for (const auto& [phrase, boost] : phrases) {
    for (const std::string_view word : speller.words(phrase)) words.emplace_back(word);
  }
  const Status status = check_spelling(words, "the hot words", detail);
  if (status != Status::kOk) return status;
  return HotWords::create(phrases, speller, &hot_words_, detail);
}

Status Decoder::take_grammar(std::shared_ptr<const Grammar> grammar, std::string* detail) {
  Status status = check_spelling(grammar->words(), "the grammar", detail);
  if (status != Status::kOk) return status;
  GrammarAutomaton automaton;
  const WordSpeller speller(vocabulary_->boundary(), lexicon_.get());
  status = GrammarAutomaton::create(*grammar, speller, &automaton, detail);
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
  if (hearing_) hearing_->begin_segment(frame_);
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
  if (!second_pass_) {
    const Status status = check_log_probabilities(log_probs, frames, width, &peaks, detail);
    if (status != Status::kOk) return status;
    for (size_t t = 0; t < frames; ++t) step_frame(log_probs + t * width, peaks.row(t));
    return Status::kOk;
  }
  // The search reads rows of its own units alone.
  const size_t second = second_pass_->columns();
  std::vector<float> first_rows, second_rows;
  for (size_t t = 0; t < frames; ++t) {
    const float* const row = log_probs + t * (width + second);
    first_rows.insert(first_rows.end(), row, row + width);
    second_rows.insert(second_rows.end(), row + width, row + width + second);
  }
  Status status = check_log_probabilities(first_rows.data(), frames, width, &peaks, detail);
  Peaks second_peaks(second);
  if (status == Status::kOk) {
    status = check_log_probabilities(second_rows.data(), frames, second, &second_peaks, detail);
  }
  if (status != Status::kOk) return status;
  for (size_t t = 0; t < frames; ++t) {
    const bool silent = beams_.size() == 1 && beams_.front().text.empty();
    if (hearing_) hearing_->add_row(second_rows.data() + t * second, silent);
    step_frame(first_rows.data() + t * width, peaks.row(t));
  }
  return Status::kOk;
}

uint32_t Decoder::columns() const {
  return vocabulary_->size() + (second_pass_ ? second_pass_->columns() : 0);
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

Status Decoder::set_hot_words(const HotPhrases& hot_phrases, std::string* detail) {
  const Status status = take_hot_words(hot_phrases, detail);
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

}  // namespace auricle
