// Forced alignment: when each word of a known text is said.
//
// The aligner looks for the path through the text and the frames with the largest
//
//     sum over the frames t of ( ln p_t(what the path takes) - max over tokens v of ln p_t(v) )
//         - min(skip_cost + skip_word_cost * words, skip_limit)   for each run of words not said
//         - filler_cost - filler_frame_cost * frames   for each stretch that the text lacks
//
// where the path takes CTC's labels: a unit of the text, held for a frame or more, blanks around
// it, and between words a blank or a separator, where the term counts between_weight times: a blank
// costs little in speech that the model is unsure of, and would swallow it. Two equal units need
// something between them. A word may be spelled in any units that make it. In a stretch that the
// text lacks ("filler"), a frame counts as the model expects its right token to: sum over v of
// p_t(v) ln p_t(v). That is the garbage model of keyword spotting, the "star" of Pratap et al.
// (2023), made as demanding as the model is sure of itself.
//
// It is a Viterbi search in the order of time that keeps the states within a margin of the best
// (Lowerre, 1976) and the units of their paths as a tree, whose dead branches are freed. So time
// grows linearly with the recording, memory with the text alone, and frames are taken as they come:
// an hour needs no anchors from a recogniser first (Moreno et al., 1998), which a poor model
// does not find, and no matrix of frames by units (Kuerzinger et al., 2020). What it may lose is a
// path that falls behind by more than the margin and would have caught up.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "auricle/spelling_graph.h"
#include "auricle/status.h"
#include "auricle/vocabulary.h"
#include "auricle/word_times.h"

namespace auricle {

struct AlignerOptions {  // natural logarithms
  float skip_cost = 25.0F;
  float skip_word_cost = 3.0F;
  float skip_limit = 600.0F;
  float filler_cost = 5.0F;
  float filler_frame_cost = 1.0F;
  float between_weight = 2.0F;  // of what speaks against a blank between words
  float margin = 615.0F;        // drop states so much below the best; above skip_limit
  float token_margin = 12.0F;  // no unit begins in a frame where it is so much below the best token
  WordTimes times;
};

struct AlignedUnit {
  uint32_t token = 0;
  uint32_t first_frame = 0;
  uint32_t end_frame = 0;        // one past the last
  float log_probability = 0.0F;  // in its best frame
};

// A word without units was not said.
struct AlignedWord {
  std::vector<AlignedUnit> units;
  uint32_t first_frame = 0;  // of its units
  uint32_t end_frame = 0;
  double start = 0.0;  // of the word, in frames: see word_times.h
  double end = 0.0;
};

// Speech that the text lacks.
struct Filler {
  uint32_t first_frame = 0;
  uint32_t end_frame = 0;
};

struct Alignment {
  std::vector<AlignedWord> words;  // as many as the text has
  std::vector<Filler> fillers;
  float score = 0.0F;  // the maximised sum, at most 0
};

// One recording and its text. Not thread-safe; aligners may share a vocabulary.
class Aligner {
 public:
  // `words` are spelled as the model spells: lower case, say, and without punctuation. `lexicon` is
  // needed where the vocabulary's boundary is kLexicon, and null elsewhere.
  static Status create(std::shared_ptr<const Vocabulary> vocabulary, const Lexicon* lexicon,
                       const std::vector<std::string>& words, const AlignerOptions& options,
                       std::unique_ptr<Aligner>* out, std::string* detail = nullptr);

  // Takes `frames` rows of V natural-log probabilities, each at most 0 (a little rounding is
  // allowed), -infinity allowed. Nothing changes when a value is not a number.
  Status step(const float* log_probs, size_t frames, std::string* detail = nullptr);

  // Ends the recording. step() and finish() then fail.
  Status finish(Alignment* out, std::string* detail = nullptr);

  uint32_t frames() const { return frame_; }
  const Vocabulary& vocabulary() const { return *vocabulary_; }

 private:
  static constexpr uint32_t kNoPath = 0xFFFFFFFF;
  static constexpr uint32_t kFillerArc = 0xFFFFFFFF;
  static constexpr size_t kLeastPaths = 1 << 16;
  static constexpr double kNever = -1e300;

  // A unit or a filler that a path has left; paths share their beginnings.
  struct PathNode {
    uint32_t parent;
    uint32_t arc;
    uint32_t first_frame;
    uint32_t end_frame;
    float log_probability;
  };

  // A place on a path that takes no unit: a blank, or what lies between words.
  struct Rest {
    double score = kNever;
    uint32_t path = kNoPath;
  };

  // A unit or a filler under way.
  struct Held {
    double score = kNever;
    uint32_t path = kNoPath;  // before it
    uint32_t first_frame = 0;
    float log_probability = 0.0F;
  };

  // The best way into a state: its score, and the unit or filler that it leaves, if any.
  struct Entry {
    double score = kNever;
    uint32_t path = kNoPath;
    uint32_t left_arc = kFillerArc;
  };

  Aligner() = default;

  void step_frame(const float* row, float best_token);
  double floor() const;
  bool sleeps(uint32_t word) const;
  void step_word(uint32_t word, const float* row, float between);
  bool step_unit(uint32_t arc, const float* row);
  bool step_rest(uint32_t node, float emission);
  void step_filler(uint32_t word);
  void end_filler(uint32_t word);
  void pass_over_words();
  double skip_cost(uint32_t words) const;
  Entry best_entry(uint32_t node, uint32_t token) const;
  uint32_t path_of(const Entry& entry);
  uint32_t leave(const Held& held, uint32_t arc, uint32_t end_frame);
  void free_dead_paths();
  Entry best_end();
  void read_back(uint32_t path, Alignment* out) const;
  void set_times(Alignment* out) const;

  std::shared_ptr<const Vocabulary> vocabulary_;
  AlignerOptions options_;
  SpellingGraph graph_;
  std::vector<uint32_t> separators_;  // tokens that, like the blank, may stand between words
  std::vector<Rest> rests_;           // of each node
  std::vector<Held> units_;           // of each arc
  std::vector<Held> fillers_;         // of each boundary
  std::vector<uint32_t> left_frame_;  // of each arc: the frame for which left_path_ holds
  std::vector<uint32_t> left_path_;
  std::vector<uint8_t> awake_;  // of each word: whether a state of it may be alive
  std::vector<PathNode> paths_;
  size_t paths_limit_ = kLeastPaths;  // dead paths are freed when there are so many
  uint32_t first_word_ = 0;           // those before it sleep for good
  double floor_ = kNever;             // what is below counts as dead
  double best_ = 0.0;
  float best_token_ = 0.0F;      // of the frame, natural log
  double expected_token_ = 0.0;  // natural log, above the best
  uint32_t frame_ = 0;
  bool finished_ = false;
};

}  // namespace auricle
