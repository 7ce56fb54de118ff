// A second hearing of what the search takes for the words.
//
// A network may spell in two kinds of units, each with an output of its own: characters, which the
// search goes by, and phones, which are easier to tell by ear but say only what was said, not how
// it is written. A text's probability is then
//
//     (1 - weight) log P(characters | X) + weight log P(phones | X)
//
// where P(phones | X) sums the alignments (Graves et al., 2006) of all ways to say the text's
// words. A word that the lexicon lacks is heard as whatever is likeliest while it lasts.
//
// Texts share their beginnings, and so does the work: each word is heard once behind the words
// before it. It is looked for where the search has it, give or take kReach frames.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "auricle/lexicon.h"
#include "auricle/status.h"
#include "auricle/traceback.h"
#include "auricle/vocabulary.h"

namespace auricle {

// What the paths through a word come to, in the frames [begin, end) of some rows.
struct HeardWord {
  using Frame = int64_t;  // of the rows; -1 is before the first

  struct Way {
    uint32_t last_token;
    std::vector<float> sums;  // of the paths that are in its last unit
  };
  Frame begin = -1;
  Frame end = 0;
  std::vector<Way> ways;
  std::vector<float> blank{0.0F};  // of the paths that are in a blank behind it

  // Of all paths that have gone through the word at one of its frames.
  float sum(Frame frame) const;
};

// Immutable; threads and decoders share it.
class SecondPass {
 public:
  static constexpr uint64_t kReach = 10;  // frames

  // `units` is a vocabulary whose boundary is kLexicon; `weight` is in [0, 1].
  static Status create(std::shared_ptr<const Vocabulary> units,
                       std::shared_ptr<const Lexicon> lexicon, float weight,
                       std::shared_ptr<const SecondPass>* out, std::string* detail = nullptr);

  // The log-probabilities of a frame, which follow those of the first units.
  uint32_t columns() const { return units_->size(); }
  float weight() const { return weight_; }

  // Hears a word behind another one, up to `reach` frames after its end.
  //
  // `rows` are frames of columns() log-probabilities; the first is frame `first_frame` of the
  // stream.
  HeardWord hear_word(const DecodedWord& decoded, const HeardWord& before,
                      std::span<const float> rows, uint64_t first_frame, uint64_t reach) const;

  // log P(phones | X) of the texts that end with some words of a traceback, natural log;
  // rows as above.
  std::vector<float> hear(const Traceback& traceback, std::span<const uint32_t> last_words,
                          std::span<const float> rows, uint64_t first_frame) const;

 private:
  SecondPass() = default;
  std::vector<std::vector<uint32_t>> ways(std::string_view word) const;

  std::shared_ptr<const Vocabulary> units_;
  std::shared_ptr<const Lexicon> lexicon_;
  float weight_ = 0.0F;
  std::vector<Lexicon::Node> parents_;   // of the lexicon's nodes
  std::vector<Lexicon::Node> endings_;   // of the ways to say all words, one word after the other
  std::vector<uint32_t> first_endings_;  // of word n: endings_[first_endings_[n]] ...
};

}  // namespace auricle
