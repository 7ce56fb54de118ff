// What the second pass hears of the open segment while the search goes on.
//
// A word is heard soon after a text has ended it, and the texts that have it are weighed by that at
// once, so that the beam is not full of words that the second pass does not hear. The paths through
// a text's words are set against the likeliest units up to the end of the last of them, which makes
// texts comparable whose last words end at different frames:
//
//     weight max over frames t of ( log P(phones of W, x_1 .. x_t) - sum over s <= t of log max P(.
//     | x_s) )
//
// Once the segment has ended, its texts are heard anew as a whole instead (SecondPass::hear).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "auricle/lexicon_layers.h"
#include "auricle/second_pass.h"
#include "auricle/traceback.h"
#include "auricle/vocabulary.h"

namespace auricle {

// Of one decoder. Not thread-safe.
class SegmentHearing {
 public:
  static constexpr uint64_t kDelay = 8;  // frames from a word's end to its hearing

  // What has been heard of a text.
  struct Heard {
    uint32_t last_word = Traceback::kStart;  // that the text has ended
    uint32_t waiting = 0;                    // words up to that one that are still to be heard
    float score = 0.0F;                      // what the words before them come to
  };

  // `paths` and what follows have to outlive it; the lexicon is null where tokens spell words.
  SegmentHearing(std::shared_ptr<const SecondPass> second_pass, const std::vector<PathNode>& paths,
                 const Vocabulary& vocabulary, const LexiconLayers* lexicon);

  // Forgets everything; the next row is of a frame of the stream.
  void begin_segment(uint64_t frame);

  // Takes the next frame's log-probabilities. While nothing has been said all texts still begin
  // with the same blanks, and only the last of them, which are in a word's reach, are kept.
  void add_row(const float* row, bool silent);

  // Takes note of a word that a text has ended: behind a node of its path, see Traceback.
  void end_word(uint32_t path, uint32_t word, Heard* heard);

  // Hears those words of a text whose time has come; false where there are none.
  bool hear(Heard* heard);

  // log P(phones | X) of whole texts: see SecondPass::hear.
  std::vector<float> hear_texts(const Traceback& traceback,
                                std::span<const uint32_t> last_words) const;

 private:
  struct Word {
    HeardWord paths;
    float score = 0.0F;  // of the text up to here
    bool heard = false;
  };

  uint64_t next_frame() const { return first_frame_ + peaks_.size(); }
  void hear_word(uint32_t number);
  float best_of(const HeardWord& paths) const;

  std::shared_ptr<const SecondPass> second_pass_;
  const std::vector<PathNode>& paths_;
  const Vocabulary& vocabulary_;
  const LexiconLayers* lexicon_;
  std::unique_ptr<Traceback> traceback_;
  std::vector<Word> words_;  // by their numbers in the traceback
  std::vector<float> rows_;
  std::vector<double> peaks_;  // sums of the largest values of the rows up to each
  uint64_t first_frame_ = 0;   // of the rows
};

}  // namespace auricle
