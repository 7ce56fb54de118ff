// Reads the words of hypotheses back from their paths.
//
// Paths share their beginnings, and so do the words along them: each word is read once, however
// many hypotheses have it, and knows the word before it. A beam of hundreds of hypotheses has
// hardly more words than the best of them, and a few ends of its own each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "auricle/confidence.h"
#include "auricle/key_table.h"
#include "auricle/lexicon_layers.h"
#include "auricle/text_key.h"
#include "auricle/vocabulary.h"

namespace auricle {

// A unit of a path through the frames; paths share their beginnings.
struct PathNode {
  uint32_t parent;
  uint32_t token;
  uint32_t word;  // with a lexicon the word that ended before this unit, or Lexicon::kNoWord
  float log_probability;
  uint64_t frame;
};

inline constexpr uint32_t kNoPath = 0xFFFFFFFF;

// A word of a hypothesis. Frames count from the beginning of the stream.
struct DecodedWord {
  std::string text;
  uint64_t first_frame = 0;
  uint64_t end_frame = 0;  // one past the last
  double start = 0.0;      // of the word, in frames: see word_times.h
  double end = 0.0;
  float confidence = 0.0F;  // in [0, 1]
  Evidence evidence;        // that the confidence comes from
};

// Valid as long as what it is made of stays as it is.
class Traceback {
 public:
  static constexpr uint32_t kStart = 0;  // stands before the first word

  // `lexicon` is null where tokens spell words.
  Traceback(const std::vector<PathNode>& paths, const Vocabulary& vocabulary,
            const LexiconLayers* lexicon)
      : paths_(paths), vocabulary_(vocabulary), lexicon_(lexicon), words_(1) {}

  // The number of the last word on the path that ends in a node, kStart where there is none. The
  // word under way there is `word`, or left out where that is Lexicon::kNoWord; of its last
  // character only the beginning may be there, which is left out too.
  uint32_t last_word(uint32_t path, uint32_t word);

  // Of the text that ends with a word; words of the same text may have many numbers.
  uint64_t text_key(uint32_t last) const { return words_[last].text_key; }

  // The words that have been read have the numbers from kStart + 1 to below size(); the one before
  // a word has a smaller number.
  uint32_t size() const { return static_cast<uint32_t>(words_.size()); }
  const DecodedWord& word(uint32_t number) const { return words_[number].word; }
  uint32_t before(uint32_t number) const { return words_[number].before; }

  // The words of that text, without times and confidences.
  std::vector<DecodedWord> words(uint32_t last) const;

  // What the texts that have a word at its time hold together. Texts are given by their last words
  // and what each holds.
  float share(const DecodedWord& word, std::span<const uint32_t> last_words,
              std::span<const float> shares) const;

 private:
  struct Word {
    DecodedWord word;
    uint32_t before = kStart;  // numbers grow along a text
    uint64_t text_key = kEmptyTextKey;
  };

  struct Ending {
    uint32_t node;  // the last unit of a word, or a separator behind it
    uint32_t word;  // as in PathNode
    uint64_t key() const { return mix_keys(node, word); }
  };

  uint32_t beginning(uint32_t node) const;
  bool read_units(uint32_t node, DecodedWord* word) const;
  uint32_t read_word(const Ending& ending, uint32_t before);

  const std::vector<PathNode>& paths_;
  const Vocabulary& vocabulary_;
  const LexiconLayers* lexicon_;
  std::vector<Word> words_;            // the first is kStart
  KeyTable endings_;                   // that have been read ...
  std::vector<uint32_t> ended_words_;  // ... and the last word before each
};

}  // namespace auricle
