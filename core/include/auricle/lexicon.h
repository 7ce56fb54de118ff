// A lexicon: how words are spelled in units that do not spell them by themselves, such as phones.
//
// As text, a line holds a word and the tokens that spell it, between spaces or tabulators:
//
//     read  R IY D
//     read  R EH D
//     red   R EH D
//
// A word may have several lines, and several words one spelling (homophones); a line that says what
// another has said counts once. Packed, for model packages, it is a header and two lists in which
// every item says how much of it is as in the one before (words in the order of their bytes,
// spellings in the order of their tokens), which is less than half of the text:
//
//     magic       8 bytes; then version, words, spellings: uint32; flags: uint32, 0
//     fingerprint uint64, of the vocabulary (Vocabulary::fingerprint)
//     body        its bytes, uint64, and its 64-bit FNV-1a hash, uint64
//     words       each: bytes shared, bytes added (uint8 each), the added bytes
//     spellings   each: tokens shared, tokens added (uint8 each), the added tokens and the word's
//                 number as variable-length integers (LEB128)
//
// In memory it is a trie over tokens. Nodes lie in breadth-first order, the children of a node side
// by side and sorted by their token, so that a node needs only the place of its first child.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auricle/status.h"
#include "auricle/vocabulary.h"

namespace auricle {

// Immutable; threads and decoders share it.
class Lexicon {
 public:
  using Node = uint32_t;
  static constexpr Node kRoot = 0;
  static constexpr Node kOutside = 0xFFFFFFFF;  // no word begins like this
  static constexpr uint32_t kNoWord = 0xFFFFFFFF;
  static constexpr size_t kMaxLength = 255;  // bytes of a word, tokens of a spelling

  // Reads the text or the packed bytes of a lexicon for a vocabulary whose boundary is kLexicon.
  static Status read(std::span<const uint8_t> bytes, const Vocabulary& vocabulary,
                     std::shared_ptr<const Lexicon>* out, std::string* detail = nullptr);
  // The same of the file at `path` (UTF-8).
  static Status open(const std::string& path, const Vocabulary& vocabulary,
                     std::shared_ptr<const Lexicon>* out, std::string* detail = nullptr);

  std::vector<uint8_t> pack() const;
  // Writes pack() to a file that appears only when it is complete.
  Status write(const std::string& path, std::string* detail = nullptr) const;

  // Words have the numbers 0 .. size() in the order of their bytes.
  uint32_t size() const { return static_cast<uint32_t>(word_ends_.size()); }
  std::string_view word(uint32_t number) const;
  // The number of a word, or kNoWord.
  uint32_t find(std::string_view word) const;
  // All spellings of a word, each a list of tokens.
  std::vector<std::vector<uint32_t>> spellings(uint32_t number) const;

  // The node that a token leads to, or kOutside.
  Node advance(Node node, uint32_t token) const;
  // The words whose spelling ends at a node, in the order of their numbers.
  std::span<const uint32_t> words(Node node) const;
  uint32_t node_count() const { return static_cast<uint32_t>(labels_.size()); }
  // The nodes below a node, which come after it.
  std::pair<Node, Node> children(Node node) const {
    return {first_child_[node], first_child_[node + 1]};
  }
  // The token that leads to a node; not for the root.
  uint32_t token(Node node) const { return labels_[node]; }

 private:
  friend class LexiconBuilder;
  Lexicon() = default;
  std::vector<uint32_t> path(Node node) const;

  uint64_t fingerprint_ = 0;
  std::string word_bytes_;
  std::vector<uint32_t> word_ends_;    // in word_bytes_
  std::vector<uint32_t> first_child_;  // of node n: first_child_[n] .. first_child_[n + 1]
  std::vector<uint32_t> labels_;       // the token on the edge that leads to the node
  std::vector<uint32_t> first_word_;   // of node n: node_words_[first_word_[n] ...]
  std::vector<uint32_t> node_words_;
};

}  // namespace auricle
