// A grammar spelled in labels (word_spelling.h), as the search follows it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auricle/grammar.h"
#include "auricle/status.h"
#include "auricle/word_spelling.h"

namespace auricle {

class GrammarAutomaton {
 public:
  using Node = uint32_t;
  static constexpr Node kRoot = 0;
  static constexpr Node kOutside = 0xFFFFFFFF;  // the text is not of the grammar

  // Spells the grammar's words; kNoSpelling where a lexicon lacks one, kGrammarTooLarge beyond some
  // millions of labels.
  static Status create(const Grammar& grammar, const WordSpeller& speller, GrammarAutomaton* out,
                       std::string* detail = nullptr);

  // The node after one more label of a word, after some bytes, or after the end of a word.
  Node advance(Node node, Label label) const;
  Node advance(Node node, std::string_view bytes) const;

  // Whether the words so far are a text of the grammar; for nodes at the end of a word.
  bool accepts(Node node) const { return node != kOutside && nodes_[node].accepts; }

 private:
  struct State {
    std::vector<std::pair<Label, Node>> children;  // sorted by label
    bool accepts = false;
  };
  Node child_or_new(Node node, Label label);
  void add_child(Node node, Label label, Node target);

  std::vector<State> nodes_;
};

}  // namespace auricle
