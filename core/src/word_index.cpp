#include "auricle/word_index.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "prefetch.h"

namespace auricle {
// Eight bytes at a time, multiplied by the golden ratio and folded.
uint64_t WordIndex::hash(std::string_view word) {
  uint64_t state = word.size();
  while (!word.empty()) {
    uint64_t piece = 0;
    const size_t bytes = std::min<size_t>(word.size(), sizeof piece);
    std::memcpy(&piece, word.data(), bytes);
    state = (state ^ piece) * 0x9E3779B97F4A7C15U;
    state ^= state >> 32;
    word.remove_prefix(bytes);
  }
  return state;
}

WordIndex::WordIndex(const Ngram& ngram)
    : ngram_(&ngram),
      slots_(std::bit_ceil(size_t{2} * ngram.vocabulary_size()), Ngram::kUnknown),
      mask_(slots_.size() - 1) {
  for (uint32_t id = Ngram::kBeginSentence; id < ngram.vocabulary_size(); ++id) {
    const std::string_view word = ngram.word(id);
    size_t at = hash(word) & mask_;
    // A damaged model may have a word many times: then its first one stays.
    while (slots_[at] != Ngram::kUnknown && ngram.word(slots_[at]) != word) at = (at + 1) & mask_;
    if (slots_[at] == Ngram::kUnknown) slots_[at] = id;
  }
}

void WordIndex::prefetch(uint64_t hash) const { auricle::prefetch(&slots_[hash & mask_]); }

uint32_t WordIndex::find(std::string_view word, uint64_t hash) const {
  for (size_t at = hash & mask_;; at = (at + 1) & mask_) {
    const uint32_t id = slots_[at];
    if (id == Ngram::kUnknown || ngram_->word(id) == word) return id;
  }
}

}  // namespace auricle
