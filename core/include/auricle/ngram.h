// Ngram: a back-off n-gram language model in one read-only file, `scorer.lm`.
//
// The file is mapped and queried in place. All integers are little-endian; sections begin at
// multiples of 8.
//
//   header            magic, version, sizes, default weights, checksums, section table
//   (scorer_format.h) word offsets      uint32 (V + 1,): where each word begins in the word
//   characters word characters   UTF-8; <unk>, <s>, </s>, then all other words in the order of
//   their bytes unigrams          (V + 1,) of {float32 log10 probability, float32 log10 back-off,
//   uint32 first child} for n in 2..order:
//     records         bit-packed: word, probability code, and below the highest order back-off code
//     codebooks       float32 (2^bits,): what the codes mean; absent where the codes are the floats
//     (32 bits)
//   for n in 2..order-1:
//     children        where the children of each record begin at n + 1: a non-decreasing sequence
//     in
//                     Elias-Fano coding (low bits packed, high bits unary, positions of every 64th
//                     one)
//
// The trie is read from the last word backwards: the record of "a b c" is found as c, b, a. Records
// with one parent are consecutive and sorted by word, so that one walk finds the longest match of a
// word with its history, as in KenLM (Heafield 2011). A back-off of -0 marks an n-gram that no
// longer n-gram begins with: the state need not remember it.
//
// Opening costs O(header). Whatever the sections hold, a query reads only inside of them and ends;
// `verify` compares the checksum of all of them. Every method is const and safe to call from many
// threads.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "auricle/mapped_file.h"
#include "auricle/status.h"

namespace auricle {

inline constexpr int kMaxOrder = 6;

// What a scorer's "words" are: words between spaces, or the units of the acoustic model themselves.
enum class ScorerKind : uint32_t { kWord = 0, kUnit = 1 };

// The default weights of a scorer, in natural-log units per word.
struct ScorerWeights {
  float alpha = 1.0F;                 // times the language model's log-probability
  float beta = 0.0F;                  // per word
  float unknown_penalty = 0.0F;       // per word outside of the vocabulary, subtracted
  float unknown_unit_penalty = 0.0F;  // per character of such a word, subtracted

  bool finite() const {
    return std::isfinite(alpha) && std::isfinite(beta) && std::isfinite(unknown_penalty) &&
           std::isfinite(unknown_unit_penalty);
  }
};

// What the writer of a scorer decides, whatever its n-grams come from.
struct ScorerOptions {
  int bits = 8;  // of each probability and back-off: 2 to 16, or 32 for floats
  ScorerKind kind = ScorerKind::kWord;
  uint64_t vocabulary_fingerprint = 0;  // of the units it was built for; 0 for any
  ScorerWeights weights;
  std::string language;      // a tag such as "en", at most 11 bytes
  bool sentence_end = true;  // whether the search scores the end of a sentence, too
};

struct ScorerInfo {
  int order = 0;
  std::vector<uint64_t> counts;  // n-grams of order 1, 2, ...
  int bits = 0;
  ScorerKind kind = ScorerKind::kWord;
  uint64_t vocabulary_fingerprint = 0;
  ScorerWeights weights;
  std::string language;
  bool sentence_end = true;
  uint64_t checksum = 0;  // of all sections
  uint64_t file_bytes = 0;
};

// The words that the next probability depends on, most recent first.
struct NgramState {
  uint32_t words[kMaxOrder - 1];
  float backoffs[kMaxOrder - 1];  // [k] is the log10 back-off of the context words[0..k]
  uint8_t length = 0;

  // Equal words mean equal futures; the back-offs follow from the words.
  bool operator==(const NgramState& other) const {
    return length == other.length && std::equal(words, words + length, other.words);
  }
  size_t hash() const;
};

class Ngram {
 public:
  static constexpr uint32_t kUnknown = 0;
  static constexpr uint32_t kBeginSentence = 1;
  static constexpr uint32_t kEndSentence = 2;
  static constexpr uint32_t kFirstWord = 3;

  // Maps the scorer at `path` (UTF-8).
  static Status open(const std::string& path, std::unique_ptr<Ngram>* out, std::string* detail);
  static Status from_bytes(std::vector<uint8_t> bytes, std::unique_ptr<Ngram>* out,
                           std::string* detail);

  int order() const { return order_; }
  uint32_t vocabulary_size() const { return vocabulary_size_; }
  uint32_t end_of_sentence() const { return kEndSentence; }
  const ScorerInfo& info() const { return info_; }

  // The id of a word, or kUnknown. Words from kFirstWord on are sorted by their bytes, so those
  // with a common beginning are a range of ids.
  uint32_t find(std::string_view word) const;
  // The word of an id, empty for an id that is too large.
  std::string_view word(uint32_t id) const;

  // Has what a score of the word begins with brought nearer; `word` < vocabulary_size().
  void prefetch(uint32_t word) const;

  NgramState begin_sentence() const;
  NgramState null_context() const { return {}; }

  // Returns log10 p(word | state) and writes the state after the word; `next` may not be `&state`.
  // An id that is too large counts as kUnknown.
  float score(const NgramState& state, uint32_t word, NgramState* next) const;

  // Reads the whole file: kScorerChecksum where it differs from what was written.
  Status verify() const;

  // Whether the n-grams form a trie: kScorerCorrupt where one would be walked over more than once,
  // which would make walks over a damaged file endless. Reads all of it but the words.
  Status check_trie(std::string* detail) const;

  // One stored n-gram, for exporting: number `index` < info().counts[order - 1] of its order. Its
  // children are numbers of the next order: the n-grams that end in this one.
  struct Entry {
    uint32_t word;  // the first one of the n-gram; its parents know the others
    float probability;
    float backoff;  // -0 where no longer n-gram begins with this one
    uint64_t children_begin;
    uint64_t children_end;
  };
  Entry entry(int order, uint64_t index) const;

 private:
  // The children of level n: Elias-Fano coding of `size` numbers up to `limit`.
  struct Children {
    const uint8_t* low = nullptr;
    const uint8_t* high = nullptr;
    const uint8_t* samples = nullptr;
    uint64_t high_words = 0;
    uint64_t sample_count = 0;
    uint64_t limit = 0;
    int low_bits = 0;
  };
  struct Level {
    const uint8_t* records = nullptr;
    const uint8_t* probabilities = nullptr;  // codebooks, null where the codes are floats
    const uint8_t* backoffs = nullptr;
    uint64_t count = 0;
    uint64_t width = 0;  // of a record in bits
    int bits = 0;
    int backoff_bits = 0;  // 0 at the highest order
    Children children;
  };
  struct Range {
    uint64_t begin;
    uint64_t end;
  };

  Ngram() = default;
  Status read(std::string* detail);
  Range unigram_children(uint32_t word) const;
  Range children(const Level& level, uint64_t index) const;
  uint32_t record_word(const Level& level, uint64_t index) const;
  float record_probability(const Level& level, uint64_t index) const;
  float record_backoff(const Level& level, uint64_t index) const;
  bool search(const Level& level, Range range, uint32_t word, uint64_t* index) const;

  MappedFile file_;
  ScorerInfo info_;
  int order_ = 0;
  int word_bits_ = 0;
  uint32_t vocabulary_size_ = 0;
  uint64_t word_characters_size_ = 0;
  const uint8_t* word_offsets_ = nullptr;
  const uint8_t* word_characters_ = nullptr;
  const uint8_t* unigrams_ = nullptr;
  Level levels_[kMaxOrder + 1];  // [n] for n in 2..order
};

// Replaces the default weights of the scorer at `path` in place.
Status write_weights(const std::string& path, const ScorerWeights& weights, std::string* detail);

// Replaces the fingerprint of the vocabulary that the scorer at `path` belongs to; 0 for any.
Status write_fingerprint(const std::string& path, uint64_t vocabulary_fingerprint,
                         std::string* detail);

}  // namespace auricle

template <>
struct std::hash<auricle::NgramState> {
  size_t operator()(const auricle::NgramState& state) const { return state.hash(); }
};
