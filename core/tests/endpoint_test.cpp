#include "auricle/endpoint.h"

#include <string_view>

#include "check.h"

using auricle::Endpointer;
using auricle::EndpointRules;
using auricle::SegmentEnd;

namespace {

// The frame (from 1) at which the first segment ends, 0 for never. '-': blank without a word so
// far, '_': blank after a word, 'a': a word.
struct End {
  uint32_t frame = 0;
  SegmentEnd rule = SegmentEnd::kStreamEnd;
};

End first_end(const EndpointRules& rules, std::string_view frames, float certainty = 1.0F) {
  Endpointer endpointer(rules);
  for (uint32_t t = 0; t < frames.size(); ++t) {
    const float blank = frames[t] == 'a' ? -3.0F : -0.1F;
    const auto end = endpointer.step(blank, frames[t] == '-', [&] { return certainty; });
    if (end) return {t + 1, *end};
  }
  return {};
}

}  // namespace

TEST(without_rules_no_segment_ends) { CHECK_EQ(first_end({}, "--aa______").frame, 0U); }

TEST(silence_ends_a_segment) {
  const End end = first_end({.silence_frames = 3}, "aa_a____");
  CHECK_EQ(end.frame, 7U);
  CHECK_EQ(end.rule, SegmentEnd::kSilence);
}

TEST(an_uncertain_text_waits_for_longer_silence) {
  const EndpointRules rules{.silence_frames = 2, .unsure_silence_frames = 4, .certainty = 0.5F};
  CHECK_EQ(first_end(rules, "a_____", 0.6F).frame, 3U);
  const End unsure = first_end(rules, "a_____", 0.4F);
  CHECK_EQ(unsure.frame, 5U);
  CHECK_EQ(unsure.rule, SegmentEnd::kUnsureSilence);
}

TEST(nothing_said_is_a_rule_of_its_own) {
  const EndpointRules rules{.silence_frames = 0, .no_speech_frames = 4};
  const End end = first_end(rules, "---------");
  CHECK_EQ(end.frame, 4U);
  CHECK_EQ(end.rule, SegmentEnd::kNoSpeech);
  CHECK_EQ(first_end(rules, "---aa____").frame, 0U);
}

TEST(the_rule_for_nothing_said_counts_over_the_ends_of_silence) {
  Endpointer endpointer({.silence_frames = 2, .no_speech_frames = 5});
  uint32_t reported = 0;
  for (uint32_t t = 1; t <= 20; ++t) {
    const auto end = endpointer.step(-0.1F, true, [] { return 1.0F; });
    if (!end) continue;
    endpointer.begin_segment();
    reported += *end == SegmentEnd::kNoSpeech ? 1 : 0;
  }
  CHECK_EQ(reported, 4U);
}

TEST(a_long_segment_ends_at_a_short_pause_and_at_twice_its_length) {
  const EndpointRules rules{.silence_frames = 8, .maximum_frames = 5};
  CHECK_EQ(first_end(rules, "aaaaaa___aa").frame, 9U);
  const End end = first_end(rules, "aaaaaaaaaaaa");
  CHECK_EQ(end.frame, 10U);
  CHECK_EQ(end.rule, SegmentEnd::kLength);
}
