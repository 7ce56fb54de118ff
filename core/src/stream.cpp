#include "auricle/stream.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace auricle {

Status check_samples(std::span<const float> samples, std::string* detail) {
  const auto wrong = std::find_if(samples.begin(), samples.end(),
                                  [](float sample) { return !std::isfinite(sample); });
  if (wrong == samples.end()) return Status::kOk;
  return fail(Status::kNotFinite, detail,
              "sample " + std::to_string(wrong - samples.begin()) + " of the block");
}

Stream::Stream(std::shared_ptr<const StreamModel> model, std::unique_ptr<Decoder> decoder,
               uint32_t alternatives)
    : model_(std::move(model)), decoder_(std::move(decoder)), alternatives_(alternatives) {}

Status Stream::feed(std::span<const float> samples, std::string* detail) {
  if (ending_ != Ending::kOpen) return Status::kStreamFinished;
  const Status status = check_samples(samples, detail);
  if (status != Status::kOk) return status;
  waiting_.insert(waiting_.end(), samples.begin(), samples.end());
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
  if (waiting_.size() - waiting_first_ < chunk_samples()) return nullptr;
  return waiting_.data() + waiting_first_;
}

Status Stream::take(std::span<const float> log_probs, std::string* detail) {
  const AcousticContract& contract = model_->contract;
  const uint32_t width = decoder_->vocabulary().size();
  if (chunk() == nullptr || log_probs.size() != size_t{contract.chunk_frames} * width) {
    return fail(Status::kInvalidShape, detail,
                std::to_string(log_probs.size()) + " log-probabilities for a chunk of " +
                    std::to_string(contract.chunk_frames) + " frames of " + std::to_string(width));
  }
  const uint64_t early = contract.delay_frames - std::min<uint64_t>(graph_frames_, contract.delay_frames);
  const uint64_t dropped = std::min<uint64_t>(early, contract.chunk_frames);
  uint64_t frames = contract.chunk_frames - dropped;
  if (ending_ != Ending::kOpen) frames = std::min(frames, last_frame() - decoder_->frames());
  const Status status = decoder_->step(log_probs.data() + dropped * width, frames, detail);
  if (status != Status::kOk) return status;
  graph_frames_ += contract.chunk_frames;
  waiting_first_ += chunk_samples();
  keep(decoder_->take_segments());
  prepare_chunk();
  return Status::kOk;
}

Status Stream::flush() {
  if (ending_ != Ending::kOpen) return Status::kStreamFinished;
  ending_ = Ending::kFlush;
  prepare_chunk();
  return Status::kOk;
}

Status Stream::finish() {
  if (ending_ != Ending::kOpen) return Status::kStreamFinished;
  ending_ = Ending::kFinish;
  prepare_chunk();
  return Status::kOk;
}

void Stream::reset() {
  decoder_->reset();
  waiting_.clear();
  waiting_first_ = 0;
  fed_samples_ = section_sample_ = section_frame_ = graph_frames_ = 0;
  ending_ = Ending::kOpen;
  segments_.clear();
  readings_.assign(1, Reading());
  reading_parts_.clear();
}

// Forgets the samples that have been heard; towards an end fills the last chunk with silence, or
// ends the section where all its frames are decoded.
void Stream::prepare_chunk() {
  if (chunk() != nullptr && ending_ == Ending::kOpen) return;
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(waiting_first_));
  waiting_first_ = 0;
  if (ending_ != Ending::kFlush && ending_ != Ending::kFinish) return;
  if (decoder_->frames() == last_frame()) {
    end_section();
  } else if (waiting_.size() < chunk_samples()) {
    waiting_.resize(chunk_samples(), 0.0F);
  }
}

void Stream::end_section() {
  if (ending_ == Ending::kFinish) {
    decoder_->finish();
    ending_ = Ending::kFinished;
  } else {
    decoder_->flush();
    ending_ = Ending::kOpen;
  }
  keep(decoder_->take_segments());
  waiting_.clear();
  section_sample_ = fed_samples_;
  section_frame_ = decoder_->frames();
  graph_frames_ = 0;
}

// The frame after the section's last one, whose beginning the samples still reach.
uint64_t Stream::last_frame() const {
  const uint64_t frame_samples = model_->contract.frame_samples;
  return section_frame_ + (fed_samples_ - section_sample_ + frame_samples - 1) / frame_samples;
}

void Stream::keep(std::vector<DecodedSegment> segments) {
  for (const DecodedSegment& segment : segments) {
    std::vector<Word> words = words_of(segment.alternatives.front());
    if (words.empty()) continue;  // it ended for want of speech
    segments_.push_back({std::move(words)});
    if (alternatives_ > 1) combine_readings(segment);
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
  std::stable_sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) {
    return a.reading.score > b.reading.score;
  });
  pairs.resize(std::min<size_t>(pairs.size(), alternatives_));
  readings_.clear();
  for (Pair& pair : pairs) {
    const auto part = static_cast<uint32_t>(reading_parts_.size());
    reading_parts_.push_back({words_of(*pair.after), std::exchange(pair.reading.last, part)});
    readings_.push_back(pair.reading);
  }
}

std::vector<Word> Stream::words_of(const Hypothesis& hypothesis) const {
  const double rate = model_->contract.sample_rate;
  const double begin = static_cast<double>(section_sample_) / rate;
  const auto seconds = [this, begin](uint64_t frame) {
    const auto frames = static_cast<double>(frame - section_frame_);
    return std::min(begin + frames * model_->contract.frame_seconds(), duration());
  };
  std::vector<Word> words;
  for (const DecodedWord& word : hypothesis.words) {
    words.push_back({word.text, seconds(word.first_frame), seconds(word.end_frame),
                     static_cast<double>(word.confidence)});
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
    words.insert(words.end(), reading_parts_[*part].words.begin(), reading_parts_[*part].words.end());
  }
  return words;
}

double Stream::duration() const {
  return static_cast<double>(fed_samples_) / model_->contract.sample_rate;
}

Transcript Stream::partial() const {
  Transcript result = transcript();
  std::vector<Word> words = words_of(decoder_->partial());
  if (!words.empty()) result.segments.push_back({std::move(words)});
  return result;
}

Transcript Stream::transcript() const {
  Transcript result;
  result.segments = segments_;
  if (alternatives_ > 1) {
    for (const Reading& reading : readings_) {
      result.alternatives.push_back({words_of(reading), reading.confidence});
    }
  }
  result.language = model_->language;
  result.model = model_->name;
  result.separator = model_->separator;
  result.duration = duration();
  return result;
}

}  // namespace auricle
