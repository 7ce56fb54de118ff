#include "auricle/word_trie.h"

#include <algorithm>

namespace auricle {

WordTrie WordTrie::build(uint32_t first_word, uint32_t count,
                         const std::function<std::string_view(uint32_t)>& spelling,
                         const std::function<float(uint32_t)>& value) {
  struct Range {  // the words [begin, end) share their first `depth` bytes: a node
    uint32_t begin, end, depth;
  };
  WordTrie trie;
  std::vector<Range> nodes = {{first_word, first_word + count, 0}};
  trie.label_.push_back(0);
  for (size_t n = 0; n < nodes.size(); ++n) {
    const Range node = nodes[n];
    uint32_t word = 0;
    float best = -1e30F;
    uint32_t i = node.begin;
    if (i < node.end && spelling(i).size() == node.depth) {
      word = i;
      best = value(i);
      ++i;
    }
    trie.words_.push_back(node.depth == 0 ? 0 : word);
    trie.best_values_.push_back(best);
    trie.first_child_.push_back(static_cast<uint32_t>(nodes.size()));
    while (i < node.end) {
      const char byte = spelling(i)[node.depth];
      uint32_t end = i + 1;
      while (end < node.end && spelling(end)[node.depth] == byte) ++end;
      nodes.push_back({i, end, node.depth + 1});
      trie.label_.push_back(static_cast<uint8_t>(byte));
      i = end;
    }
  }
  trie.first_child_.push_back(static_cast<uint32_t>(nodes.size()));
  for (size_t n = nodes.size(); n-- > 0;) {  // children come after their parents
    for (uint32_t c = trie.first_child_[n]; c < trie.first_child_[n + 1]; ++c) {
      trie.best_values_[n] = std::max(trie.best_values_[n], trie.best_values_[c]);
    }
  }
  return trie;
}

WordTrie::Node WordTrie::advance(Node node, std::string_view bytes) const {
  for (const char byte : bytes) {
    if (node == kOutside) return kOutside;
    const uint8_t* const begin = label_.data() + first_child_[node];
    const uint8_t* const end = label_.data() + first_child_[node + 1];
    const uint8_t* const child = std::lower_bound(begin, end, static_cast<uint8_t>(byte));
    if (child == end || *child != static_cast<uint8_t>(byte)) return kOutside;
    node = static_cast<Node>(child - label_.data());
  }
  return node;
}

}  // namespace auricle
