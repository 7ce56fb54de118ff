// A stream of samples turned into words while they arrive; whoever owns it runs the acoustic graph.
//
//   feed()  -> waiting samples -> chunk(): chunks of one length
//           -> the owner runs the graph and keeps its states
//   take()  -> log-probabilities, the first `delay_frames` of the stream dropped
//           -> decoder (its beam is kept there) -> closed segments, kept here
//
// The graph is outside, because some hosts run it by calling (C) and others by waiting
// (JavaScript):
//
//     stream.feed(samples);
//     while (stream.chunk() != nullptr) stream.take(run_graph(stream.chunk(), stream.course()));
//
// flush() and finish() hear the samples that wait, as though silence followed, and close the open
// segment: after them the same loop runs on chunks that look ahead. After flush() the waveform goes
// on as if nothing had happened: its clock, the states of the graph and the samples that wait are
// untouched; only the search begins a new sentence. src/auricle/stream.py is the same for Python.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "auricle/decoder.h"
#include "auricle/package_description.h"
#include "auricle/status.h"
#include "auricle/transcript.h"

namespace auricle {

// kNotFinite where a sample is not a number, or infinite.
Status check_samples(std::span<const float> samples, std::string* detail);

// What every stream of a model has in common.
struct StreamModel {
  AcousticContract contract;
  std::string name;
  std::string language;
  std::string separator;
};

// What a stream tells, as its decoder was made to, and how the graph runs for it.
struct StreamOptions {
  uint32_t alternatives = 1;  // readings of the whole, as many as the decoder lists for a segment
  bool grammar = false;       // whether texts are in the grammar, and their tags
  uint32_t chunk_frames = 0;  // frames that the graph runs at once; 0 for the contract's of streams
};

// One speaker's audio. Not thread-safe.
class Stream {
 public:
  Stream(std::shared_ptr<const StreamModel> model, std::unique_ptr<Decoder> decoder,
         const StreamOptions& options = {});

  // Takes the next samples, float32 in [-1, 1] or int16, in blocks of any length. kNotFinite where
  // one is not a number: nothing of the block was taken then. kStreamFinished after finish().
  Status feed(std::span<const float> samples, std::string* detail);
  Status feed(std::span<const int16_t> samples, std::string* detail);

  // The samples that the graph has to hear next, chunk_samples() of them, or null for none. Valid
  // until the next call that is not const.
  const float* chunk() const;
  size_t chunk_samples() const {
    return size_t{options_.chunk_frames} * model_->contract.frame_samples;
  }

  // Which states of the graph go in with the chunk, and what becomes of those that come out.
  enum class Course : uint8_t {
    kOn,            // those of the last chunk that went on, zeros for the first one; kept
    kAhead,         // the same, which stay; what comes out is for kFurtherAhead
    kFurtherAhead,  // what came out of the chunk before
  };
  Course course() const;

  // Takes the graph's answer to the chunk: as many rows of natural-log
  // probabilities as it has frames.
  Status take(std::span<const float> log_probs, std::string* detail);

  // Closes the open segment and goes on, or ends the stream; both after the loop above.
  // kStreamFinished after finish(), kInvalidArgument where a chunk waits to be heard first.
  Status flush();
  Status finish();

  // Forgets everything: a new stream with the same options, whose graph has its states at zero.
  void reset();

  bool finished() const { return ending_ == Ending::kFinished; }

  // How many segments are closed: more after a pause.
  size_t segments() const { return segments_.size(); }

  // The closed segments, and the best words since, which may still change.
  Transcript partial() const;

  // The same without the first segments and without alternatives: for listeners, who have heard
  // those before.
  Transcript partial_since(size_t first_segment) const;

  // The closed segments alone: after finish() everything that was heard.
  Transcript transcript() const;

 private:
  enum class Ending : uint8_t { kOpen, kFlush, kFinish, kFinished };

  // A reading of all closed segments: the last one's words, and the reading before it.
  struct Reading {
    double score = 0.0;
    double confidence = 1.0;
    uint32_t last = kNothing;  // in reading_parts_
  };
  struct ReadingPart {
    std::vector<Word> words;
    uint32_t before = kNothing;
  };
  static constexpr uint32_t kNothing = 0xFFFFFFFF;

  bool looks_ahead() const { return ending_ == Ending::kFlush || ending_ == Ending::kFinish; }
  Status begin_end(Ending ending);
  Status take_ahead(std::span<const float> log_probs, std::string* detail);
  Status take_on(std::span<const float> log_probs, std::string* detail);
  Status search(std::span<const float> log_probs, int64_t first_frame, std::string* detail);
  void end_segment();
  int64_t owed_frames() const;
  void keep(std::vector<DecodedSegment> segments);
  void combine_readings(const DecodedSegment& segment);
  std::vector<Word> words_of(const Hypothesis& hypothesis) const;
  std::vector<Word> words_of(const Reading& reading) const;
  Transcript described() const;
  void append_open_words(Transcript* transcript) const;
  double duration() const;

  std::shared_ptr<const StreamModel> model_;
  std::unique_ptr<Decoder> decoder_;
  StreamOptions options_;

  std::vector<float> waiting_;  // from waiting_first_ on
  size_t waiting_first_ = 0;
  uint64_t fed_samples_ = 0;
  Ending ending_ = Ending::kOpen;

  // Frames count from the first sample; the first ones out of the graph lie before it.
  int64_t computed_frames_;   // that came out of chunks that went on
  int64_t ahead_frames_ = 0;  // ... and of chunks that looked ahead
  int64_t searched_frames_ = 0;
  int64_t decoder_first_ = 0;  // where the decoder's frame 0 lies
  std::vector<float> ahead_;   // the chunk that looks ahead
  bool further_ahead_ = false;

  std::vector<Segment> segments_;
  std::vector<Reading> readings_{Reading()};
  std::vector<ReadingPart> reading_parts_;
};

}  // namespace auricle
