// When a segment of a stream ends: rules over the blank's probability, in the manner of Kaldi
// (online2/online-endpoint.h: silence after speech, longer where the hypothesis is less certain,
// nothing said at all, the longest length).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

namespace auricle {

// Frames of the model; 0 switches a rule off.
struct EndpointRules {
  uint32_t silence_frames = 0;         // of blank that end a segment whose text is certain
  uint32_t unsure_silence_frames = 0;  // of blank that end any segment; at least silence_frames
  float certainty = 0.0F;  // share of the best text from which it counts as certain, in [0, 1]
  uint32_t no_speech_frames = 0;  // without any word, counted from the end of the last segment
  uint32_t maximum_frames = 0;  // of a segment, which then ends at its next short pause, and in any
                                // case at twice that length
};

// Which rule ended a segment.
enum class SegmentEnd : uint8_t {
  kStreamEnd,
  kSilence,
  kUnsureSilence,
  kNoSpeech,  // the segment has no words
  kLength,
};

// Watches one stream frame by frame.
class Endpointer {
 public:
  explicit Endpointer(const EndpointRules& rules = {}) : rules_(rules) {}

  // Takes a frame, and says whether the segment ends with it. `wordless`: whether the best
  // hypothesis has no word. `certainty` is asked for the share of the best text only where it
  // decides.
  std::optional<SegmentEnd> step(float blank_log_probability, bool wordless,
                                 const std::function<float()>& certainty);

  // A segment has ended; its silence and its length are counted anew.
  void begin_segment() { silence_ = length_ = 0; }

 private:
  std::optional<SegmentEnd> silence_rule(const std::function<float()>& certainty) const;
  bool too_long() const;

  EndpointRules rules_;
  uint32_t silence_ = 0;   // blank frames up to now
  uint32_t length_ = 0;    // of the segment
  uint32_t wordless_ = 0;  // frames since there was a word
};

}  // namespace auricle
