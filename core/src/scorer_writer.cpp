#include "scorer_writer.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>

#include "file.h"
#include "quantiser.h"
#include "scorer_format.h"

namespace auricle {
namespace {

using scorer_format::EliasFanoShape;
using scorer_format::Header;
using scorer_format::LevelShape;
using scorer_format::Section;
using scorer_format::Unigram;

// The sections one after the other, aligned, with the checksum of what has passed.
class SectionWriter {
 public:
  explicit SectionWriter(OutputFile* file) : file_(file), offset_(sizeof(Header)) {
    buffer_.reserve(kBlock + 64);
  }

  void begin(Section* section) {
    section_ = section;
    section_->offset = offset_;
  }
  void append(const void* data, size_t bytes) {
    const auto* begin = static_cast<const uint8_t*>(data);
    offset_ += bytes;
    while (bytes > 0) {
      const size_t part = std::min(bytes, kBlock - buffer_.size());
      buffer_.insert(buffer_.end(), begin, begin + part);
      begin += part;
      bytes -= part;
      if (buffer_.size() == kBlock) flush();
    }
  }
  void end() {
    section_->bytes = offset_ - section_->offset;
    constexpr uint8_t kZeros[8] = {};
    append(kZeros, static_cast<size_t>(scorer_format::aligned(offset_) - offset_));
  }
  void flush() {
    checksum_.add(buffer_);
    written_ = written_ && file_->write(buffer_.data(), buffer_.size());
    buffer_.clear();
  }
  bool written() const { return written_; }
  uint64_t offset() const { return offset_; }
  uint64_t checksum() const { return checksum_.value(); }

 private:
  static constexpr size_t kBlock = size_t{1} << 20;  // whole words of the checksum

  OutputFile* file_;
  Section* section_ = nullptr;
  uint64_t offset_;
  std::vector<uint8_t> buffer_;
  scorer_format::Checksum checksum_;
  bool written_ = true;
};

// Bit-packed values straight to a section.
class BitWriter {
 public:
  explicit BitWriter(SectionWriter* out) : out_(out) {}

  void put(uint32_t value, int bits) {
    word_ |= static_cast<uint64_t>(value) << used_;
    used_ += bits;
    if (used_ >= 32) {
      const auto low = static_cast<uint32_t>(word_);
      out_->append(&low, sizeof low);
      word_ >>= 32;
      used_ -= 32;
    }
  }
  void finish() {
    const auto bytes = static_cast<size_t>((used_ + 7) / 8);
    out_->append(&word_, bytes);
    constexpr uint8_t kZeros[scorer_format::kPadding] = {};
    out_->append(kZeros, sizeof kZeros);
  }

 private:
  SectionWriter* out_;
  uint64_t word_ = 0;
  int used_ = 0;
};

// A size in memory. What 32-bit systems cannot address becomes a size that no allocation grants.
size_t in_memory(uint64_t size) {
  return static_cast<size_t>(std::min<uint64_t>(size, std::numeric_limits<size_t>::max()));
}

// A non-decreasing sequence on its way into Elias-Fano coding.
class EliasFanoWriter {
 public:
  EliasFanoWriter(uint64_t size, uint64_t limit)
      : shape_(size, limit),
        low_(in_memory(shape_.low_bytes)),
        high_(in_memory(shape_.high_words)) {}

  void put(uint64_t value) {
    const uint64_t one = (value >> shape_.low_bits) + index_;
    high_[static_cast<size_t>(one / 64)] |= uint64_t{1} << (one % 64);
    if (index_ % scorer_format::kSampleEvery == 0) samples_.push_back(one);
    const uint64_t at = index_ * static_cast<uint64_t>(shape_.low_bits);
    const uint64_t low = (value & ((uint64_t{1} << shape_.low_bits) - 1)) << (at & 7);
    uint8_t* const place = &low_[static_cast<size_t>(at >> 3)];
    uint64_t word = 0;
    std::memcpy(&word, place, sizeof word);
    word |= low;
    std::memcpy(place, &word, sizeof word);
    ++index_;
  }
  void write(SectionWriter* out, Section* low, Section* high, Section* samples) const {
    out->begin(low);
    out->append(low_.data(), low_.size());
    out->end();
    out->begin(high);
    out->append(high_.data(), high_.size() * 8);
    out->end();
    out->begin(samples);
    out->append(samples_.data(), samples_.size() * 8);
    out->end();
  }

 private:
  EliasFanoShape shape_;
  std::vector<uint8_t> low_;
  std::vector<uint64_t> high_;
  std::vector<uint64_t> samples_;
  uint64_t index_ = 0;
};

// Walks level n + 1 behind level n: how many of its records come before the children of a key.
class ChildCounter {
 public:
  ChildCounter(RecordStore* level, int words) : level_(level), words_(words) {
    if (level_ == nullptr) return;
    level_->rewind();
    record_ = level_->next();
  }
  uint64_t before(const uint32_t* key) {
    while (record_ != nullptr &&
           std::lexicographical_compare(record_, record_ + words_, key, key + words_)) {
      record_ = level_->next();
      ++passed_;
    }
    return passed_;
  }

 private:
  RecordStore* level_;
  int words_;
  const uint32_t* record_ = nullptr;
  uint64_t passed_ = 0;
};

class ScorerWriter {
 public:
  ScorerWriter(OutputFile* file, const ScorerOptions& options, NgramLevels& levels)
      : out_(file), levels_(levels), order_(static_cast<int>(levels.size())) {
    std::memcpy(header_.magic, scorer_format::kMagic, sizeof header_.magic);
    header_.version = scorer_format::kVersion;
    header_.header_bytes = sizeof(Header);
    header_.vocabulary_fingerprint = options.vocabulary_fingerprint;
    header_.alpha = options.weights.alpha;
    header_.beta = options.weights.beta;
    header_.unknown_penalty = options.weights.unknown_penalty;
    header_.unknown_unit_penalty = options.weights.unknown_unit_penalty;
    header_.kind = static_cast<uint32_t>(options.kind);
    if (!options.sentence_end) header_.kind |= scorer_format::kNoSentenceEnd;
    header_.order = static_cast<uint32_t>(order_);
    header_.bits = static_cast<uint32_t>(options.bits);
    options.language.copy(header_.language, sizeof header_.language - 1);
    quantisers_.resize(static_cast<size_t>(order_) + 1);
  }

  Header* header() { return &header_; }

  // Counts every level and learns its codebooks.
  Status survey(std::string* detail) {
    for (int n = 1; n <= order_; ++n) {
      Quantisers& quantisers = quantisers_[static_cast<size_t>(n)];
      const bool quantised = n > 1 && header_.bits < 32;
      if (quantised) {
        const int bits = static_cast<int>(header_.bits);
        quantisers.probability.emplace(bits, std::vector<float>{});
        quantisers.backoff.emplace(bits, std::vector<float>{-0.0F, 0.0F});
      }
      RecordStore& level = *levels_[static_cast<size_t>(n) - 1];
      level.rewind();
      uint64_t count = 0;
      while (const uint32_t* record = level.next()) {
        ++count;
        if (!quantised) continue;
        quantisers.probability->add(std::bit_cast<float>(record[n]));
        if (n < order_) quantisers.backoff->add(std::bit_cast<float>(record[n + 1]));
      }
      if (level.failed()) return fail(Status::kFileWrite, detail, "temporary files");
      if (count > scorer_format::kMaxCount) {
        return fail(Status::kArpaCounts, detail, "more than 4 294 967 294 n-grams of one order");
      }
      header_.counts[n - 1] = count;
      if (quantised) {
        quantisers.probability->build();
        quantisers.backoff->build();
      }
    }
    return Status::kOk;
  }

  void write_words(const std::vector<std::string>& words) {
    out_.begin(&header_.sections[scorer_format::kWordOffsets]);
    uint32_t offset = 0;
    out_.append(&offset, sizeof offset);
    for (const std::string& word : words) {
      offset += static_cast<uint32_t>(word.size());
      out_.append(&offset, sizeof offset);
    }
    out_.end();
    out_.begin(&header_.sections[scorer_format::kWordCharacters]);
    for (const std::string& word : words) out_.append(word.data(), word.size());
    out_.end();
  }

  void write_unigrams() {
    out_.begin(&header_.sections[scorer_format::kUnigrams]);
    ChildCounter children(order_ > 1 ? levels_[1].get() : nullptr, 1);
    levels_[0]->rewind();
    while (const uint32_t* record = levels_[0]->next()) {
      const Unigram unigram = {std::bit_cast<float>(record[1]), std::bit_cast<float>(record[2]),
                               static_cast<uint32_t>(children.before(record))};
      out_.append(&unigram, sizeof unigram);
    }
    const auto end = static_cast<uint32_t>(order_ > 1 ? header_.counts[1] : 0);
    const Unigram sentinel = {0.0F, 0.0F, end};
    out_.append(&sentinel, sizeof sentinel);
    out_.end();
  }

  void write_level(int n) {
    const LevelShape shape(header_, n);
    const Quantisers& quantisers = quantisers_[static_cast<size_t>(n)];
    const auto code = [](const std::optional<Quantiser>& quantiser, uint32_t bits) {
      return quantiser ? quantiser->code(std::bit_cast<float>(bits)) : bits;
    };
    ChildCounter counter(shape.highest ? nullptr : levels_[static_cast<size_t>(n)].get(), n);
    std::optional<EliasFanoWriter> children;
    if (!shape.highest) children.emplace(header_.counts[n - 1] + 1, header_.counts[n]);

    out_.begin(section(n, scorer_format::kRecords));
    BitWriter records(&out_);
    RecordStore& level = *levels_[static_cast<size_t>(n) - 1];
    level.rewind();
    while (const uint32_t* record = level.next()) {
      records.put(record[n - 1], shape.word_bits);
      records.put(code(quantisers.probability, record[n]), shape.bits);
      if (shape.highest) continue;
      records.put(code(quantisers.backoff, record[n + 1]), shape.bits);
      children->put(counter.before(record));
    }
    records.finish();
    out_.end();
    write_codebook(quantisers.probability, section(n, scorer_format::kProbabilities));
    if (shape.highest) return;
    write_codebook(quantisers.backoff, section(n, scorer_format::kBackoffs));
    children->put(header_.counts[n]);
    children->write(&out_, section(n, scorer_format::kChildrenLow),
                    section(n, scorer_format::kChildrenHigh),
                    section(n, scorer_format::kChildrenSamples));
  }

  bool finish() {
    out_.flush();
    header_.file_bytes = out_.offset();
    header_.data_checksum = out_.checksum();
    header_.header_checksum = scorer_format::header_checksum(header_);
    return out_.written();
  }

 private:
  struct Quantisers {
    std::optional<Quantiser> probability;
    std::optional<Quantiser> backoff;
  };

  Section* section(int n, scorer_format::LevelSection part) {
    return &header_.sections[scorer_format::section_of(n, part)];
  }
  void write_codebook(const std::optional<Quantiser>& quantiser, Section* section) {
    out_.begin(section);
    if (quantiser) {
      out_.append(quantiser->codebook().data(), quantiser->codebook().size() * sizeof(float));
    }
    out_.end();
  }

  Header header_ = {};
  SectionWriter out_;
  NgramLevels& levels_;
  int order_;
  std::vector<Quantisers> quantisers_;
};

}  // namespace

Status check_options(const ScorerOptions& options, std::string* detail) {
  if (!(options.bits >= 2 && options.bits <= 16) && options.bits != 32) {
    return fail(Status::kInvalidArgument, detail,
                "bits is " + std::to_string(options.bits) + ", allowed are 2 to 16 and 32");
  }
  if (options.language.size() > 11) {
    return fail(Status::kInvalidArgument, detail, "the language tag has more than 11 bytes");
  }
  if (!options.weights.finite()) return fail(Status::kNotFinite, detail, "a default weight");
  return Status::kOk;
}

Status write_scorer(const std::string& path, const ScorerOptions& options,
                    const std::vector<std::string>& words, NgramLevels& levels,
                    std::string* detail) {
  OutputFile file;
  if (!file.open(path)) return fail(Status::kFileWrite, detail, path);
  ScorerWriter writer(&file, options, levels);
  if (!file.write(writer.header(), sizeof(Header))) return fail(Status::kFileWrite, detail, path);
  if (const Status status = writer.survey(detail); status != Status::kOk) return status;
  writer.write_words(words);
  writer.write_unigrams();
  for (int n = 2; n <= static_cast<int>(levels.size()); ++n) writer.write_level(n);
  const bool written =
      writer.finish() && file.rewrite_start(writer.header(), sizeof(Header)) &&
      std::none_of(levels.begin(), levels.end(), [](const auto& level) { return level->failed(); });
  if (!written || !file.commit()) return fail(Status::kFileWrite, detail, path);
  return Status::kOk;
}

}  // namespace auricle
