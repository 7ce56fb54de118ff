// A trie over the spellings of the scorer's words: which words a partial word can still become.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace auricle {

// Nodes lie in breadth-first order, the children of a node side by side and sorted by their byte,
// so that a node needs only the place of its first child. Immutable once built; threads may share
// it.
class WordTrie {
 public:
  using Node = uint32_t;
  static constexpr Node kRoot = 0;
  static constexpr Node kOutside = 0xFFFFFFFF;  // no word begins like this

  WordTrie() = default;

  // Builds the trie of the words first_word .. first_word + count, which must be sorted bytewise
  // and distinct. `spelling` gives a word's bytes, `value` a number of which every node keeps the
  // largest of the words below it.
  static WordTrie build(uint32_t first_word, uint32_t count,
                        const std::function<std::string_view(uint32_t)>& spelling,
                        const std::function<float(uint32_t)>& value);

  // The node that the bytes lead to, or kOutside.
  Node advance(Node node, std::string_view bytes) const;

  // The word that ends at a node, or 0.
  uint32_t word(Node node) const { return words_[node]; }

  // The largest value of the words at and below a node.
  float best_value(Node node) const { return best_values_[node]; }

  size_t size() const { return words_.size(); }

 private:
  std::vector<uint32_t> first_child_;  // of node n: first_child_[n] .. first_child_[n + 1]
  std::vector<uint8_t> label_;         // the byte on the edge that leads to the node
  std::vector<uint32_t> words_;
  std::vector<float> best_values_;
};

}  // namespace auricle
