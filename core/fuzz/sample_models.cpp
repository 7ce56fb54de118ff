#include "sample_models.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace fuzz {
namespace {

// A folder of the running fuzzer alone, removed when it ends.
struct ScratchFolder {
  ScratchFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "auricle-fuzz-XXXXXX").string();
    path = mkdtemp(name.data());
  }
  ~ScratchFolder() { std::filesystem::remove_all(path); }
  std::filesystem::path path;
};

}  // namespace

using auricle::Status;
using auricle::WordBoundary;

std::shared_ptr<const auricle::Vocabulary> small_vocabulary(WordBoundary boundary) {
  std::vector<std::string> tokens = {"<blank>", "a", "b", "c"};
  tokens.emplace_back(boundary == WordBoundary::kPrefix ? "\xE2\x96\x81"
                                                          "a"
                                                        : " ");
  std::shared_ptr<const auricle::Vocabulary> vocabulary;
  (void)auricle::Vocabulary::create(std::move(tokens), 0, boundary, &vocabulary);
  return vocabulary;
}

const std::string_view kSmallArpa =
    "\\data\\\nngram 1=7\nngram 2=5\nngram 3=2\n\n"
    "\\1-grams:\n-2.0\t<unk>\t0\n0\t<s>\t-0.4\n-0.9\t</s>\t0\n-0.5\ta\t-0.3\n-0.9\tab\t-0.2\n"
    "-1.1\tb\t-0.25\n-1.3\tba\t0\n\n"
    "\\2-grams:\n-0.3\t<s> a\t-0.1\n-0.6\ta ab\t-0.15\n-0.4\ta b\t0\n-0.5\tab a\t0\n"
    "-0.2\tb </s>\n\n"
    "\\3-grams:\n-0.1\t<s> a b\n-0.35\ta ab a\n\n\\end\\\n";

Status import_arpa(std::string_view arpa, size_t piece, const auricle::ScorerOptions& options,
                   std::vector<uint8_t>* bytes) {
  static const ScratchFolder folder;
  const std::string path = (folder.path / "scorer.lm").string();
  auricle::ImportOptions arpa_options;
  arpa_options.scorer = options;
  arpa_options.temp_directory = folder.path.string();
  auricle::ArpaImporter importer(path, arpa_options);
  for (size_t at = 0; at < arpa.size(); at += piece) {
    const Status status = importer.feed(arpa.substr(at, piece), nullptr);
    if (status != Status::kOk) return status;
  }
  const Status status = importer.finish(nullptr);
  if (status != Status::kOk) return status;
  bytes->resize(std::filesystem::file_size(path));
  std::FILE* file = std::fopen(path.c_str(), "rb");
  bytes->resize(std::fread(bytes->data(), 1, bytes->size(), file));
  std::fclose(file);
  std::filesystem::remove(path);
  return status;
}

}  // namespace fuzz
