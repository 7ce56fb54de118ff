// Collects words with their spellings and makes the trie of a lexicon.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "auricle/lexicon.h"

namespace auricle {

class LexiconBuilder {
 public:
  explicit LexiconBuilder(uint64_t vocabulary_fingerprint);

  // Adds a word and returns its number; words come in the order of their bytes, each once.
  uint32_t add_word(std::string_view word);
  // Adds a spelling of a word that has been added.
  void add_spelling(uint32_t word, const std::vector<uint32_t>& tokens);

  // Whether it holds so much that its tables would overflow; a small packed file may claim that.
  bool full() const {
    return tokens_.size() > kMaxTotal || lexicon_->word_bytes_.size() > kMaxTotal;
  }

  std::shared_ptr<const Lexicon> finish();

 private:
  static constexpr size_t kMaxTotal = size_t{1} << 27;  // tokens of all spellings, bytes of words

  struct Spelling {
    uint32_t begin;  // in tokens_
    uint32_t length;
    uint32_t word;
  };
  int compare(const Spelling& a, const Spelling& b) const;
  void sort();
  void make_trie();

  std::shared_ptr<Lexicon> lexicon_;
  std::vector<uint32_t> tokens_;
  std::vector<Spelling> spellings_;
  bool sorted_ = true;
};

}  // namespace auricle
