// All the ways to spell a sequence of words in the units of a vocabulary.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "auricle/lexicon.h"
#include "auricle/status.h"
#include "auricle/vocabulary.h"

namespace auricle {

// Nodes are places between the bytes of the words, or between the units of a spelling that a
// lexicon gives, in the order of the text; arcs are units that lead from one to a later one.
// boundary(w) is the node before word w and after word w - 1.
class SpellingGraph {
 public:
  struct Arc {
    uint32_t from = 0;
    uint32_t to = 0;
    uint32_t token = 0;
    uint32_t word = 0;
  };

  // Fails where a word is empty or cannot be spelled. `lexicon` is needed where the vocabulary's
  // boundary is kLexicon, and null elsewhere.
  static Status create(const Vocabulary& vocabulary, const Lexicon* lexicon,
                       const std::vector<std::string>& words, SpellingGraph* out,
                       std::string* detail = nullptr);

  uint32_t words() const { return static_cast<uint32_t>(boundaries_.size()) - 1; }
  uint32_t nodes() const { return static_cast<uint32_t>(first_out_.size()) - 1; }
  uint32_t boundary(uint32_t word) const { return boundaries_[word]; }
  const std::vector<Arc>& arcs() const { return arcs_; }  // ordered by `from`

  // The arcs that leave a node: first_out(n) .. first_out(n + 1).
  uint32_t first_out(uint32_t node) const { return first_out_[node]; }
  // The arcs that end at a node: into(first_in(n)) .. into(first_in(n + 1)).
  uint32_t first_in(uint32_t node) const { return first_in_[node]; }
  uint32_t into(uint32_t place) const { return into_[place]; }

  // The fewest units that spell the words: no path takes fewer frames.
  uint64_t fewest_units() const { return fewest_units_; }

 private:
  void index_arcs(uint32_t node_count);

  std::vector<Arc> arcs_;
  std::vector<uint32_t> boundaries_, first_out_, first_in_, into_;
  uint64_t fewest_units_ = 0;
};

}  // namespace auricle
