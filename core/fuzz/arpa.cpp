// ARPA files: importing has a status, whatever the text and its pieces are, and what is imported
// survives exporting and importing again.
#include "auricle/arpa.h"

#include <memory>
#include <string>
#include <vector>

#include "input.h"
#include "sample_models.h"

using auricle::Ngram;
using auricle::Status;

namespace {

std::unique_ptr<Ngram> open(std::vector<uint8_t> bytes) {
  std::unique_ptr<Ngram> ngram;
  std::string detail;
  fuzz::require(Ngram::from_bytes(std::move(bytes), &ngram, &detail) == Status::kOk);
  fuzz::require(ngram->verify() == Status::kOk);
  return ngram;
}

std::string exported(const Ngram& ngram) {
  std::string text;
  fuzz::require(auricle::export_arpa(ngram, [&text](std::string_view piece) {
                  text += piece;
                  return true;
                }) == Status::kOk);
  return text;
}

}  // namespace

// The first byte says how long the pieces are that the text arrives in; the rest is the text.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::Input input(data, size);
  const size_t piece = 1 + 16 * size_t{input.value<uint8_t>()};
  auricle::ScorerOptions options;
  options.bits = 32;
  std::vector<uint8_t> bytes;
  if (fuzz::import_arpa(input.bytes(size), piece, options, &bytes) != Status::kOk) return 0;
  const auto first = open(std::move(bytes));
  fuzz::require(fuzz::import_arpa(exported(*first), 4096, options, &bytes) == Status::kOk);
  fuzz::require(open(std::move(bytes))->info().checksum == first->info().checksum);
  return 0;
}
