// Packages: archives and descriptions of any bytes have a status, and of what opens every part can
// be asked for.
#include "auricle/package.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "../tests/zip_bytes.h"
#include "auricle/json.h"
#include "input.h"
#include "sample_models.h"

using auricle::Json;
using auricle::Package;
using auricle::Status;

namespace {

// An archive around a description, with files that a description may name.
std::string archive_of(std::string_view description) {
  static const std::string scorer = [] {
    std::vector<uint8_t> bytes;
    fuzz::require(fuzz::import_arpa(fuzz::kSmallArpa, 4096, {}, &bytes) == Status::kOk);
    return std::string(bytes.begin(), bytes.end());
  }();
  return zip_bytes::zipped({{auricle::kDescriptionFile, std::string(description)},
                            {"a.onnx", "graph"},
                            {"s.lm", scorer},
                            {"w.lex", "a A\n"}});
}

// A text that was read can be written, and reads as it was, but for bytes that are not UTF-8.
void check_texts(const Json& json) {
  std::string written, again;
  Json read;
  auricle::append_json_string(json.string(), &written);
  fuzz::require(Json::parse(written, &read, &again));
  again.clear();
  auricle::append_json_string(read.string(), &again);
  fuzz::require(again == written);
  for (const Json& item : json.items()) check_texts(item);
}

void check_json(std::string_view text) {
  Json json;
  std::string error;
  if (Json::parse(text, &json, &error)) {
    check_texts(json);
  } else {
    fuzz::require(error.starts_with("byte "));
  }
}

void check_contract(const auricle::AcousticContract& acoustic) {
  fuzz::require(auricle::is_plain_file_name(acoustic.file) && acoustic.frame_seconds() > 0.0 &&
                acoustic.chunk_samples() > 0);
  for (const auricle::AcousticState& state : acoustic.states) {
    size_t size = 1;
    for (const int64_t side : state.shape) size *= static_cast<size_t>(side);
    fuzz::require(size == state.size);
  }
}

void open_parts(Package* package) {
  const auricle::PackageDescription& description = package->description();
  check_contract(description.acoustic);
  std::string detail;
  std::span<const uint8_t> content;
  (void)package->file(description.acoustic.file, &content, &detail);
  (void)package->verify(&detail);
  std::unique_ptr<auricle::Ngram> scorer;
  (void)package->open_scorer(&scorer, &detail);
  std::shared_ptr<const auricle::Vocabulary> vocabulary;
  if (auricle::Vocabulary::create(description.tokens, description.blank, description.boundary,
                                  &vocabulary, &detail) != Status::kOk) {
    return;
  }
  std::shared_ptr<const auricle::Lexicon> lexicon;
  if (description.boundary == auricle::WordBoundary::kLexicon) {
    (void)package->open_lexicon(*vocabulary, &lexicon, &detail);
  }
}

}  // namespace

// The first byte says what the others are: the bytes of an archive, or a description within one.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::Input input(data, size);
  const bool whole = input.below(2) == 0;
  const std::string_view rest = input.bytes(size);
  if (!whole) check_json(rest);
  const std::string archive = whole ? std::string(rest) : archive_of(rest);
  std::unique_ptr<Package> package;
  std::string detail;
  const std::span<const uint8_t> bytes(reinterpret_cast<const uint8_t*>(archive.data()),
                                       archive.size());
  if (Package::from_bytes(bytes, &package, &detail) == Status::kOk) open_parts(package.get());
  return 0;
}
