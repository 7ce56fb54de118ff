// Scorers made in memory for tests, and their bytes.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "auricle/arpa.h"
#include "auricle/ngram.h"

namespace scorer_bytes {

// A path for one test's output in the working directory of the tests.
inline std::string scratch_path(const char* name) { return std::string("core_test_") + name; }

inline std::vector<uint8_t> read_and_remove(const std::string& path) {
  std::vector<uint8_t> bytes;
  if (std::FILE* file = std::fopen(path.c_str(), "rb")) {
    uint8_t block[4096];
    size_t count = 0;
    while ((count = std::fread(block, 1, sizeof block, file)) > 0) {
      bytes.insert(bytes.end(), block, block + count);
    }
    std::fclose(file);
  }
  std::remove(path.c_str());
  return bytes;
}

inline auricle::Status import_arpa(std::string_view arpa, int bits, std::vector<uint8_t>* bytes,
                                   std::string* detail) {
  const std::string path = scratch_path("import.lm");
  auricle::ImportOptions options;
  options.scorer.bits = bits;
  options.scorer.language = "en";
  options.temp_directory = ".";
  auricle::ArpaImporter importer(path, options);
  auricle::Status status = importer.feed(arpa, detail);
  if (status == auricle::Status::kOk) status = importer.finish(detail);
  *bytes = read_and_remove(path);
  return status;
}

inline std::vector<uint8_t> scorer_of(std::string_view arpa, int bits) {
  std::vector<uint8_t> bytes;
  std::string detail;
  import_arpa(arpa, bits, &bytes, &detail);
  return bytes;
}

inline std::unique_ptr<auricle::Ngram> ngram_of(std::string_view arpa, int bits) {
  std::unique_ptr<auricle::Ngram> ngram;
  std::string detail;
  auricle::Ngram::from_bytes(scorer_of(arpa, bits), &ngram, &detail);
  return ngram;
}

// Three orders, written by hand: every query below can be worked out with pencil and paper.
inline constexpr std::string_view kSmallArpa =
    "\\data\\\n"
    "ngram 1=6\n"
    "ngram 2=5\n"
    "ngram 3=2\n"
    "\n"
    "\\1-grams:\n"
    "-1.5\t<unk>\n"
    "0\t<s>\t-0.5\n"
    "-0.75\t</s>\n"
    "-1\ta\t-0.25\n"
    "-1.25\tb\t-0.125\n"
    "-2\tab\t0\n"
    "\n"
    "\\2-grams:\n"
    "-0.5\t<s> a\t-0.0625\n"
    "-0.375\ta b\t-0.03125\n"
    "-0.625\tb </s>\n"
    "-0.875\tb a\t0\n"
    "-1.125\tab ab\n"
    "\n"
    "\\3-grams:\n"
    "-0.1875\t<s> a b\n"
    "-0.3125\ta b </s>\n"
    "\n"
    "\\end\\\n";

}  // namespace scorer_bytes
