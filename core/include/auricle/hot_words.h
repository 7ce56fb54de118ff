// Words and phrases that a user expects, preferred in the search.
//
// An automaton over the labels of all phrases (word_spelling.h) follows each hypothesis from every
// beginning of a word. While a phrase grows its boost grows in proportion to the labels matched;
// when it fails the boost is taken back; when its last word ends the boost is earned for good.
// Where a match fails in the middle of a phrase, the longest later part that begins another match
// goes on (Aho and Corasick, 1975).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auricle/status.h"
#include "auricle/word_spelling.h"

namespace auricle {

class HotWords {
 public:
  using Node = uint32_t;
  static constexpr Node kRoot = 0;
  static constexpr Node kOutside = 0xFFFFFFFF;  // inside a word that no phrase has

  HotWords();

  // Phrases with their boosts, in natural-log units, of either sign. An empty phrase or a boost
  // that is not finite is an invalid argument, a word that a lexicon lacks a kNoSpelling. The same
  // phrase given twice keeps its last boost.
  static Status create(const std::vector<std::pair<std::string, float>>& phrases,
                       const WordSpeller& speller, HotWords* out, std::string* detail = nullptr);

  bool empty() const { return nodes_.size() == 1; }

  // The node after one more label of a word, or after some bytes.
  Node advance(Node node, Label label) const;
  Node advance(Node node, std::string_view bytes) const;

  // The node at the end of a word, ready for the next one; adds to *earned the boosts of the
  // phrases that end here.
  Node end_word(Node node, Label mark, float* earned) const;

  // The boost of a match under way: added while it grows, taken back if it fails.
  float potential(Node node) const { return node == kOutside ? 0.0F : nodes_[node].potential; }

  // The most that a match under way and the end of a word ever add, at least 0.
  float most_potential() const;
  float most_earned() const;

  // Whether the word that ends at the node is one of a phrase: such a word is allowed although the
  // scorer does not know it.
  bool is_word(Node node, Label mark) const { return advance(node, mark) != kOutside; }

 private:
  struct State {
    std::vector<std::pair<Label, Node>> children;
    Node fallback = kOutside;  // the longest later part of this match that begins a phrase
    float boost = 0.0F;        // of the phrase whose last word has ended here
    float potential = 0.0F;
    bool phrase = false;  // a phrase has ended here
  };

  Node child(Node node, Label label) const;
  Node child_or_new(Node node, Label label);
  Node add_word(Node node, const WordSpelling& word);
  void set_potentials(const std::vector<WordSpelling>& phrase, float boost);
  void set_fallbacks();

  std::vector<State> nodes_;
};

}  // namespace auricle
