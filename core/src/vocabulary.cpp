#include "auricle/vocabulary.h"

#include <unordered_set>
#include <utility>

namespace auricle {
namespace {

constexpr std::string_view kWordStart = "\xE2\x96\x81";  // U+2581, as sentencepiece writes it
constexpr std::string_view kSpace = " ";

uint64_t fnv1a(uint64_t hash, std::string_view bytes) {
  for (const char byte : bytes) {
    hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001B3ULL;
  }
  return (hash ^ 0xFF) * 0x100000001B3ULL;  // an end mark that no UTF-8 text holds
}

}  // namespace

Status Vocabulary::create(std::vector<std::string> tokens, uint32_t blank, WordBoundary boundary,
                          std::shared_ptr<const Vocabulary>* out, std::string* detail) {
  if (tokens.empty()) return Status::kVocabularyEmpty;
  if (blank >= tokens.size()) {
    return fail(
        Status::kVocabularyBlank, detail,
        "blank " + std::to_string(blank) + " of " + std::to_string(tokens.size()) + " tokens");
  }
  std::unordered_set<std::string_view> seen;
  for (const std::string& token : tokens) {
    if (!seen.insert(token).second) return fail(Status::kVocabularyDuplicate, detail, token);
  }
  if (boundary == WordBoundary::kSeparator && seen.count(kSpace) == 0) {
    return Status::kVocabularyNoSeparator;
  }

  std::shared_ptr<Vocabulary> made(new Vocabulary());
  made->tokens_ = std::move(tokens);
  made->blank_ = blank;
  made->boundary_ = boundary;
  uint64_t hash = 0xCBF29CE484222325ULL;
  for (const std::string& token : made->tokens_) {
    std::string_view spelling = token;
    bool ends = boundary == WordBoundary::kNone;
    const bool separates =
        boundary == WordBoundary::kSeparator || boundary == WordBoundary::kLexicon;
    if (separates && token == kSpace) {
      ends = true;
      spelling = {};
    } else if (boundary == WordBoundary::kPrefix && spelling.substr(0, 3) == kWordStart) {
      ends = true;
      spelling.remove_prefix(kWordStart.size());
    }
    made->spellings_.push_back(spelling);
    made->ends_word_.push_back(ends ? 1 : 0);
    hash = fnv1a(hash, token);
  }
  hash = fnv1a(hash, std::to_string(blank) + "/" + std::to_string(static_cast<int>(boundary)));
  made->fingerprint_ = hash == 0 ? 1 : hash;
  *out = std::move(made);
  return Status::kOk;
}

Status Vocabulary::check_lexicon(bool given) const {
  const bool wanted = boundary_ == WordBoundary::kLexicon;
  if (wanted == given) return Status::kOk;
  return wanted ? Status::kVocabularyNeedsLexicon : Status::kVocabularySpells;
}

}  // namespace auricle
