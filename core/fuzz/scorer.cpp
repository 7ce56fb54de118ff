// Scorer files: whatever the bytes are, opening has a status, and what opens can be asked for
// everything.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "../src/scorer_format.h"
#include "auricle/arpa.h"
#include "auricle/decoder.h"
#include "input.h"
#include "sample_models.h"

using auricle::Ngram;
using auricle::NgramState;
using auricle::Status;

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

namespace {

void query(const Ngram& ngram) {
  NgramState state = ngram.begin_sentence();
  NgramState next;
  const uint32_t size = std::min<uint32_t>(ngram.vocabulary_size(), 20);
  for (uint32_t a = 0; a < size; ++a) {
    (void)ngram.find(ngram.word(a));
    for (uint32_t b = 0; b < size; ++b) {
      (void)ngram.score(state, (a * 7 + b) % size, &next);
      std::swap(state, next);
    }
  }
}

void export_some(const Ngram& ngram) {
  size_t bytes = 0;
  (void)auricle::export_arpa(ngram, [&bytes](std::string_view text) {
    bytes += text.size();
    return bytes < 100'000;
  });
}

void decode_with(std::unique_ptr<Ngram> ngram) {
  const auto vocabulary = fuzz::small_vocabulary(auricle::WordBoundary::kSeparator);
  std::shared_ptr<const auricle::Scorer> scorer;
  if (auricle::Scorer::create(std::move(ngram), *vocabulary, {}, &scorer) != Status::kOk) return;
  std::unique_ptr<auricle::Decoder> decoder;
  auricle::DecoderOptions options;
  options.beam_width = 4;
  options.weights = scorer->default_weights();
  if (auricle::Decoder::create({vocabulary, {}, {}, scorer, {}}, options, {}, &decoder) !=
      Status::kOk)
    return;
  const std::vector<float> row(vocabulary->size(), -1.5F);
  for (int frame = 0; frame < 12; ++frame) {
    fuzz::require(decoder->step(row.data(), 1) == Status::kOk);
  }
  fuzz::require(decoder->finish() == Status::kOk);
}

}  // namespace

// Damages a scorer, then makes its header believable again: else every change ends at the checksum.
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size,
                                          unsigned seed) {
  using auricle::scorer_format::Header;
  size = LLVMFuzzerMutate(data, size, max_size);
  if (seed % 16 == 0 || size < sizeof(Header)) return size;
  Header header;
  std::memcpy(&header, data, sizeof header);
  std::memcpy(header.magic, auricle::scorer_format::kMagic, sizeof header.magic);
  header.version = auricle::scorer_format::kVersion;
  header.header_bytes = sizeof header;
  header.file_bytes = size;
  header.header_checksum = auricle::scorer_format::header_checksum(header);
  std::memcpy(data, &header, sizeof header);
  return size;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::unique_ptr<Ngram> ngram;
  std::string detail;
  if (Ngram::from_bytes({data, data + size}, &ngram, &detail) != Status::kOk) return 0;
  (void)ngram->verify();
  query(*ngram);
  export_some(*ngram);
  decode_with(std::move(ngram));
  return 0;
}
