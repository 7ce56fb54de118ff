// CTC prefix beam search, frame by frame.
//
// The search looks for the texts W of the largest
//
//     log P(W | X) + sum over the words w of W of
//         ( alpha ln p(w | words before) + beta - [w unknown] unknown_penalty ) + boosts of hot
//         words
//
// where P(W | X) sums the probabilities of all alignments of W's tokens to the frames (Graves et
// al., 2006; Hannun et al., 2014). A word's language score is added when the word ends; until then
// the best unigram that the partial word can still become stands in for it, so that a beam compares
// like with like. Hypotheses with the same text and the same last token are one hypothesis: ways of
// spelling a word in pieces add up.
//
// Data flow: step() takes frames as they come; every frame updates the beam, and a pause that the
// endpoint rules name closes a segment: the beam falls to its best hypothesis, whose words go to
// the list that take_segments() empties and whose language state the next segment goes on from.
// What is committed never changes. finish() ends the last word, adds the end of the sentence,
// closes the last segment.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "auricle/endpoint.h"
#include "auricle/hot_words.h"
#include "auricle/scorer.h"
#include "auricle/status.h"
#include "auricle/vocabulary.h"

namespace auricle {

struct DecoderOptions {
  uint32_t beam_width = 32;        // hypotheses kept after a frame, at least 1
  float beam_margin = 14.0F;       // drop hypotheses so much below the best, natural log
  float token_margin = 9.0F;       // skip tokens so much below the frame's best, natural log
  uint32_t top_tokens = 40;        // look at so many tokens of a frame at most
  uint32_t alternatives = 1;       // texts in a segment's list, at least 1
  bool closed_vocabulary = false;  // only the scorer's words and hot words come out
  ScorerWeights weights;           // without a scorer unused
  EndpointRules endpoint;          // when a segment ends before finish()
};

// A word of a hypothesis. Frames count from the beginning of the stream.
struct DecodedWord {
  std::string text;
  uint64_t first_frame = 0;
  uint64_t end_frame = 0;   // one past the last
  float confidence = 0.0F;  // in [0, 1]
};

struct DecodedUnit {
  uint32_t token = 0;
  uint64_t frame = 0;  // where the best path first emits it
  float log_probability = 0.0F;
};

struct Hypothesis {
  std::string text;
  std::vector<DecodedWord> words;
  std::vector<DecodedUnit> units;
  float score = 0.0F;            // the maximised sum, natural log
  float log_probability = 0.0F;  // log P(W | X) alone
  float confidence = 0.0F;       // share of the beam's probability, in [0, 1]
};

struct DecodedSegment {
  std::vector<Hypothesis> alternatives;  // best first, with distinct texts
  uint64_t first_frame = 0;
  uint64_t end_frame = 0;
  SegmentEnd ended_by = SegmentEnd::kStreamEnd;
};

// One stream of frames. Not thread-safe; any number of decoders share a vocabulary and a scorer.
class Decoder {
 public:
  // `scorer` may be null.
  static Status create(std::shared_ptr<const Vocabulary> vocabulary,
                       std::shared_ptr<const Scorer> scorer, const DecoderOptions& options,
                       HotWords hot_words, std::unique_ptr<Decoder>* out,
                       std::string* detail = nullptr);

  // Takes `frames` rows of V natural-log probabilities, each at most 0 (a little rounding is
  // allowed), -infinity allowed. Nothing changes when a value is not a number.
  Status step(const float* log_probs, size_t frames, std::string* detail = nullptr);

  // The best hypothesis of the open segment, its last word perhaps unfinished.
  Hypothesis partial() const;

  // Closes the open segment as at a pause: kDecoderFinished after finish().
  Status flush();

  // Ends the stream; step() then fails until reset().
  Status finish();

  // Hands over the segments that have been closed.
  std::vector<DecodedSegment> take_segments();

  // Forgets everything; the next frame is frame 0.
  void reset();

  uint64_t frames() const { return frame_; }
  const Vocabulary& vocabulary() const { return *vocabulary_; }

 private:
  // A unit of a path through the frames; paths share their beginnings.
  struct PathNode {
    uint32_t parent;
    uint32_t token;
    uint64_t frame;
    float log_probability;
  };

  // The end of the word that a hypothesis is in, worked out when first asked for.
  struct WordEnd {
    NgramState state;
    HotWords::Node hot = HotWords::kRoot;
    float score = 0.0F;
    bool allowed = true;  // false where a closed vocabulary has no such word
    bool known = false;
  };

  // The part of a hypothesis that depends on its text alone.
  struct Text {
    uint64_t key = 0;       // of the text and the last token
    uint64_t text_key = 0;  // of the text
    uint32_t last_token = 0;
    bool in_word = false;
    Lexicon::Node lexicon = Lexicon::kRoot;
    HotWords::Node hot = HotWords::kRoot;
    NgramState state;
    float earned = 0.0F;    // scores of ended words and of matched hot words
    float expected = 0.0F;  // what stands in for the word under way
  };

  struct Beam {
    Text text;
    WordEnd word_end;
    float blank = 0.0F;       // log P of all paths that end in a blank
    float unit = 0.0F;        // ... in the last token
    float best_blank = 0.0F;  // of the best such path
    float best_unit = 0.0F;
    uint32_t blank_path = 0;  // its last PathNode
    uint32_t unit_path = 0;

    float log_probability() const;
    float score() const { return log_probability() + text.earned + text.expected; }
    uint32_t path() const { return best_blank >= best_unit ? blank_path : unit_path; }
  };

  // A way into the next frame.
  struct Candidate {
    static constexpr float kNever = -std::numeric_limits<float>::infinity();
    uint64_t key = 0;
    uint32_t source = 0;  // beam it comes from
    uint32_t token = 0;   // what it adds where it does not stay
    bool stays = false;
    bool new_unit = false;  // the best unit path ends in a node still to be made
    float blank = kNever, unit = kNever, best_blank = kNever, best_unit = kNever;
    uint32_t blank_path = 0, unit_path = 0;
    float text_score = 0.0F;  // earned + expected
    float score = 0.0F;

    bool fresh() const { return !stays && unit == kNever; }
  };

  Decoder() = default;

  void begin_segment(const NgramState& state);
  void step_frame(const float* row);
  void choose_tokens(const float* row);
  Candidate& candidate(uint64_t key);
  void stay(uint32_t source, const float* row);
  void add_extension(uint32_t source, uint32_t token, float log_probability);
  bool extend(uint32_t source, uint32_t token, Text* text);
  float expected_score(const Text& text) const;
  float word_score(const Text& text, NgramState* next) const;
  const WordEnd& word_end(Beam* beam) const;
  void keep_best(const float* row);
  void watch_endpoint(const float* row);
  float certainty() const;
  void close_segment(SegmentEnd end);
  Hypothesis describe(const Beam& beam) const;
  void set_confidences(std::vector<Hypothesis>* hypotheses) const;

  std::shared_ptr<const Vocabulary> vocabulary_;
  std::shared_ptr<const Scorer> scorer_;
  HotWords hot_words_;
  DecoderOptions options_;

  std::vector<Beam> beams_, next_beams_;
  std::vector<PathNode> paths_;
  std::vector<std::pair<float, uint32_t>> tokens_;  // of the frame, best first
  std::vector<Candidate> candidates_;
  std::vector<uint32_t> order_;
  std::vector<std::pair<uint64_t, uint32_t>> table_;  // open addressing: key -> candidate + 1
  std::vector<DecodedSegment> segments_;
  uint64_t frame_ = 0;
  uint64_t segment_first_ = 0;
  Endpointer endpointer_;
  bool finished_ = false;
};

}  // namespace auricle
