#include "auricle/stream.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace auricle {
namespace {

// The silence after a recording, which a graph may tell from samples that are zero
// (docs/decisions/0007).
constexpr float kAfterTheEnd = -0.0F;

}  // namespace

Status check_samples(std::span<const float> samples, std::string* detail) {
  const auto wrong = std::find_if(samples.begin(), samples.end(),
                                  [](float sample) { return !std::isfinite(sample); });
  if (wrong == samples.end()) return Status::kOk;
  return fail(Status::kNotFinite, detail,
              "sample " + std::to_string(wrong - samples.begin()) + " of the block");
}

Stream::Stream(std::shared_ptr<const StreamModel> model, std::unique_ptr<Decoder> decoder,
               const StreamOptions& options)
    : model_(std::move(model)),
      decoder_(std::move(decoder)),
      options_(options),
      computed_frames_(-static_cast<int64_t>(model_->contract.delay_frames)) {
  if (options_.chunk_frames == 0) options_.chunk_frames = model_->contract.chunk_frames;
}

Status Stream::feed(std::span<const float> samples, std::string* detail) {
  if (ending_ != Ending::kOpen) return Status::kStreamFinished;
  const Status status = check_samples(samples, detail);
  if (status != Status::kOk) return status;
  waiting_.reserve(waiting_.size() + samples.size());
  for (const float sample : samples) waiting_.push_back(sample + 0.0F);  // no -0 before the end
  fed_samples_ += samples.size();
  return Status::kOk;
}

Status Stream::feed(std::span<const int16_t> samples, std::string*) {
  if (ending_ != Ending::kOpen) return Status::kStreamFinished;
  waiting_.reserve(waiting_.size() + samples.size());
  for (const int16_t sample : samples) waiting_.push_back(static_cast<float>(sample) / 32768.0F);
  fed_samples_ += samples.size();
  return Status::kOk;
}

const float* Stream::chunk() const {
  if (waiting_.size() - waiting_first_ >= chunk_samples()) return waiting_.data() + waiting_first_;
  return looks_ahead() ? ahead_.data() : nullptr;
}

Stream::Course Stream::course() const {
  if (!looks_ahead()) return Course::kOn;
  return further_ahead_ ? Course::kFurtherAhead : Course::kAhead;
}

Status Stream::take(std::span<const float> log_probs, std::string* detail) {
  const size_t frames = options_.chunk_frames;
  const size_t width = decoder_->columns();
  if (chunk() == nullptr || log_probs.size() != frames * width) {
    return fail(Status::kInvalidShape, detail,
                std::to_string(log_probs.size()) + " log-probabilities for a chunk of " +
                    std::to_string(frames) + " frames of " + std::to_string(width));
  }
  return looks_ahead() ? take_ahead(log_probs, detail) : take_on(log_probs, detail);
}

Status Stream::take_on(std::span<const float> log_probs, std::string* detail) {
  const Status status = search(log_probs, computed_frames_, detail);
  if (status != Status::kOk) return status;
  computed_frames_ += options_.chunk_frames;
  waiting_first_ += chunk_samples();
  if (chunk() != nullptr) return Status::kOk;
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(waiting_first_));
  waiting_first_ = 0;
  return Status::kOk;
}

Status Stream::take_ahead(std::span<const float> log_probs, std::string* detail) {
  const Status status = search(log_probs, ahead_frames_, detail);
  if (status != Status::kOk) return status;
  ahead_frames_ += options_.chunk_frames;
  further_ahead_ = true;
  std::fill(ahead_.begin(), ahead_.end(), kAfterTheEnd);
  if (searched_frames_ == owed_frames()) end_segment();
  return Status::kOk;
}

// Searches what is new in the rows of a chunk whose first frame is `first_frame`.
Status Stream::search(std::span<const float> log_probs, int64_t first_frame, std::string* detail) {
  const int64_t frames = options_.chunk_frames;
  const int64_t skip = std::clamp<int64_t>(searched_frames_ - first_frame, 0, frames);
  int64_t fresh = frames - skip;
  if (looks_ahead()) fresh = std::min(fresh, owed_frames() - searched_frames_);
  const size_t width = decoder_->columns();
  const Status status = decoder_->step(log_probs.data() + static_cast<size_t>(skip) * width,
                                       static_cast<size_t>(fresh), detail);
  if (status != Status::kOk) return status;
  searched_frames_ += fresh;
  keep(decoder_->take_segments());
  return Status::kOk;
}

Status Stream::flush() { return begin_end(Ending::kFlush); }

Status Stream::finish() { return begin_end(Ending::kFinish); }

// The whole chunks that wait have to go on first.
Status Stream::begin_end(Ending ending) {
  if (ending_ != Ending::kOpen) return Status::kStreamFinished;
  if (chunk() != nullptr) return Status::kInvalidArgument;
  ahead_frames_ = computed_frames_;
  ahead_ = waiting_;
  ahead_.resize(chunk_samples(), kAfterTheEnd);
  further_ahead_ = false;
  ending_ = ending;
  if (searched_frames_ == owed_frames()) end_segment();
  return Status::kOk;
}

void Stream::end_segment() {
  decoder_->finish();
  keep(decoder_->take_segments());
  if (ending_ == Ending::kFinish) {
    ending_ = Ending::kFinished;
    return;
  }
  decoder_first_ += static_cast<int64_t>(decoder_->frames());
  decoder_->reset();
  ending_ = Ending::kOpen;
}

void Stream::reset() {
  decoder_->reset();
  waiting_.clear();
  waiting_first_ = 0;
  fed_samples_ = 0;
  ending_ = Ending::kOpen;
  computed_frames_ = -static_cast<int64_t>(model_->contract.delay_frames);
  searched_frames_ = decoder_first_ = 0;
  segments_.clear();
  readings_.assign(1, Reading());
  reading_parts_.clear();
}

// The frames that the samples begin.
int64_t Stream::owed_frames() const {
  const uint64_t frame_samples = model_->contract.frame_samples;
  return static_cast<int64_t>((fed_samples_ + frame_samples - 1) / frame_samples);
}

void Stream::keep(std::vector<DecodedSegment> segments) {
  for (const DecodedSegment& segment : segments) {
    const Hypothesis& best = segment.alternatives.front();
    if (best.words.empty()) continue;  // it ended for want of speech
    Segment& closed = segments_.emplace_back();
    closed.words = words_of(best);
    closed.confidence = static_cast<double>(segment.confidence);
    if (options_.grammar) {
      closed.in_grammar = best.in_grammar;
      closed.tags = best.tags;
    }
    if (options_.alternatives > 1) combine_readings(segment);
  }
}

// Joins the best readings so far with the readings of a segment, and keeps the best.
void Stream::combine_readings(const DecodedSegment& segment) {
  struct Pair {
    Reading reading;
    const Hypothesis* after;
  };
  std::vector<Pair> pairs;
  for (const Reading& before : readings_) {
    for (const Hypothesis& after : segment.alternatives) {
      pairs.push_back({{before.score + static_cast<double>(after.score),
                        before.confidence * static_cast<double>(after.confidence), before.last},
                       &after});
    }
  }
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const Pair& a, const Pair& b) { return a.reading.score > b.reading.score; });
  pairs.resize(std::min<size_t>(pairs.size(), options_.alternatives));
  readings_.clear();
  for (Pair& pair : pairs) {
    const auto part = static_cast<uint32_t>(reading_parts_.size());
    reading_parts_.push_back({words_of(*pair.after), std::exchange(pair.reading.last, part)});
    readings_.push_back(pair.reading);
  }
}

std::vector<Word> Stream::words_of(const Hypothesis& hypothesis) const {
  const auto seconds = [this](double frame) {
    const double frames = static_cast<double>(decoder_first_) + frame;
    return std::min(frames * model_->contract.frame_seconds(), duration());
  };
  std::vector<Word> words;
  for (const DecodedWord& word : hypothesis.words) {
    const double confidence = std::min(1.0, static_cast<double>(word.confidence));
    words.push_back({word.text, seconds(word.start), seconds(word.end), confidence});
  }
  return words;
}

std::vector<Word> Stream::words_of(const Reading& reading) const {
  std::vector<uint32_t> parts;
  for (uint32_t part = reading.last; part != kNothing; part = reading_parts_[part].before) {
    parts.push_back(part);
  }
  std::vector<Word> words;
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    words.insert(words.end(), reading_parts_[*part].words.begin(),
                 reading_parts_[*part].words.end());
  }
  return words;
}

double Stream::duration() const {
  return static_cast<double>(fed_samples_) / model_->contract.sample_rate;
}

Transcript Stream::partial() const {
  Transcript result = transcript();
  append_open_words(&result);
  return result;
}

Transcript Stream::partial_since(size_t first_segment) const {
  Transcript result = described();
  const size_t first = std::min(first_segment, segments_.size());
  result.segments.assign(segments_.begin() + static_cast<std::ptrdiff_t>(first), segments_.end());
  append_open_words(&result);
  return result;
}

void Stream::append_open_words(Transcript* transcript) const {
  std::vector<Word> words = words_of(decoder_->partial());
  if (!words.empty()) transcript->segments.emplace_back().words = std::move(words);
}

Transcript Stream::transcript() const {
  Transcript result = described();
  result.segments = segments_;
  if (options_.alternatives > 1) {
    for (const Reading& reading : readings_) {
      result.alternatives.push_back({words_of(reading), reading.confidence});
    }
  }
  return result;
}

// A transcript without words.
Transcript Stream::described() const {
  Transcript result;
  result.language = model_->language;
  result.model = model_->name;
  result.separator = model_->separator;
  result.duration = duration();
  return result;
}

}  // namespace auricle
