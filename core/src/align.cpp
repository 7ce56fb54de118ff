#include "auricle/align.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "auricle/log_probabilities.h"

namespace auricle {
namespace {

constexpr uint32_t kNoToken = 0xFFFFFFFF;

Status check(const AlignerOptions& options, std::string* detail) {
  for (const float cost :
       {options.skip_cost, options.skip_word_cost, options.skip_limit, options.filler_cost,
        options.filler_frame_cost, options.between_weight}) {
    if (!(cost >= 0.0F)) {
      return fail(Status::kInvalidArgument, detail, "costs and weights must be at least 0");
    }
  }
  if (!(options.margin > 0.0F) || !(options.token_margin > 0.0F)) {
    return fail(Status::kInvalidArgument, detail, "margins must be above 0");
  }
  return Status::kOk;
}

// Minus the entropy of a frame.
double expected_log_probability(const float* row, size_t width) {
  double sum = 0.0;
  for (size_t v = 0; v < width; ++v) {
    if (row[v] > -30.0F) sum += std::exp(row[v]) * row[v];
  }
  return sum;
}

}  // namespace

Status Aligner::create(std::shared_ptr<const Vocabulary> vocabulary, const Lexicon* lexicon,
                       const std::vector<std::string>& words, const AlignerOptions& options,
                       std::unique_ptr<Aligner>* out, std::string* detail) {
  Status status = check(options, detail);
  if (status != Status::kOk) return status;
  std::unique_ptr<Aligner> made(new Aligner());
  status = SpellingGraph::create(*vocabulary, lexicon, words, &made->graph_, detail);
  if (status != Status::kOk) return status;
  for (uint32_t token = 0; token < vocabulary->size(); ++token) {
    const bool separates = (vocabulary->boundary() == WordBoundary::kSeparator ||
                            vocabulary->boundary() == WordBoundary::kLexicon) &&
                           vocabulary->token(token) == " ";
    if (separates || token == vocabulary->blank()) made->separators_.push_back(token);
  }
  const SpellingGraph& graph = made->graph_;
  made->rests_.resize(graph.nodes());
  made->units_.resize(graph.arcs().size());
  made->fillers_.resize(graph.words() + 1);
  made->left_frame_.assign(graph.arcs().size(), kNoPath);
  made->left_path_.resize(graph.arcs().size());
  made->awake_.assign(graph.words() + 1, 0);
  made->vocabulary_ = std::move(vocabulary);
  made->options_ = options;
  made->rests_[0].score = 0.0;
  made->pass_over_words();
  *out = std::move(made);
  return Status::kOk;
}

Status Aligner::step(const float* log_probs, size_t frames, std::string* detail) {
  if (finished_) return Status::kDecoderFinished;
  const size_t width = vocabulary_->size();
  Peaks peaks(width);
  const Status status = check_log_probabilities(log_probs, frames, width, &peaks, detail);
  if (status != Status::kOk) return status;
  for (size_t t = 0; t < frames; ++t) {
    step_frame(log_probs + t * width, std::ranges::max(peaks.row(t)));
  }
  return Status::kOk;
}

// States are updated in place, from the end of the text to its beginning: what a state comes from
// lies before it, and still holds the score of the frame before.
void Aligner::step_frame(const float* row, float best_token) {
  best_token_ = best_token;
  if (std::isfinite(best_token_)) {
    floor_ = floor();
    best_ = kNever;
    float between = -std::numeric_limits<float>::infinity();
    for (const uint32_t token : separators_) between = std::max(between, row[token]);
    between = options_.between_weight * (between - best_token_);
    expected_token_ = expected_log_probability(row, vocabulary_->size()) - best_token_;
    for (uint32_t word = graph_.words() + 1; word-- > first_word_;) {
      if (!sleeps(word)) step_word(word, row, between);
    }
    pass_over_words();
  }
  ++frame_;
  while (first_word_ < graph_.words() && sleeps(first_word_)) ++first_word_;
  if (paths_.size() >= paths_limit_) free_dead_paths();
}

// What the next frame counts as dead lies below this.
double Aligner::floor() const { return std::max(best_ - options_.margin, kNever / 2); }

// Whether nothing leads into a word or its boundary.
bool Aligner::sleeps(uint32_t word) const {
  return awake_[word] == 0 && (word == 0 || awake_[word - 1] == 0) &&
         rests_[graph_.boundary(word)].score < floor_ && fillers_[word].score < floor_;
}

// The word's units and what lies between them, then the boundary before it. After the last word
// there is a boundary alone.
void Aligner::step_word(uint32_t word, const float* row, float between) {
  const uint32_t boundary = graph_.boundary(word);
  const uint32_t end = word < graph_.words() ? graph_.boundary(word + 1) : boundary + 1;
  const float blank = row[vocabulary_->blank()] - best_token_;
  bool awake = false;
  for (uint32_t node = end; node-- > boundary;) {
    for (uint32_t arc = graph_.first_out(node); arc < graph_.first_out(node + 1); ++arc) {
      awake |= step_unit(arc, row);
    }
    if (node > boundary) awake |= step_rest(node, blank);
  }
  awake_[word] = awake ? 1 : 0;
  step_filler(word);  // from the rest of the frame before
  step_rest(boundary, between);
  end_filler(word);
}

bool Aligner::step_unit(uint32_t arc, const float* row) {
  const uint32_t token = graph_.arcs()[arc].token;
  const float emission = row[token] - best_token_;
  Held& unit = units_[arc];
  unit.score = unit.score >= floor_ ? unit.score + emission : kNever;
  unit.log_probability = std::max(unit.log_probability, row[token]);
  if (emission >= -options_.token_margin) {
    const Entry entry = best_entry(graph_.arcs()[arc].from, token);
    if (entry.score + emission > unit.score) {
      unit = {entry.score + emission, path_of(entry), frame_, row[token]};
    }
  }
  if (!(unit.score >= floor_)) {
    unit.score = kNever;
    return false;
  }
  best_ = std::max(best_, unit.score);
  return true;
}

bool Aligner::step_rest(uint32_t node, float emission) {
  const Entry entry = best_entry(node, kNoToken);
  Rest& rest = rests_[node];
  rest.score = entry.score + emission;
  if (!(rest.score >= floor_)) {
    rest.score = kNever;
    return false;
  }
  rest.path = path_of(entry);
  best_ = std::max(best_, rest.score);
  return true;
}

void Aligner::step_filler(uint32_t word) {
  const Entry entry = best_entry(graph_.boundary(word), kNoToken);
  const double begun = entry.score - options_.filler_cost;
  Held& filler = fillers_[word];
  if (begun > filler.score && begun >= floor_) filler = {begun, path_of(entry), frame_, 0.0F};
  filler.score += expected_token_ - options_.filler_frame_cost;
  if (filler.score < floor_) filler.score = kNever;
  best_ = std::max(best_, filler.score);
}

// After each frame, a stretch that the text lacks may be over.
void Aligner::end_filler(uint32_t word) {
  const Held& filler = fillers_[word];
  Rest& rest = rests_[graph_.boundary(word)];
  if (filler.score > rest.score) rest = {filler.score, leave(filler, kFillerArc, frame_ + 1)};
}

// From each boundary to all later ones, for a cost.
void Aligner::pass_over_words() {
  const double least = floor();
  Rest near;  // at skip_cost and skip_word_cost for each word
  Rest far;   // at skip_limit
  for (uint32_t word = first_word_; word <= graph_.words(); ++word) {
    Rest& rest = rests_[graph_.boundary(word)];
    const Rest own = rest;
    near.score -= options_.skip_word_cost;
    for (const Rest& passing : {near, far}) {
      if (passing.score > rest.score && passing.score >= least) rest = passing;
    }
    if (own.score - options_.skip_cost > near.score) {
      near = {own.score - options_.skip_cost, own.path};
    }
    if (own.score - options_.skip_limit > far.score) {
      far = {own.score - options_.skip_limit, own.path};
    }
  }
}

double Aligner::skip_cost(uint32_t words) const {
  if (words == 0) return 0.0;
  const double near = options_.skip_cost + static_cast<double>(words) * options_.skip_word_cost;
  return std::min<double>(near, options_.skip_limit);
}

Aligner::Entry Aligner::best_entry(uint32_t node, uint32_t token) const {
  Entry best;
  if (rests_[node].score >= floor_) best = {rests_[node].score, rests_[node].path, kFillerArc};
  for (uint32_t i = graph_.first_in(node); i < graph_.first_in(node + 1); ++i) {
    const uint32_t arc = graph_.into(i);
    const Held& unit = units_[arc];
    if (unit.score >= floor_ && unit.score > best.score && graph_.arcs()[arc].token != token) {
      best = {unit.score, kNoPath, arc};
    }
  }
  return best;
}

uint32_t Aligner::path_of(const Entry& entry) {
  if (entry.left_arc == kFillerArc) return entry.path;
  if (left_frame_[entry.left_arc] != frame_) {
    left_frame_[entry.left_arc] = frame_;
    left_path_[entry.left_arc] = leave(units_[entry.left_arc], entry.left_arc, frame_);
  }
  return left_path_[entry.left_arc];
}

uint32_t Aligner::leave(const Held& held, uint32_t arc, uint32_t end_frame) {
  paths_.push_back({held.path, arc, held.first_frame, end_frame, held.log_probability});
  return static_cast<uint32_t>(paths_.size()) - 1;
}

void Aligner::free_dead_paths() {
  std::vector<uint32_t> places(paths_.size(), 0);
  const double least = floor();
  const auto mark = [&](auto& state) {
    if (state.score < least) state.score = kNever;
    if (state.score == kNever) state.path = kNoPath;
    for (uint32_t at = state.path; at != kNoPath && places[at] == 0; at = paths_[at].parent) {
      places[at] = 1;
    }
  };
  std::for_each(rests_.begin(), rests_.end(), mark);
  std::for_each(units_.begin(), units_.end(), mark);
  std::for_each(fillers_.begin(), fillers_.end(), mark);
  uint32_t kept = 0;
  for (uint32_t at = 0; at < paths_.size(); ++at) {  // parents come first
    if (places[at] == 0) continue;
    PathNode node = paths_[at];
    if (node.parent != kNoPath) node.parent = places[node.parent];
    places[at] = kept;
    paths_[kept++] = node;
  }
  paths_.resize(kept);
  const auto move = [&](auto& state) {
    if (state.path != kNoPath) state.path = places[state.path];
  };
  std::for_each(rests_.begin(), rests_.end(), move);
  std::for_each(units_.begin(), units_.end(), move);
  std::for_each(fillers_.begin(), fillers_.end(), move);
  paths_limit_ = std::max<size_t>(kLeastPaths, 2 * paths_.size());
}

Status Aligner::finish(Alignment* out, std::string* detail) {
  if (finished_) return Status::kDecoderFinished;
  finished_ = true;
  if (graph_.fewest_units() > frame_) {
    return fail(
        Status::kTextTooLong, detail,
        std::to_string(graph_.fewest_units()) + " units, " + std::to_string(frame_) + " frames");
  }
  const Entry end = best_end();
  out->score = static_cast<float>(end.score);
  read_back(path_of(end), out);
  set_times(out);
  return Status::kOk;
}

// The words that are left when the recording ends are passed over too.
Aligner::Entry Aligner::best_end() {
  floor_ = floor();
  const uint32_t last = graph_.words();
  Entry best;
  for (uint32_t word = first_word_; word <= last; ++word) {
    Entry entry = best_entry(graph_.boundary(word), kNoToken);
    entry.score -= skip_cost(last - word);
    if (entry.score > best.score) best = entry;
  }
  return best;
}

void Aligner::read_back(uint32_t path, Alignment* out) const {
  out->words.assign(graph_.words(), {});
  out->fillers.clear();
  for (; path != kNoPath; path = paths_[path].parent) {
    const PathNode& node = paths_[path];
    if (node.arc == kFillerArc) {
      out->fillers.push_back({node.first_frame, node.end_frame});
      continue;
    }
    const SpellingGraph::Arc& arc = graph_.arcs()[node.arc];
    out->words[arc.word].units.push_back(
        {arc.token, node.first_frame, node.end_frame, node.log_probability});
  }
  std::reverse(out->fillers.begin(), out->fillers.end());
  for (AlignedWord& word : out->words) std::reverse(word.units.begin(), word.units.end());
}

void Aligner::set_times(Alignment* out) const {
  std::vector<AlignedWord*> said;
  for (AlignedWord& word : out->words) {
    if (word.units.empty()) continue;
    word.first_frame = word.units.front().first_frame;
    word.end_frame = word.units.back().end_frame;
    said.push_back(&word);
  }
  set_word_times(options_.times, 0.0, static_cast<double>(frame_), said);
}

}  // namespace auricle
