#include "auricle/endpoint.h"

namespace auricle {
namespace {

constexpr float kBlankDominates = -0.6931472F;  // ln 0.5

}  // namespace

std::optional<SegmentEnd> Endpointer::step(float blank_log_probability, bool wordless,
                                           const std::function<float()>& certainty) {
  silence_ = blank_log_probability >= kBlankDominates ? silence_ + 1 : 0;
  wordless_ = wordless ? wordless_ + 1 : 0;
  ++length_;
  if (rules_.no_speech_frames > 0 && wordless_ >= rules_.no_speech_frames) {
    wordless_ = 0;
    return SegmentEnd::kNoSpeech;
  }
  if (const auto end = silence_rule(certainty)) return end;
  if (too_long()) return SegmentEnd::kLength;
  return std::nullopt;
}

std::optional<SegmentEnd> Endpointer::silence_rule(const std::function<float()>& certainty) const {
  if (rules_.silence_frames == 0 || silence_ < rules_.silence_frames) return std::nullopt;
  const bool asks = rules_.unsure_silence_frames > rules_.silence_frames;
  if (!asks) return SegmentEnd::kSilence;
  if (silence_ >= rules_.unsure_silence_frames) return SegmentEnd::kUnsureSilence;
  return certainty() >= rules_.certainty ? std::optional(SegmentEnd::kSilence) : std::nullopt;
}

// Where a segment is too long, a fourth of the silence that would end it is pause enough.
bool Endpointer::too_long() const {
  const uint32_t longest = rules_.maximum_frames;
  if (longest == 0 || length_ < longest) return false;
  return silence_ > rules_.silence_frames / 4 || length_ / 2 >= longest;
}

}  // namespace auricle
