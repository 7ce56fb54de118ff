#include "auricle/decoder.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

namespace auricle {
namespace {

constexpr float kNever = -std::numeric_limits<float>::infinity();
constexpr uint32_t kNoPath = 0xFFFFFFFF;
constexpr uint64_t kTextBegin = 0xCBF29CE484222325ULL;
constexpr char kWordEndMark = '\0';

float log_add(float a, float b) {
  if (a < b) std::swap(a, b);
  return b == kNever ? a : a + std::log1p(std::exp(b - a));
}

uint64_t extend_key(uint64_t key, std::string_view bytes) {
  for (const char byte : bytes) {
    key = (key ^ static_cast<unsigned char>(byte)) * 0x100000001B3ULL;
  }
  return key;
}

// Spreads a text's key and its last token over 64 bits (the finaliser of splitmix64).
uint64_t mix(uint64_t text_key, uint32_t token) {
  uint64_t z = text_key + 0x9E3779B97F4A7C15ULL * (token + 1ULL);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
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
  if (!(options.weights.alpha >= 0.0F) || !std::isfinite(options.weights.alpha)) {
    return refuse("alpha must be a finite number of at least 0");
  }
  if (!std::isfinite(options.weights.beta)) return refuse("beta must be finite");
  if (!std::isfinite(options.weights.unknown_penalty)) {
    return refuse("unknown_penalty must be finite");
  }
  return Status::kOk;
}

}  // namespace

float Decoder::Beam::log_probability() const { return log_add(blank, unit); }

Status Decoder::create(std::shared_ptr<const Vocabulary> vocabulary,
                       std::shared_ptr<const Scorer> scorer, const DecoderOptions& options,
                       HotWords hot_words, std::unique_ptr<Decoder>* out, std::string* detail) {
  const Status status = check(options, detail);
  if (status != Status::kOk) return status;
  if (options.closed_vocabulary && scorer == nullptr && hot_words.empty()) {
    return fail(Status::kInvalidArgument, detail,
                "a closed vocabulary needs a scorer or hot words");
  }
  std::unique_ptr<Decoder> made(new Decoder());
  made->vocabulary_ = std::move(vocabulary);
  made->scorer_ = std::move(scorer);
  made->options_ = options;
  made->hot_words_ = std::move(hot_words);
  made->reset();
  *out = std::move(made);
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
  beams_.clear();
  beams_.emplace_back();
  Beam& beam = beams_.back();
  beam.text.text_key = kTextBegin;
  beam.text.last_token = vocabulary_->blank();
  beam.text.key = mix(kTextBegin, beam.text.last_token);
  beam.text.state = state;
  beam.unit = beam.best_unit = kNever;
  beam.blank_path = beam.unit_path = kNoPath;
  segment_first_ = frame_;
  endpointer_.begin_segment();
}

Status Decoder::step(const float* log_probs, size_t frames, std::string* detail) {
  if (finished_) return Status::kDecoderFinished;
  const size_t width = vocabulary_->size();
  for (size_t i = 0; i < frames * width; ++i) {
    if (!(log_probs[i] <= 1e-3F)) {
      return fail(Status::kNotFinite, detail,
                  "frame " + std::to_string(i / width) + ", token " + std::to_string(i % width) +
                      ": log-probabilities are numbers of at most 0");
    }
  }
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
    for (uint32_t b = 0; b < beams_.size(); ++b) add_extension(b, token, log_probability);
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
  to.blank = beam.log_probability() + blank;
  to.best_blank = std::max(beam.best_blank, beam.best_unit) + blank;
  to.blank_path = beam.path();
  if (beam.text.last_token != vocabulary_->blank()) {
    to.unit = beam.unit + row[beam.text.last_token];
    to.best_unit = beam.best_unit + row[beam.text.last_token];
    to.unit_path = beam.unit_path;
  }
}

// The beam's text grows by a token; after the same token only a path through a blank can do so.
void Decoder::add_extension(uint32_t source, uint32_t token, float log_probability) {
  Beam& beam = beams_[source];
  const bool repeats = token == beam.text.last_token;
  const float base = repeats ? beam.blank : beam.log_probability();
  if (base == kNever) return;
  Text text;
  if (!extend(source, token, &text)) return;
  Candidate& to = candidate(text.key);
  if (to.fresh()) {
    to.source = source;
    to.token = token;
    to.text_score = text.earned + text.expected;
  }
  to.unit = log_add(to.unit, base + log_probability);
  const float best_base = repeats ? beam.best_blank : std::max(beam.best_blank, beam.best_unit);
  if (best_base + log_probability > to.best_unit) {
    to.best_unit = best_base + log_probability;
    to.unit_path = repeats ? beam.blank_path : beam.path();
    to.new_unit = true;
  }
}

// Works out the text of a beam with a token added; false where a closed vocabulary forbids it.
bool Decoder::extend(uint32_t source, uint32_t token, Text* text) {
  Beam& beam = beams_[source];
  *text = beam.text;
  text->last_token = token;
  if (text->in_word && vocabulary_->ends_word(token)) {
    const WordEnd& end = word_end(&beam);
    if (!end.allowed) return false;
    text->state = end.state;
    text->earned += end.score;
    text->hot = end.hot;
    text->expected = 0.0F;
    text->lexicon = Lexicon::kRoot;
    text->in_word = false;
    text->text_key = extend_key(text->text_key, std::string_view(&kWordEndMark, 1));
  }
  const std::string_view spelling = vocabulary_->spelling(token);
  if (!spelling.empty()) {
    text->in_word = true;
    text->text_key = extend_key(text->text_key, spelling);
    text->hot = hot_words_.advance(text->hot, spelling);
    if (scorer_) text->lexicon = scorer_->lexicon().advance(text->lexicon, spelling);
    if (options_.closed_vocabulary && text->hot == HotWords::kOutside &&
        (!scorer_ || text->lexicon == Lexicon::kOutside)) {
      return false;
    }
  }
  text->expected = expected_score(*text);
  text->key = mix(text->text_key, token);
  return true;
}

// What stands in for the score of the word under way: its best unigram, or the unknown word's.
float Decoder::expected_score(const Text& text) const {
  float score = hot_words_.potential(text.hot);
  if (scorer_ && text.in_word) {
    if (vocabulary_->boundary() == WordBoundary::kNone) {
      NgramState next;
      score += word_score(text, &next);
    } else if (text.lexicon != Lexicon::kOutside) {
      score += options_.weights.alpha * scorer_->lexicon().best_value(text.lexicon);
    } else {
      score += options_.weights.alpha * scorer_->unknown_value();
      if (text.hot == HotWords::kOutside) score -= options_.weights.unknown_penalty;
    }
  }
  return score;
}

// The score of the word that ends here, after the words before it.
float Decoder::word_score(const Text& text, NgramState* next) const {
  const ScorerWeights& weights = options_.weights;
  const uint32_t word =
      text.lexicon == Lexicon::kOutside ? 0 : scorer_->lexicon().word(text.lexicon);
  float score = weights.alpha * scorer_->score(text.state, word, next) + weights.beta;
  if (word == 0 && !hot_words_.is_word(text.hot)) score -= weights.unknown_penalty;
  return score;
}

const Decoder::WordEnd& Decoder::word_end(Beam* beam) const {
  WordEnd& end = beam->word_end;
  if (end.known) return end;
  end.known = true;
  const Text& text = beam->text;
  end.state = text.state;
  if (!text.in_word) {
    end.hot = text.hot;
    return end;
  }
  if (scorer_) end.score = word_score(text, &end.state);
  end.hot = hot_words_.end_word(text.hot, &end.score);
  if (options_.closed_vocabulary && !hot_words_.is_word(text.hot)) {
    end.allowed =
        scorer_ && text.lexicon != Lexicon::kOutside && scorer_->lexicon().word(text.lexicon) != 0;
  }
  return end;
}

void Decoder::keep_best(const float* row) {
  order_.clear();
  float best = kNever;
  for (uint32_t i = 0; i < candidates_.size(); ++i) {
    Candidate& c = candidates_[i];
    c.score = log_add(c.blank, c.unit) + c.text_score;
    best = std::max(best, c.score);
    order_.push_back(i);
  }
  std::erase_if(order_, [this, best](uint32_t i) {
    return !(candidates_[i].score >= best - options_.beam_margin) || candidates_[i].score == kNever;
  });
  const auto better = [this](uint32_t a, uint32_t b) {
    const Candidate& x = candidates_[a];
    const Candidate& y = candidates_[b];
    return x.score != y.score ? x.score > y.score : x.key < y.key;
  };
  if (order_.size() > options_.beam_width) {
    const auto end = order_.begin() + options_.beam_width;
    std::nth_element(order_.begin(), end, order_.end(), better);
    order_.erase(end, order_.end());
  }
  std::sort(order_.begin(), order_.end(), better);
  if (order_.empty()) return;  // every way on is impossible: hold the beam as it is

  next_beams_.clear();
  for (const uint32_t i : order_) {
    const Candidate& c = candidates_[i];
    Beam& beam = next_beams_.emplace_back();
    if (c.stays) {
      beam.text = beams_[c.source].text;
      beam.word_end = beams_[c.source].word_end;
    } else {
      extend(c.source, c.token, &beam.text);
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
      paths_.push_back({c.unit_path, token, frame_, row[token]});
    }
  }
  beams_.swap(next_beams_);
}

void Decoder::watch_endpoint(const float* row) {
  const bool wordless = beams_.front().text.text_key == kTextBegin;
  const auto end =
      endpointer_.step(row[vocabulary_->blank()], wordless, [this] { return certainty(); });
  if (end) close_segment(*end);
}

// The share of the best text in the beam's probability.
float Decoder::certainty() const {
  const auto whole = [](const Text& text) {
    return text.in_word ? extend_key(text.text_key, std::string_view(&kWordEndMark, 1))
                        : text.text_key;
  };
  const uint64_t best_text = whole(beams_.front().text);
  const float best_score = beams_.front().score();
  float same = 0.0F;
  float total = 0.0F;
  for (const Beam& beam : beams_) {
    const float share = std::exp(beam.score() - best_score);
    total += share;
    if (whole(beam.text) == best_text) same += share;
  }
  return same / total;
}

Status Decoder::flush() {
  if (finished_) return Status::kDecoderFinished;
  close_segment(SegmentEnd::kFlush);
  return Status::kOk;
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
    const Beam* beam;  // the best of its beams
  };
  std::vector<Ranked> texts;
  std::unordered_map<std::string, size_t> places;
  bool any_allowed = false;
  for (Beam& beam : beams_) any_allowed |= word_end(&beam).allowed;
  for (const Beam& beam : beams_) {  // best first
    const WordEnd& end = beam.word_end;
    if (any_allowed && !end.allowed) continue;
    float score = beam.text.earned + end.score;
    if (sentence_end && scorer_) {
      NgramState next;
      score += options_.weights.alpha *
               scorer_->score(end.state, scorer_->ngram().end_of_sentence(), &next);
    }
    Hypothesis hypothesis = describe(beam);
    const auto [place, inserted] = places.try_emplace(hypothesis.text, texts.size());
    if (inserted) {
      hypothesis.score = score + hypothesis.log_probability;
      texts.push_back({std::move(hypothesis), &beam});
      continue;
    }
    Hypothesis& same = texts[place->second].hypothesis;
    const float together = log_add(same.log_probability, hypothesis.log_probability);
    same.score += together - same.log_probability;
    same.log_probability = together;
  }
  std::stable_sort(texts.begin(), texts.end(), [](const Ranked& a, const Ranked& b) {
    return a.hypothesis.score > b.hypothesis.score;
  });
  const NgramState state = texts.front().beam->word_end.state;
  std::vector<Hypothesis> hypotheses;
  for (Ranked& text : texts) hypotheses.push_back(std::move(text.hypothesis));
  set_confidences(&hypotheses);
  if (hypotheses.size() > options_.alternatives) hypotheses.resize(options_.alternatives);
  if (!hypotheses.front().words.empty() || ended_by == SegmentEnd::kNoSpeech) {
    segments_.push_back({std::move(hypotheses), segment_first_, frame_, ended_by});
  }
  begin_segment(state);
}

Hypothesis Decoder::partial() const {
  Hypothesis hypothesis = describe(beams_.front());
  hypothesis.score = beams_.front().score();
  return hypothesis;
}

std::vector<DecodedSegment> Decoder::take_segments() { return std::exchange(segments_, {}); }

// Reads a beam's best path back: its units with their frames, and the words they make.
Hypothesis Decoder::describe(const Beam& beam) const {
  Hypothesis hypothesis;
  hypothesis.log_probability = beam.log_probability();
  for (uint32_t at = beam.path(); at != kNoPath; at = paths_[at].parent) {
    hypothesis.units.push_back({paths_[at].token, paths_[at].frame, paths_[at].log_probability});
  }
  std::reverse(hypothesis.units.begin(), hypothesis.units.end());
  bool in_word = false;
  float log_probability = 0.0F;
  size_t units = 0;
  for (const DecodedUnit& unit : hypothesis.units) {
    if (vocabulary_->ends_word(unit.token)) in_word = false;
    const std::string_view spelling = vocabulary_->spelling(unit.token);
    if (spelling.empty()) continue;
    if (!in_word) {
      hypothesis.words.emplace_back();
      hypothesis.words.back().first_frame = unit.frame;
      in_word = true;
      log_probability = 0.0F;
      units = 0;
    }
    DecodedWord& word = hypothesis.words.back();
    word.text += spelling;
    word.end_frame = unit.frame + 1;
    log_probability += unit.log_probability;
    ++units;
    word.confidence = std::min(1.0F, std::exp(log_probability / static_cast<float>(units)));
  }
  const char* separator = vocabulary_->boundary() == WordBoundary::kNone ? "" : " ";
  for (const DecodedWord& word : hypothesis.words) {
    if (!hypothesis.text.empty()) hypothesis.text += separator;
    hypothesis.text += word.text;
  }
  return hypothesis;
}

// A hypothesis's confidence is its share of the beam's probability. A word's is the share of the
// hypotheses that have the word at that time, times the mean probability of its units.
void Decoder::set_confidences(std::vector<Hypothesis>* hypotheses) const {
  const float best = hypotheses->front().score;
  float total = 0.0F;
  for (Hypothesis& hypothesis : *hypotheses) {
    hypothesis.confidence = std::exp(hypothesis.score - best);
    total += hypothesis.confidence;
  }
  for (Hypothesis& hypothesis : *hypotheses) hypothesis.confidence /= total;
  const size_t described = std::min<size_t>(hypotheses->size(), options_.alternatives);
  for (size_t h = 0; h < described; ++h) {
    for (DecodedWord& word : (*hypotheses)[h].words) {
      float share = 0.0F;
      for (const Hypothesis& other : *hypotheses) {
        const bool has = std::any_of(
            other.words.begin(), other.words.end(), [&word](const DecodedWord& candidate) {
              return candidate.text == word.text && candidate.first_frame < word.end_frame + 2 &&
                     word.first_frame < candidate.end_frame + 2;
            });
        if (has) share += other.confidence;
      }
      word.confidence *= std::min(1.0F, share);
    }
  }
}

}  // namespace auricle
