// WordIndex: a hash table over the words of a model, for texts.
//
// Ngram::find halves the sorted words, which needs no memory and 17 comparisons for 100,000 words;
// the table needs 8 to 16 bytes a word, a moment to fill, and one comparison.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "auricle/ngram.h"

namespace auricle {

class WordIndex {
 public:
  // The model must outlive the index.
  explicit WordIndex(const Ngram& ngram);

  // As Ngram::find.
  uint32_t find(std::string_view word) const { return find(word, hash(word)); }

  // The same in two steps: many words are found faster where their slots are on the way already.
  static uint64_t hash(std::string_view word);
  void prefetch(uint64_t hash) const;
  uint32_t find(std::string_view word, uint64_t hash) const;

 private:
  const Ngram* ngram_;
  std::vector<uint32_t> slots_;  // ids, kUnknown where a slot is free; open addressing
  size_t mask_;
};

}  // namespace auricle
