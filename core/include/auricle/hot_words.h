// Words and phrases that a user expects, preferred in the search.
//
// A trie over the bytes of all phrases (words joined by single spaces) follows each hypothesis from
// every beginning of a word. While a phrase grows its boost grows in proportion to the bytes
// matched; when it fails the boost is taken back; when its last word ends the boost is earned for
// good. Where a match fails in the middle of a phrase, the longest later part that begins another
// match goes on (Aho and Corasick, 1975).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auricle/status.h"
#include "auricle/vocabulary.h"

namespace auricle {

class HotWords {
 public:
  using Node = uint32_t;
  static constexpr Node kRoot = 0;
  static constexpr Node kOutside = 0xFFFFFFFF;  // inside a word that no phrase has

  HotWords();

  // Phrases with their boosts, in natural-log units, of either sign. An empty phrase or a boost
  // that is not finite is an invalid argument. The same phrase given twice keeps its last boost.
  // Where every token is a word, every character of a phrase is one too.
  static Status create(const std::vector<std::pair<std::string, float>>& phrases,
                       WordBoundary boundary, HotWords* out, std::string* detail = nullptr);

  bool empty() const { return nodes_.size() == 1; }

  // The node after some bytes of a word.
  Node advance(Node node, std::string_view bytes) const;

  // The node at the end of a word, ready for the next one; adds to *earned the boosts of the
  // phrases that end here.
  Node end_word(Node node, float* earned) const;

  // The boost of a match under way: added while it grows, taken back if it fails.
  float potential(Node node) const { return node == kOutside ? 0.0F : nodes_[node].potential; }

  // Whether a whole word of a phrase has been matched at the node: such a word is allowed although
  // the scorer does not know it.
  bool is_word(Node node) const { return node != kOutside && nodes_[node].word; }

 private:
  struct TrieNode {
    std::vector<std::pair<uint8_t, Node>> children;
    Node fallback = kRoot;  // the longest later part of this match that begins a phrase
    float boost = 0.0F;     // of the phrase that ends here
    float potential = 0.0F;
    uint32_t depth = 0;
    bool phrase = false;  // a phrase ends here
    bool word = false;    // a word of a phrase ends here
  };

  Node child(Node node, uint8_t byte) const;
  Node add(std::string_view phrase);
  void set_potentials(std::string_view phrase, float boost);
  void set_fallbacks(std::string_view phrase);

  std::vector<TrieNode> nodes_;
};

}  // namespace auricle
