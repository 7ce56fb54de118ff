// One frame of the search: the ways into it, merged where they lead to the same text, and the best
// of them.
#include <algorithm>
#include <functional>
#include <limits>

#include "auricle/decoder.h"
#include "auricle/log_add.h"
#include "auricle/log_probabilities.h"

namespace auricle {
namespace {

// The largest of some values, in lanes that need not wait for each other.
float largest(std::span<const float> values) {
  constexpr size_t kLanes = 16;
  float lanes[kLanes];
  std::fill_n(lanes, kLanes, kNever);
  size_t at = 0;
  for (; at + kLanes <= values.size(); at += kLanes) {
    for (size_t k = 0; k < kLanes; ++k) lanes[k] = std::max(lanes[k], values[at + k]);
  }
  for (size_t k = 0; at + k < values.size(); ++k) lanes[k] = std::max(lanes[k], values[at + k]);
  return *std::max_element(lanes, lanes + kLanes);
}

// Compilers turn this into vector instructions.
bool any_reaches(std::span<const float> values, float least) {
  uint32_t reaching = 0;
  for (const float value : values) reaching += value >= least ? 1 : 0;
  return reaching > 0;
}

}  // namespace

void Decoder::step_frame(const float* row, std::span<const float> peaks) {
  choose_tokens(row, peaks);
  const float blank = row[vocabulary_->blank()];
  if (tokens_.empty() && blank > kNever) {
    hold_texts(blank);
  } else {
    follow_tokens(row);
  }
  ++frame_;
  if (hearing_) hear_words();
  watch_endpoint(row);
}

// Weighs texts by their words whose time to be heard has come.
void Decoder::hear_words() {
  bool changed = false;
  for (Beam& beam : beams_) {
    const float before = beam.text.heard.score;
    if (!hearing_->hear(&beam.text.heard)) continue;
    beam.text.earned += beam.text.heard.score - before;
    changed = true;
  }
  if (!changed) return;
  const auto worse = [](const Beam& a, const Beam& b) { return a.score() < b.score(); };
  std::iter_swap(beams_.begin(), std::max_element(beams_.begin(), beams_.end(), worse));
}

// A frame that has nothing but a blank to offer leaves the texts and their order as they are.
void Decoder::hold_texts(float blank) {
  for (Beam& beam : beams_) {
    beam.blank_path = beam.path();
    beam.best_blank = std::max(beam.best_blank, beam.best_unit) + blank;
    beam.log_probability += blank;
    beam.blank = beam.log_probability;
    beam.unit = beam.best_unit = kNever;
  }
}

void Decoder::follow_tokens(const float* row) {
  candidates_.clear();
  keys_.clear(4 * beams_.size());  // hardly a frame has more ways
  set_reaches();
  for (uint32_t b = 0; b < beams_.size(); ++b) stay(b, row);
  raise_bar();
  for (const auto& [log_probability, token] : tokens_) {
    const std::vector<float>& reach = vocabulary_->ends_word(token) ? reach_ended_ : reach_;
    for (uint32_t b = 0; b < beams_.size(); ++b) {
      if (reach[b] + log_probability < bar_) continue;
      add_extensions(b, token, log_probability);
    }
    if (candidates_.size() >= raise_at_) raise_bar();
  }
  keep_best(row);
}

// Few peaks of a row reach what a token must have, and only their tokens are looked at.
void Decoder::choose_tokens(const float* row, std::span<const float> peaks) {
  constexpr size_t kBlock = 64;
  least_ = largest(peaks) - options_.token_margin;
  tokens_.clear();
  for (size_t begin = 0; begin < peaks.size(); begin += kBlock) {
    const size_t end = std::min(peaks.size(), begin + kBlock);
    if (!any_reaches(peaks.subspan(begin, end - begin), least_)) continue;
    for (size_t peak = begin; peak < end; ++peak) {
      if (peaks[peak] >= least_) add_tokens(row, peak);
    }
  }
  const auto better = [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  };
  if (tokens_.size() > options_.top_tokens) {
    auto* const first = tokens_.data();
    std::nth_element(first, first + options_.top_tokens, first + tokens_.size(), better);
    tokens_.resize(options_.top_tokens);
  }
  std::sort(tokens_.begin(), tokens_.end(), better);
}

void Decoder::add_tokens(const float* row, size_t peak) {
  const Peaks layout(vocabulary_->size());
  const auto [first, more] = layout.places(peak);
  for (size_t n = 0; n <= more; ++n) {
    const auto token = static_cast<uint32_t>(first + n * layout.step);
    if (row[token] >= least_ && row[token] > kNever && token != vocabulary_->blank()) {
      tokens_.emplace_back(row[token], token);
    }
  }
}

// Sets the bar to what a way into the next frame must reach at least. Ways that fall short of the
// last of the beam may still come to the same text as another and change its probability: they are
// followed as far down as tokens are. With a grammar there is no bar, because texts within it and
// outside of it have a beam of their own each.
void Decoder::raise_bar() {
  if (automaton_) {
    bar_ = kNever;
    raise_at_ = std::numeric_limits<size_t>::max();
    return;
  }
  scores_.clear();
  float best = kNever;
  for (const Candidate& c : candidates_) {
    const float score = std::max(c.blank, c.unit) + c.text_score;
    if (score > kNever) scores_.push_back(score);  // not for what is no number
    best = std::max(best, score);
  }
  bar_ = best - options_.beam_margin;
  if (scores_.size() > options_.beam_width) {
    float* const last = scores_.data() + options_.beam_width - 1;
    std::nth_element(scores_.data(), last, scores_.data() + scores_.size(), std::greater<>());
    bar_ = std::max(bar_, *last - options_.token_margin);
  }
  raise_at_ = candidates_.size() + options_.beam_width;
}

Decoder::Candidate& Decoder::candidate(uint64_t key) {
  const uint32_t number = keys_.add(key);
  if (number == candidates_.size()) candidates_.emplace_back().key = key;
  return candidates_[number];
}

// The beam's text goes on unchanged: through a blank, or through its last token held. As all tokens
// they are only looked at within the margin, so that texts which no word can follow die where the
// network is sure that something was said.
void Decoder::stay(uint32_t source, const float* row) {
  const Beam& beam = beams_[source];
  Candidate& to = candidate(beam.text.key);
  const auto within_margin = [this, row](uint32_t token) {
    return row[token] >= least_ ? row[token] : kNever;
  };
  const float blank = within_margin(vocabulary_->blank());
  to.source = source;
  to.stays = true;
  to.text_score = beam.text.earned + beam.text.expected;
  to.outside = beam.text.grammar == GrammarAutomaton::kOutside;
  to.blank = beam.log_probability + blank;
  to.best_blank = std::max(beam.best_blank, beam.best_unit) + blank;
  to.blank_path = beam.path();
  if (beam.text.last_token != vocabulary_->blank()) {
    const float held = within_margin(beam.text.last_token);
    to.unit = beam.unit + held;
    to.best_unit = beam.best_unit + held;
    to.unit_path = beam.unit_path;
  }
}

// All texts that a beam's text becomes by a token: its word goes on, or has ended before.
void Decoder::add_extensions(uint32_t source, uint32_t token, float log_probability) {
  Beam& beam = beams_[source];
  const bool repeats = token == beam.text.last_token;
  if ((repeats ? beam.blank : beam.log_probability) == kNever) return;
  if (!may_follow(beam.text, token)) return;
  const bool ends = vocabulary_->ends_word(token);
  if (!beam.text.in_word || !ends) add_extension(source, token, kNoEnd, log_probability);
  if (!beam.text.in_word || (!ends && !lexicon_)) return;
  if (!ends && !lexicon_->advance({}, token).inside()) return;  // no word begins with it
  if (beam.first_end == kNoEnd) {
    (void)word_ends(&beam);
    set_reach(source);
  }
  const uint32_t count = beam.end_count;
  for (uint32_t i = 0; i < count; ++i) {
    add_extension(source, token, beam.first_end + i, log_probability);
  }
}

// After the same token only a path through a blank can add it again.
void Decoder::add_extension(uint32_t source, uint32_t token, uint32_t end, float log_probability) {
  const Beam& beam = beams_[source];
  const bool repeats = token == beam.text.last_token;
  const float way = (repeats ? beam.blank : beam.log_probability) + log_probability;
  const float earned = beam.text.earned + (end == kNoEnd ? 0.0F : ends_[end].score);
  const float most = earned + bounds_.hot + most_expected(beam.text, token, end != kNoEnd);
  if (way + most < bar_) return;
  Text text;
  if (!extend(source, token, end, &text)) return;
  const float text_score = text.earned + text.expected;
  if (way + text_score < bar_) return;
  Candidate& to = candidate(text.key);
  if (to.fresh()) {
    to.source = source;
    to.token = token;
    to.end = end;
    to.text_score = text_score;
    to.outside = text.grammar == GrammarAutomaton::kOutside;
  }
  to.unit = log_add(to.unit, way);
  const float best_base = repeats ? beam.best_blank : std::max(beam.best_blank, beam.best_unit);
  if (best_base + log_probability > to.best_unit) {
    to.best_unit = best_base + log_probability;
    to.unit_path = repeats ? beam.blank_path : beam.path();
    to.path_word = end == kNoEnd ? kNoWord : ends_[end].word;
    to.new_unit = true;
  }
}

// Leaves in order_ the candidates to keep, the best one first. Texts outside of a grammar have paid
// for that, those within it may still fail, and which will be better shows at the end: each kind
// keeps a beam of its own.
void Decoder::choose_candidates() {
  order_.clear();
  float best[2] = {kNever, kNever};
  for (uint32_t i = 0; i < candidates_.size(); ++i) {
    Candidate& c = candidates_[i];
    float& best_of_kind = best[c.outside ? 1 : 0];
    // A sum is less than log 2 above the larger of the two.
    const float most = std::max(c.blank, c.unit) + 0.7F + c.text_score;
    if (most < best_of_kind - options_.beam_margin) continue;
    c.log_probability = log_add(c.blank, c.unit);
    const float score = c.log_probability + c.text_score;
    best_of_kind = std::max(best_of_kind, score);
    if (score >= best_of_kind - options_.beam_margin && score > kNever)
      order_.push_back({score, i});
  }
  std::erase_if(order_, [this, &best](const Ranking& way) {
    return way.score < best[candidates_[way.candidate].outside ? 1 : 0] - options_.beam_margin;
  });
  const auto better = [this](const Ranking& a, const Ranking& b) {
    return a.score != b.score ? a.score > b.score
                              : candidates_[a.candidate].key < candidates_[b.candidate].key;
  };
  auto outside = order_.end();
  if (automaton_) {
    outside = std::stable_partition(order_.begin(), order_.end(), [this](const Ranking& way) {
      return !candidates_[way.candidate].outside;
    });
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
  if (!order_.empty()) {
    std::iter_swap(order_.begin(), std::min_element(order_.begin(), order_.end(), better));
  }
}

void Decoder::keep_best(const float* row) {
  choose_candidates();
  if (order_.empty()) return;  // every way on is impossible: hold the beam as it is

  next_beams_.clear();
  next_ends_.clear();
  for (const Ranking& way : order_) {
    const Candidate& c = candidates_[way.candidate];
    Beam& beam = next_beams_.emplace_back();
    if (c.stays) {
      const Beam& source = beams_[c.source];
      beam.text = source.text;
      if (source.first_end != kNoEnd) {
        beam.first_end = static_cast<uint32_t>(next_ends_.size());
        beam.end_count = source.end_count;
        const WordEnd* const first = ends_.data() + source.first_end;
        next_ends_.insert(next_ends_.end(), first, first + source.end_count);
      }
    } else {
      extend(c.source, c.token, c.end, &beam.text);
      if (hearing_ && c.end != kNoEnd) {
        hearing_->end_word(c.unit_path, c.path_word, &beam.text.heard);
      }
    }
    beam.log_probability = c.log_probability;
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

}  // namespace auricle
