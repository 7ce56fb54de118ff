// Writes what each fuzzer starts from: seeds FOLDER puts files into FOLDER/TARGET.
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "../tests/zip_bytes.h"
#include "auricle/lexicon.h"
#include "sample_models.h"

namespace {

bool write(const std::filesystem::path& path, std::string_view bytes) {
  std::filesystem::create_directories(path.parent_path());
  std::FILE* file = std::fopen(path.string().c_str(), "wb");
  if (file == nullptr) return false;
  const bool whole = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  return std::fclose(file) == 0 && whole;
}

bool write_scorers(const std::filesystem::path& folder) {
  for (const int bits : {2, 8, 32}) {
    auricle::ScorerOptions options;
    options.bits = bits;
    std::vector<uint8_t> bytes;
    if (fuzz::import_arpa(fuzz::kSmallArpa, 4096, options, &bytes) != auricle::Status::kOk ||
        !write(folder / (std::to_string(bits) + "-bits"),
               {reinterpret_cast<const char*>(bytes.data()), bytes.size()})) {
      return false;
    }
  }
  return true;
}

// The layout is that of the targets' functions that take their input apart.
bool write_searches(const std::filesystem::path& folder) {
  std::string rows;
  for (const char token : std::string_view("\1\1\2\0\4\1\2\0\0\0\3\0\2\1\4\2\2\0\0\0", 20)) {
    for (char column = 0; column < 5; ++column) rows += column == token ? '\2' : '\x40';
  }
  for (char boundary = 0; boundary < 4; ++boundary) {
    // 1 scorer, 2 closed vocabulary, 8 network, 16 grammar, 32 what it lacks has a price
    for (const char flags : std::string_view("\0\1\2\3\x8\x10\x19\x31", 8)) {
      // boundary, flags, beam, top tokens, alternatives, endpoint, maximum, phrases, block
      const std::string setting = {boundary, flags, 8,   5, 3, 3, 12,   1,
                                   2,        'a',   'b', 0, 0, 0, 0x40, 2};
      const std::string name = std::to_string(boundary) + "-" + std::to_string(flags);
      if (!write(folder / name, setting + rows)) return false;
    }
  }
  return true;
}

constexpr std::string_view kDescription =
    R"({"format": 1, "name": "n", "language": "en", "units": {"kind": "characters",
"boundary": "separator", "blank": 0, "tokens": ["-", " ", "a", "\u00e9"]}, "acoustic": {"file": "a.onnx",
"sample_rate": 16000, "frame_samples": 640, "chunk_frames": 8, "delay_frames": 2, "states":
[{"name": "h", "shape": [2, 3]}]}, "scorer": "s.lm", "endpoint_seconds": 0.6, "calibration": {"lead": 0.03,
"tail": 0, "shortest": 0.3, "word": {"bias": 1, "odds": 5e-1, "length": -0.25},
"segment": null}, "checksums": {"a.onnx": "0f"}})";

// A description alone, and whole archives (the first byte says which).
bool write_packages(const std::filesystem::path& folder) {
  std::string phones(kDescription);
  phones.replace(phones.find("separator"), 9, "lexicon");
  phones.replace(phones.find("\"s.lm\""), 6, "null, \"lexicon\": \"w.lex\"");
  const std::string whole(1, '\0');
  const std::string archive =
      zip_bytes::zipped({{"auricle.json", std::string(kDescription)}, {"a.onnx", "graph"}});
  const std::string small = zip_bytes::zipped({{"auricle.json", R"({"format": 1})"}});
  return write(folder / "description", "\1" + std::string(kDescription)) &&
         write(folder / "phones", "\1" + phones) && write(folder / "archive", whole + archive) &&
         write(folder / "small-archive", whole + small);
}

constexpr std::string_view kGrammar =
    "#JSGF V1.0;\ngrammar g;\npublic <a> = [x] (y {Y} | \"z w\")+ <b>*; // comment\n<b> = v;\n";

bool write_lexicons(const std::filesystem::path& folder) {
  constexpr std::string_view text = "a A\nab A B\nab A C B\nb B\n";
  std::shared_ptr<const auricle::Vocabulary> vocabulary;
  std::shared_ptr<const auricle::Lexicon> lexicon;
  std::string detail;
  if (auricle::Vocabulary::create({"-", "A", "B", "C", " "}, 0, auricle::WordBoundary::kLexicon,
                                  &vocabulary) != auricle::Status::kOk ||
      auricle::Lexicon::read({reinterpret_cast<const uint8_t*>(text.data()), text.size()},
                             *vocabulary, &lexicon, &detail) != auricle::Status::kOk) {
    return false;
  }
  const std::vector<uint8_t> packed = lexicon->pack();
  return write(folder / "text", text) &&
         write(folder / "packed", {reinterpret_cast<const char*>(packed.data()), packed.size()});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const std::filesystem::path folder = argv[1];
  const bool written = write(folder / "arpa" / "small", "\x10" + std::string(fuzz::kSmallArpa)) &&
                       write_scorers(folder / "scorer") && write_searches(folder / "decoder") &&
                       write_lexicons(folder / "lexicon") && write_packages(folder / "package") &&
                       write(folder / "grammar" / "phrases", "go on\nstop\n") &&
                       write(folder / "grammar" / "rules", kGrammar);
  return written ? 0 : 1;
}
