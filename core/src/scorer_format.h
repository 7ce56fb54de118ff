// The bytes of `scorer.lm`, shared by its reader and its writer; the overview is in
// auricle/ngram.h.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>

#include "auricle/ngram.h"

namespace auricle::scorer_format {

static_assert(std::endian::native == std::endian::little, "scorers are read in place");

// A high bit, line ends of both kinds and an end-of-file mark: a transfer as text damages it
// visibly.
inline constexpr unsigned char kMagic[8] = {0x89, 'A', 'L', 'M', '\r', '\n', 0x1A, '\n'};
inline constexpr uint32_t kVersion = 1;
inline constexpr uint32_t kKind = 1;           // in Header::kind: a ScorerKind
inline constexpr uint32_t kNoSentenceEnd = 2;  // ... and that the search scores no sentence's end
inline constexpr uint64_t kMaxCount = UINT32_MAX - 1;  // n-grams per order

struct Section {
  uint64_t offset;
  uint64_t bytes;
};

enum SectionIndex : int {
  kWordOffsets,
  kWordCharacters,
  kUnigrams,
  kFirstLevel,  // then kLevelSections for each of the orders 2..kMaxOrder
};
enum LevelSection : int {
  kRecords,
  kProbabilities,
  kBackoffs,
  kChildrenLow,
  kChildrenHigh,
  kChildrenSamples,
  kLevelSections,
};
inline constexpr int kSections = kFirstLevel + (kMaxOrder - 1) * kLevelSections;

constexpr int section_of(int order, LevelSection section) {
  return kFirstLevel + (order - 2) * kLevelSections + section;
}

struct Header {
  unsigned char magic[8];
  uint32_t version;
  uint32_t header_bytes;
  uint64_t file_bytes;
  uint64_t header_checksum;  // of the header with this field zero
  uint64_t data_checksum;    // of everything after the header
  uint64_t vocabulary_fingerprint;
  float alpha;
  float beta;
  float unknown_penalty;
  uint32_t kind;
  uint32_t order;
  uint32_t bits;
  char language[12];  // padded with zeros, the last one always zero
  float unknown_unit_penalty;
  uint64_t counts[kMaxOrder];
  Section sections[kSections];
};
static_assert(sizeof(Header) == 136 + sizeof(Section) * kSections, "the header has no padding");
static_assert(sizeof(Header) % 8 == 0, "sections are aligned");

struct Unigram {
  float probability;
  float backoff;
  uint32_t first_child;
};
static_assert(sizeof(Unigram) == 12, "unigrams have no padding");

// A checksum of 64 bits over little-endian words of 8 bytes: each is xor-ed in, multiplied by the
// golden ratio and folded. Against accidents, not against forgery. Only the last piece may have a
// ragged end.
class Checksum {
 public:
  void add(std::span<const uint8_t> bytes) {
    size_t at = 0;
    for (; at + 8 <= bytes.size(); at += 8) mix(bytes.data() + at, 8);
    if (at < bytes.size()) mix(bytes.data() + at, bytes.size() - at);
  }
  uint64_t value() const { return state_; }

 private:
  void mix(const uint8_t* bytes, size_t count) {
    uint64_t word = 0;
    std::memcpy(&word, bytes, count);
    state_ = (state_ ^ word) * 0x9E3779B97F4A7C15U;
    state_ ^= state_ >> 32;
  }
  uint64_t state_ = 0x6C62272E07BB0142U;
};

inline uint64_t header_checksum(Header header) {
  header.header_checksum = 0;
  Checksum checksum;
  checksum.add({reinterpret_cast<const uint8_t*>(&header), sizeof header});
  return checksum.value();
}

// Packed arrays carry 8 bytes of padding, so that every value is read with one load.
inline constexpr uint64_t kPadding = 8;
inline uint64_t packed_bytes(uint64_t count, uint64_t width) {
  return (count * width + 7) / 8 + kPadding;
}
inline uint64_t aligned(uint64_t bytes) { return (bytes + 7) & ~uint64_t{7}; }

inline int bits_for(uint64_t largest) {
  return std::max(1, static_cast<int>(std::bit_width(largest)));
}

// Elias-Fano coding of `size` non-decreasing numbers up to `limit`.
inline constexpr uint64_t kSampleEvery = 64;
struct EliasFanoShape {
  EliasFanoShape(uint64_t size, uint64_t limit)
      : low_bits(limit > size ? static_cast<int>(std::bit_width(limit / size)) - 1 : 0),
        high_words((size + (limit >> low_bits) + 1 + 63) / 64),
        samples((size + kSampleEvery - 1) / kSampleEvery),
        low_bytes(packed_bytes(size, static_cast<uint64_t>(low_bits))) {}
  int low_bits;
  uint64_t high_words;
  uint64_t samples;
  uint64_t low_bytes;
};

// The sizes that the sections must have, given the counts and the bits.
struct LevelShape {
  LevelShape(const Header& header, int n)
      : highest(n == static_cast<int>(header.order)),
        word_bits(bits_for(header.counts[0] - 1)),
        bits(static_cast<int>(header.bits)),
        backoff_bits(highest ? 0 : bits),
        width(static_cast<uint64_t>(word_bits + bits + backoff_bits)),
        record_bytes(packed_bytes(header.counts[n - 1], width)),
        codebook_bytes(bits == 32 ? 0 : sizeof(float) << bits) {}
  bool highest;
  int word_bits;
  int bits;
  int backoff_bits;
  uint64_t width;
  uint64_t record_bytes;
  uint64_t codebook_bytes;
};

}  // namespace auricle::scorer_format
