#include "auricle/ngram.h"

#include <cmath>
#include <cstdio>
#include <cstring>
#include <utility>

#include "file.h"
#include "prefetch.h"
#include "scorer_format.h"

namespace auricle {
namespace {

using scorer_format::Header;
using scorer_format::LevelShape;
using scorer_format::Section;
using scorer_format::Unigram;

template <typename T>
T load(const uint8_t* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

// Reads `bits` <= 32 bits at a bit offset; the array is padded, so the load stays inside of it.
uint32_t read_bits(const uint8_t* array, uint64_t offset, int bits) {
  const uint64_t word = load<uint64_t>(array + (offset >> 3)) >> (offset & 7);
  return static_cast<uint32_t>(word & ((uint64_t{1} << bits) - 1));
}

float read_value(const uint8_t* records, uint64_t offset, int bits, const uint8_t* codebook) {
  const uint32_t code = read_bits(records, offset, bits);
  if (codebook == nullptr) return std::bit_cast<float>(code);
  return load<float>(codebook + sizeof(float) * code);
}

// The number of ones in the bytes 0..k of a word, in byte k.
uint64_t byte_ranks(uint64_t word) {
  word -= (word >> 1) & 0x5555555555555555U;
  word = (word & 0x3333333333333333U) + ((word >> 2) & 0x3333333333333333U);
  return ((word + (word >> 4)) & 0x0F0F0F0F0F0F0F0FU) * 0x0101010101010101U;
}

// The position of one number `rank` (from 0) in a word that has more ones than that.
uint64_t select_in_word(uint64_t word, uint64_t ranks, uint64_t rank) {
  uint64_t shift = 0;
  while (((ranks >> shift) & 0xFF) <= rank) shift += 8;
  if (shift > 0) rank -= (ranks >> (shift - 8)) & 0xFF;
  uint64_t rest = word >> shift;
  for (; rank > 0; --rank) rest &= rest - 1;
  return shift + static_cast<uint64_t>(std::countr_zero(rest));
}

bool extends(float backoff) { return std::bit_cast<uint32_t>(backoff) != 0x80000000U; }

bool fits(const Section& section, uint64_t bytes, uint64_t file_bytes) {
  return section.bytes == bytes && section.offset % 8 == 0 && section.offset >= sizeof(Header) &&
         section.offset <= file_bytes && bytes <= file_bytes - section.offset;
}

Status check_identity(std::span<const uint8_t> bytes, Header* header, std::string* detail) {
  if (bytes.empty()) return fail(Status::kScorerTruncated, detail, "the file is empty");
  const size_t magic = std::min(bytes.size(), sizeof scorer_format::kMagic);
  if (std::memcmp(bytes.data(), scorer_format::kMagic, magic) != 0) {
    return fail(Status::kScorerBadMagic, detail, "it does not begin as a scorer does");
  }
  if (bytes.size() < sizeof(Header)) {
    return fail(Status::kScorerTruncated, detail, "it ends inside of its header");
  }
  std::memcpy(header, bytes.data(), sizeof(Header));
  if (header->version != scorer_format::kVersion) {
    return fail(Status::kScorerBadVersion, detail,
                "it has version " + std::to_string(header->version) + ", this library reads " +
                    std::to_string(scorer_format::kVersion));
  }
  if (header->header_bytes != sizeof(Header) ||
      header->header_checksum != scorer_format::header_checksum(*header)) {
    return fail(Status::kScorerChecksum, detail, "its header is damaged");
  }
  if (bytes.size() < header->file_bytes) {
    return fail(Status::kScorerTruncated, detail,
                "it has " + std::to_string(bytes.size()) + " of " +
                    std::to_string(header->file_bytes) + " bytes");
  }
  if (bytes.size() > header->file_bytes) {
    return fail(Status::kScorerCorrupt, detail, "bytes follow its end");
  }
  return Status::kOk;
}

ScorerWeights weights_of(const Header& header) {
  return {header.alpha, header.beta, header.unknown_penalty, header.unknown_unit_penalty};
}

Status check_fields(const Header& header, std::string* detail) {
  const bool bits_allowed = (header.bits >= 2 && header.bits <= 16) || header.bits == 32;
  if (header.order < 1 || header.order > kMaxOrder || !bits_allowed ||
      header.kind > (scorer_format::kKind | scorer_format::kNoSentenceEnd)) {
    return fail(Status::kScorerCorrupt, detail, "order, bits or kind is outside its range");
  }
  if (!weights_of(header).finite()) {
    return fail(Status::kScorerCorrupt, detail, "a default weight is not a number");
  }
  if (std::memchr(header.language, 0, sizeof header.language) == nullptr) {
    return fail(Status::kScorerCorrupt, detail, "the language tag does not end");
  }
  if (header.counts[0] < Ngram::kFirstWord) {
    return fail(Status::kScorerCorrupt, detail, "it has no <unk>, <s> and </s>");
  }
  for (uint32_t n = 0; n < header.order; ++n) {
    if (header.counts[n] > scorer_format::kMaxCount) {
      return fail(Status::kScorerCorrupt, detail, "it claims too many n-grams");
    }
  }
  return Status::kOk;
}

}  // namespace

size_t NgramState::hash() const {
  uint64_t hash = length;
  for (int k = 0; k < length; ++k) {
    hash = (hash ^ words[k]) * 0x9E3779B97F4A7C15U;
    hash ^= hash >> 32;
  }
  return static_cast<size_t>(hash);
}

Status Ngram::open(const std::string& path, std::unique_ptr<Ngram>* out, std::string* detail) {
  std::unique_ptr<Ngram> ngram(new Ngram);
  if (!ngram->file_.open(path)) return fail(Status::kScorerNotFound, detail, path);
  const Status status = ngram->read(detail);
  if (status == Status::kOk) *out = std::move(ngram);
  return status;
}

Status Ngram::from_bytes(std::vector<uint8_t> bytes, std::unique_ptr<Ngram>* out,
                         std::string* detail) {
  std::unique_ptr<Ngram> ngram(new Ngram);
  ngram->file_ = MappedFile(std::move(bytes));
  const Status status = ngram->read(detail);
  if (status == Status::kOk) *out = std::move(ngram);
  return status;
}

Status Ngram::read(std::string* detail) {
  Header header;
  const auto bytes = file_.bytes();
  if (const Status status = check_identity(bytes, &header, detail); status != Status::kOk) {
    return status;
  }
  if (const Status status = check_fields(header, detail); status != Status::kOk) return status;

  const auto contradiction = [detail](const char* what) {
    return fail(Status::kScorerCorrupt, detail,
                std::string("the size of its ") + what + " is wrong");
  };
  const auto section = [&](int index) { return bytes.data() + header.sections[index].offset; };
  const uint64_t vocabulary = header.counts[0];
  if (!fits(header.sections[scorer_format::kWordOffsets], (vocabulary + 1) * sizeof(uint32_t),
            bytes.size()) ||
      !fits(header.sections[scorer_format::kWordCharacters],
            header.sections[scorer_format::kWordCharacters].bytes, bytes.size())) {
    return contradiction("words");
  }
  if (!fits(header.sections[scorer_format::kUnigrams], (vocabulary + 1) * sizeof(Unigram),
            bytes.size())) {
    return contradiction("unigrams");
  }
  order_ = static_cast<int>(header.order);
  vocabulary_size_ = static_cast<uint32_t>(vocabulary);
  word_bits_ = scorer_format::bits_for(vocabulary - 1);
  word_offsets_ = section(scorer_format::kWordOffsets);
  word_characters_ = section(scorer_format::kWordCharacters);
  word_characters_size_ = header.sections[scorer_format::kWordCharacters].bytes;
  unigrams_ = section(scorer_format::kUnigrams);

  for (int n = 2; n <= order_; ++n) {
    using scorer_format::section_of;
    const LevelShape shape(header, n);
    const auto level_fits = [&](scorer_format::LevelSection part, uint64_t size) {
      return fits(header.sections[section_of(n, part)], size, bytes.size());
    };
    Level& level = levels_[n];
    level.count = header.counts[n - 1];
    level.width = shape.width;
    level.bits = shape.bits;
    level.backoff_bits = shape.backoff_bits;
    if (!level_fits(scorer_format::kRecords, shape.record_bytes)) return contradiction("records");
    level.records = section(section_of(n, scorer_format::kRecords));
    if (shape.codebook_bytes > 0) {
      if (!level_fits(scorer_format::kProbabilities, shape.codebook_bytes) ||
          (!shape.highest && !level_fits(scorer_format::kBackoffs, shape.codebook_bytes))) {
        return contradiction("codebooks");
      }
      level.probabilities = section(section_of(n, scorer_format::kProbabilities));
      if (!shape.highest) level.backoffs = section(section_of(n, scorer_format::kBackoffs));
    }
    if (shape.highest) continue;
    const uint64_t limit = header.counts[n];
    const scorer_format::EliasFanoShape coding(level.count + 1, limit);
    if (!level_fits(scorer_format::kChildrenLow, coding.low_bytes) ||
        !level_fits(scorer_format::kChildrenHigh, coding.high_words * 8) ||
        !level_fits(scorer_format::kChildrenSamples, coding.samples * 8)) {
      return contradiction("children");
    }
    level.children = {section(section_of(n, scorer_format::kChildrenLow)),
                      section(section_of(n, scorer_format::kChildrenHigh)),
                      section(section_of(n, scorer_format::kChildrenSamples)),
                      coding.high_words,
                      coding.samples,
                      limit,
                      coding.low_bits};
  }

  info_.order = order_;
  info_.counts.assign(header.counts, header.counts + order_);
  info_.bits = static_cast<int>(header.bits);
  info_.kind = static_cast<ScorerKind>(header.kind & scorer_format::kKind);
  info_.sentence_end = (header.kind & scorer_format::kNoSentenceEnd) == 0;
  info_.vocabulary_fingerprint = header.vocabulary_fingerprint;
  info_.weights = weights_of(header);
  info_.language = header.language;
  info_.checksum = header.data_checksum;
  info_.file_bytes = header.file_bytes;
  return Status::kOk;
}

std::string_view Ngram::word(uint32_t id) const {
  if (id >= vocabulary_size_) return {};
  const uint64_t begin = load<uint32_t>(word_offsets_ + sizeof(uint32_t) * uint64_t{id});
  const uint64_t end = load<uint32_t>(word_offsets_ + sizeof(uint32_t) * (uint64_t{id} + 1));
  if (begin > end || end > word_characters_size_) return {};
  return {reinterpret_cast<const char*>(word_characters_) + begin,
          static_cast<size_t>(end - begin)};
}

uint32_t Ngram::find(std::string_view text) const {
  uint32_t begin = kFirstWord;
  uint32_t end = vocabulary_size_;
  while (begin < end) {
    const uint32_t middle = begin + (end - begin) / 2;
    if (word(middle) < text) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  if (begin < vocabulary_size_ && word(begin) == text) return begin;
  for (const uint32_t special : {kBeginSentence, kEndSentence}) {
    if (word(special) == text) return special;
  }
  return kUnknown;
}

void Ngram::prefetch(uint32_t word) const {
  auricle::prefetch(unigrams_ + sizeof(Unigram) * uint64_t{word});
}

NgramState Ngram::begin_sentence() const {
  NgramState state = {};
  if (order_ == 1) return state;
  state.words[0] = kBeginSentence;
  state.backoffs[0] = load<Unigram>(unigrams_ + sizeof(Unigram) * kBeginSentence).backoff;
  state.length = 1;
  return state;
}

Ngram::Range Ngram::unigram_children(uint32_t word) const {
  const uint8_t* unigram = unigrams_ + sizeof(Unigram) * uint64_t{word};
  const uint64_t limit = levels_[2].count;
  const uint64_t begin = load<Unigram>(unigram).first_child;
  const uint64_t end = load<Unigram>(unigram + sizeof(Unigram)).first_child;
  return {std::min(begin, limit), std::min(end, limit)};
}

// Finds the ones number `index` and `index` + 1 of the high bits: their positions are the high
// parts.
Ngram::Range Ngram::children(const Level& level, uint64_t index) const {
  const Children& code = level.children;
  uint64_t rank = index % scorer_format::kSampleEvery;
  uint64_t position = load<uint64_t>(code.samples + 8 * (index / scorer_format::kSampleEvery));
  uint64_t at = position / 64;
  if (at >= code.high_words) return {0, 0};
  uint64_t bits = load<uint64_t>(code.high + 8 * at) & (~uint64_t{0} << (position % 64));
  const auto value = [&](uint64_t one, uint64_t number) {
    const uint64_t low =
        read_bits(code.low, number * static_cast<uint64_t>(code.low_bits), code.low_bits);
    return std::min(((one - number) << code.low_bits) | low, code.limit);
  };
  uint64_t ranks = byte_ranks(bits);
  while (ranks >> 56 <= rank) {
    rank -= ranks >> 56;
    if (++at >= code.high_words) return {0, 0};
    bits = load<uint64_t>(code.high + 8 * at);
    ranks = byte_ranks(bits);
  }
  const uint64_t bit = select_in_word(bits, ranks, rank);
  const uint64_t begin = value(at * 64 + bit, index);
  bits &= bit == 63 ? 0 : ~uint64_t{0} << (bit + 1);
  while (bits == 0) {
    if (++at >= code.high_words) return {0, 0};
    bits = load<uint64_t>(code.high + 8 * at);
  }
  return {begin, value(at * 64 + static_cast<uint64_t>(std::countr_zero(bits)), index + 1)};
}

uint32_t Ngram::record_word(const Level& level, uint64_t index) const {
  return read_bits(level.records, index * level.width, word_bits_);
}

float Ngram::record_probability(const Level& level, uint64_t index) const {
  const uint64_t offset = index * level.width + static_cast<uint64_t>(word_bits_);
  return read_value(level.records, offset, level.bits, level.probabilities);
}

float Ngram::record_backoff(const Level& level, uint64_t index) const {
  const uint64_t offset = index * level.width + static_cast<uint64_t>(word_bits_ + level.bits);
  return read_value(level.records, offset, level.backoff_bits, level.backoffs);
}

// Interpolates between the words at both ends while the range is wide, a few times at most since
// words need not be spread evenly, then halves it without a branch that could be mispredicted.
bool Ngram::search(const Level& level, Range range, uint32_t word, uint64_t* index) const {
  constexpr uint64_t kWide = 256;
  uint64_t begin = range.begin;
  uint64_t end = range.end;
  uint64_t low = 0;  // the words of [begin, end) are in [low, high)
  uint64_t high = vocabulary_size_;
  for (int guesses = 3; guesses > 0 && begin < end && end - begin > kWide; --guesses) {
    if (word < low || word >= high) return false;
    const uint64_t guess = begin + static_cast<uint64_t>(static_cast<double>(word - low) /
                                                         static_cast<double>(high - low) *
                                                         static_cast<double>(end - begin - 1));
    const uint32_t found = record_word(level, guess);
    if (found == word) {
      *index = guess;
      return true;
    }
    if (found < word) {
      begin = guess + 1;
      low = uint64_t{found} + 1;
    } else {
      end = guess;
      high = found;
    }
  }
  if (begin >= end) return false;
  for (uint64_t size = end - begin; size > 1;) {
    const uint64_t half = size / 2;
    begin += record_word(level, begin + half - 1) < word ? half : 0;
    size -= half;
  }
  *index = begin;
  return record_word(level, begin) == word;
}

float Ngram::score(const NgramState& state, uint32_t word, NgramState* next) const {
  if (word >= vocabulary_size_) word = kUnknown;
  const auto unigram = load<Unigram>(unigrams_ + sizeof(Unigram) * uint64_t{word});
  float probability = unigram.probability;
  int matched = 1;
  next->length = 0;
  if (order_ > 1) {
    next->words[0] = word;
    next->backoffs[0] = unigram.backoff;
    if (extends(unigram.backoff)) next->length = 1;
    const int known = std::min<int>(state.length, order_ - 1);
    Range range = known > 0 ? unigram_children(word) : Range{0, 0};
    while (matched <= known) {
      const Level& level = levels_[matched + 1];
      uint64_t index = 0;
      if (!search(level, range, state.words[matched - 1], &index)) break;
      probability = record_probability(level, index);
      ++matched;
      if (matched == order_) break;
      const float backoff = record_backoff(level, index);
      next->words[matched - 1] = state.words[matched - 2];
      next->backoffs[matched - 1] = backoff;
      if (extends(backoff)) next->length = static_cast<uint8_t>(matched);
      if (matched <= known) range = children(level, index);
    }
    for (int k = matched - 1; k < known; ++k) probability += state.backoffs[k];
  }
  return probability;
}

Status Ngram::verify() const {
  scorer_format::Checksum checksum;
  checksum.add(file_.bytes().subspan(sizeof(Header)));
  return checksum.value() == info_.checksum ? Status::kOk : Status::kScorerChecksum;
}

Status Ngram::check_trie(std::string* detail) const {
  for (int n = 1; n < order_; ++n) {
    const uint64_t count = info_.counts[static_cast<size_t>(n) - 1];
    uint64_t end = 0;  // of the children so far
    for (uint64_t index = 0; index < count; ++index) {
      const Range range =
          n == 1 ? unigram_children(static_cast<uint32_t>(index)) : children(levels_[n], index);
      if (range.begin != end || range.end < end) {
        return fail(Status::kScorerCorrupt, detail,
                    "its " + std::to_string(n + 1) + "-grams do not follow one another");
      }
      end = range.end;
    }
  }
  return Status::kOk;
}

Ngram::Entry Ngram::entry(int order, uint64_t index) const {
  if (order == 1) {
    const auto word = static_cast<uint32_t>(index);
    const auto unigram = load<Unigram>(unigrams_ + sizeof(Unigram) * index);
    const Range range = unigram_children(word);
    return {word, unigram.probability, unigram.backoff, range.begin, range.end};
  }
  const Level& level = levels_[order];
  const bool highest = order == order_;
  const Range range = highest ? Range{0, 0} : children(level, index);
  return {record_word(level, index), record_probability(level, index),
          highest ? -0.0F : record_backoff(level, index), range.begin, range.end};
}

namespace {

// Changes the header of the scorer at `path` in place.
template <typename Change>
Status rewrite_header(const std::string& path, const Change& change, std::string* detail) {
  Header header;
  {
    MappedFile file;
    if (!file.open(path)) return fail(Status::kScorerNotFound, detail, path);
    if (const Status status = check_identity(file.bytes(), &header, detail);
        status != Status::kOk) {
      return status;
    }
  }
  change(&header);
  header.header_checksum = scorer_format::header_checksum(header);
  std::FILE* file = open_file(path, "r+b");
  if (file == nullptr) return fail(Status::kFileWrite, detail, path);
  const bool written = std::fwrite(&header, sizeof header, 1, file) == 1;
  const bool closed = std::fclose(file) == 0;
  return written && closed ? Status::kOk : fail(Status::kFileWrite, detail, path);
}

}  // namespace

Status write_weights(const std::string& path, const ScorerWeights& weights, std::string* detail) {
  if (!weights.finite()) return fail(Status::kNotFinite, detail, "a weight");
  const auto change = [&weights](Header* header) {
    header->alpha = weights.alpha;
    header->beta = weights.beta;
    header->unknown_penalty = weights.unknown_penalty;
    header->unknown_unit_penalty = weights.unknown_unit_penalty;
  };
  return rewrite_header(path, change, detail);
}

Status write_fingerprint(const std::string& path, uint64_t vocabulary_fingerprint,
                         std::string* detail) {
  const auto change = [vocabulary_fingerprint](Header* header) {
    header->vocabulary_fingerprint = vocabulary_fingerprint;
  };
  return rewrite_header(path, change, detail);
}

}  // namespace auricle
