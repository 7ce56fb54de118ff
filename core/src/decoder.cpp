#include "auricle/decoder.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "auricle/log_probabilities.h"

namespace auricle {
namespace {

constexpr float kNever = -std::numeric_limits<float>::infinity();
constexpr uint32_t kNoPath = 0xFFFFFFFF;

float log_add(float a, float b) {
  if (a < b) std::swap(a, b);
  return b == kNever ? a : a + std::log1p(std::exp(b - a));
}

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

float Decoder::Beam::log_probability() const { return log_add(blank, unit); }

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
  const Status status = check_log_probabilities(log_probs, frames, width, detail);
  if (status != Status::kOk) return status;
  for (size_t t = 0; t < frames; ++t) step_frame(log_probs + t * width);
  return Status::kOk;
}

void Decoder::step_frame(const float* row) {
  candidates_.clear();
  choose_tokens(row);
  std::fill(table_.begin(), table_.end(), std::pair<uint64_t, uint32_t>{0, 0});
  const size_t wanted = 2 * beams_.size() * (tokens_.size() + 1);
  if (table_.size() < wanted) {
    size_t size = 64;
    while (size < wanted) size *= 2;
    table_.assign(size, {0, 0});
  }
  for (uint32_t b = 0; b < beams_.size(); ++b) stay(b, row);
  for (const auto& [log_probability, token] : tokens_) {
    for (uint32_t b = 0; b < beams_.size(); ++b) add_extensions(b, token, log_probability);
  }
  keep_best(row);
  ++frame_;
  watch_endpoint(row);
}

void Decoder::choose_tokens(const float* row) {
  const uint32_t width = vocabulary_->size();
  const float best = *std::max_element(row, row + width);
  const float least = best - options_.token_margin;
  tokens_.clear();
  for (uint32_t token = 0; token < width; ++token) {
    if (row[token] >= least && row[token] > kNever && token != vocabulary_->blank()) {
      tokens_.emplace_back(row[token], token);
    }
  }
  const auto better = [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  };
  if (tokens_.size() > options_.top_tokens) {
    const auto end = tokens_.begin() + options_.top_tokens;
    std::nth_element(tokens_.begin(), end, tokens_.end(), better);
    tokens_.erase(end, tokens_.end());
  }
  std::sort(tokens_.begin(), tokens_.end(), better);
}

Decoder::Candidate& Decoder::candidate(uint64_t key) {
  const size_t last = table_.size() - 1;
  size_t place = key & last;
  while (table_[place].second != 0 && table_[place].first != key) place = (place + 1) & last;
  if (table_[place].second == 0) {
    candidates_.emplace_back();
    candidates_.back().key = key;
    table_[place] = {key, static_cast<uint32_t>(candidates_.size())};
  }
  return candidates_[table_[place].second - 1];
}

// The beam's text goes on unchanged: through a blank, or through its last token held.
void Decoder::stay(uint32_t source, const float* row) {
  const Beam& beam = beams_[source];
  Candidate& to = candidate(beam.text.key);
  const float blank = row[vocabulary_->blank()];
  to.source = source;
  to.stays = true;
  to.text_score = beam.text.earned + beam.text.expected;
  to.outside = beam.text.grammar == GrammarAutomaton::kOutside;
  to.blank = beam.log_probability() + blank;
  to.best_blank = std::max(beam.best_blank, beam.best_unit) + blank;
  to.blank_path = beam.path();
  if (beam.text.last_token != vocabulary_->blank()) {
    to.unit = beam.unit + row[beam.text.last_token];
    to.best_unit = beam.best_unit + row[beam.text.last_token];
    to.unit_path = beam.unit_path;
  }
}

// All texts that a beam's text becomes by a token: its word goes on, or has ended before.
void Decoder::add_extensions(uint32_t source, uint32_t token, float log_probability) {
  Beam& beam = beams_[source];
  const bool repeats = token == beam.text.last_token;
  if ((repeats ? beam.blank : beam.log_probability()) == kNever) return;
  const bool ends = vocabulary_->ends_word(token);
  if (!beam.text.in_word || !ends) add_extension(source, token, kNoEnd, log_probability);
  if (!beam.text.in_word || (!ends && !lexicon_)) return;
  if (!ends && !lexicon_->advance({}, token).inside()) return;  // no word begins with it
  const auto count = static_cast<uint32_t>(word_ends(&beam).size());
  for (uint32_t i = 0; i < count; ++i) {
    add_extension(source, token, beam.first_end + i, log_probability);
  }
}

// After the same token only a path through a blank can add it again.
void Decoder::add_extension(uint32_t source, uint32_t token, uint32_t end, float log_probability) {
  const Beam& beam = beams_[source];
  const bool repeats = token == beam.text.last_token;
  const float base = repeats ? beam.blank : beam.log_probability();
  Text text;
  if (!extend(source, token, end, &text)) return;
  Candidate& to = candidate(text.key);
  if (to.fresh()) {
    to.source = source;
    to.token = token;
    to.end = end;
    to.text_score = text.earned + text.expected;
    to.outside = text.grammar == GrammarAutomaton::kOutside;
  }
  to.unit = log_add(to.unit, base + log_probability);
  const float best_base = repeats ? beam.best_blank : std::max(beam.best_blank, beam.best_unit);
  if (best_base + log_probability > to.best_unit) {
    to.best_unit = best_base + log_probability;
    to.unit_path = repeats ? beam.blank_path : beam.path();
    to.path_word = end == kNoEnd ? kNoWord : ends_[end].word;
    to.new_unit = true;
  }
}

// Leaves in order_ the candidates to keep, best first. Texts outside of a grammar have paid for
// that, those within it may still fail, and which will be better shows at the end: each kind keeps
// a beam of its own.
void Decoder::choose_candidates() {
  order_.clear();
  float best[2] = {kNever, kNever};
  for (uint32_t i = 0; i < candidates_.size(); ++i) {
    Candidate& c = candidates_[i];
    c.score = log_add(c.blank, c.unit) + c.text_score;
    float& best_of_kind = best[c.outside ? 1 : 0];
    best_of_kind = std::max(best_of_kind, c.score);
    order_.push_back(i);
  }
  std::erase_if(order_, [this, &best](uint32_t i) {
    const Candidate& c = candidates_[i];
    return !(c.score >= best[c.outside ? 1 : 0] - options_.beam_margin) || c.score == kNever;
  });
  const auto better = [this](uint32_t a, uint32_t b) {
    const Candidate& x = candidates_[a];
    const Candidate& y = candidates_[b];
    return x.score != y.score ? x.score > y.score : x.key < y.key;
  };
  auto outside = order_.end();
  if (automaton_) {
    outside = std::stable_partition(order_.begin(), order_.end(),
                                    [this](uint32_t i) { return !candidates_[i].outside; });
  }
  const auto keep = [this, &better](auto begin, auto end) {  // the best ones of [begin, end) first
    if (end - begin <= static_cast<std::ptrdiff_t>(options_.beam_width)) return end;
    const auto last = begin + static_cast<std::ptrdiff_t>(options_.beam_width);
    std::nth_element(begin, last, end, better);
    return last;
  };
  const auto last_outside = keep(outside, order_.end());
  order_.erase(last_outside, order_.end());
  order_.erase(keep(order_.begin(), outside), outside);
  std::sort(order_.begin(), order_.end(), better);
}

void Decoder::keep_best(const float* row) {
  choose_candidates();
  if (order_.empty()) return;  // every way on is impossible: hold the beam as it is

  next_beams_.clear();
  next_ends_.clear();
  for (const uint32_t i : order_) {
    const Candidate& c = candidates_[i];
    Beam& beam = next_beams_.emplace_back();
    if (c.stays) {
      const Beam& source = beams_[c.source];
      beam.text = source.text;
      if (source.first_end != kNoEnd) {
        beam.first_end = static_cast<uint32_t>(next_ends_.size());
        beam.end_count = source.end_count;
        const auto first = ends_.begin() + source.first_end;
        next_ends_.insert(next_ends_.end(), first, first + source.end_count);
      }
    } else {
      extend(c.source, c.token, c.end, &beam.text);
    }
    beam.blank = c.blank;
    beam.unit = c.unit;
    beam.best_blank = c.best_blank;
    beam.best_unit = c.best_unit;
    beam.blank_path = c.blank_path;
    beam.unit_path = c.unit_path;
    if (c.new_unit) {
      const uint32_t token = beam.text.last_token;
      beam.unit_path = static_cast<uint32_t>(paths_.size());
      paths_.push_back({c.unit_path, token, c.path_word, row[token], frame_});
    }
  }
  beams_.swap(next_beams_);
  ends_.swap(next_ends_);
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

Hypothesis Decoder::partial() const {
  const Beam& beam = beams_.front();
  uint32_t last_word = kSpelledWord;
  if (lexicon_) {  // a word is shown once it may end
    std::vector<WordEnd> ends;
    collect_ends(beam.text, &ends);
    const auto best =
        std::max_element(ends.begin(), ends.end(),
                         [](const WordEnd& a, const WordEnd& b) { return a.score < b.score; });
    last_word = best == ends.end() ? kNoWord : best->word;
  }
  Hypothesis hypothesis = describe(beam, last_word);
  hypothesis.score = beam.score();
  return hypothesis;
}

Status Decoder::set_hot_words(const HotPhrases& hot_phrases, std::string* detail) {
  const WordSpeller speller(vocabulary_->boundary(), lexicon_.get());
  const Status status = HotWords::create(hot_phrases, speller, &hot_words_, detail);
  if (status != Status::kOk) return status;
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
  hypothesis.log_probability = beam.log_probability();
  bool in_word = false;
  const auto name_word = [&](uint32_t word) {
    if (lexicon_) hypothesis.words.back().text = lexicon_->word(word);
    in_word = false;
  };
  for (const PathNode* node : path_of(beam)) {
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
    word.confidence = word_confidence(options_.confidence, word.evidence);
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
  for (DecodedWord& word : hypothesis.words) words.push_back(&word);
  set_word_times(options_.times, static_cast<double>(segment_first_), static_cast<double>(frame_),
                 words);
  const char* separator = vocabulary_->boundary() == WordBoundary::kNone ? "" : " ";
  for (const DecodedWord& word : hypothesis.words) {
    if (!hypothesis.text.empty()) hypothesis.text += separator;
    hypothesis.text += word.text;
  }
  return hypothesis;
}

}  // namespace auricle
