#include "auricle/vocabulary.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <system_error>
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

// The byte that a token's name <0xE4> stands for.
std::optional<uint8_t> byte_of(std::string_view token) {
  if (token.size() != 6 || token.substr(0, 3) != "<0x" || token[5] != '>') return std::nullopt;
  uint8_t byte = 0;
  const auto [end, error] = std::from_chars(token.data() + 3, token.data() + 5, byte, 16);
  if (error != std::errc() || end != token.data() + 5) return std::nullopt;
  return byte;
}

// Every byte as a text of its own.
std::string_view byte_text(uint8_t byte) {
  static const std::array<char, 256> bytes = [] {
    std::array<char, 256> all{};
    for (size_t i = 0; i < all.size(); ++i) all[i] = static_cast<char>(i);
    return all;
  }();
  return {&bytes[byte], 1};
}

}  // namespace

Status Vocabulary::create(std::vector<std::string> tokens, uint32_t blank, WordBoundary boundary,
                          std::shared_ptr<const Vocabulary>* out, std::string* detail, bool spaces,
                          bool single_separators) {
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
  if (boundary == WordBoundary::kSeparator && seen.count(kSpace) + seen.count("<0x20>") == 0) {
    return Status::kVocabularyNoSeparator;
  }

  std::shared_ptr<Vocabulary> made(new Vocabulary());
  made->tokens_ = std::move(tokens);
  made->blank_ = blank;
  made->boundary_ = boundary;
  made->spaces_ = spaces && boundary != WordBoundary::kNone;
  made->single_separators_ = single_separators;
  uint64_t hash = 0xCBF29CE484222325ULL;
  for (const std::string& token : made->tokens_) {
    std::string_view spelling = token;
    const auto byte = boundary == WordBoundary::kLexicon ? std::nullopt : byte_of(token);
    if (byte) spelling = byte_text(*byte);
    bool ends = boundary == WordBoundary::kNone && !(byte && (*byte & 0xC0) == 0x80);
    const bool separates =
        boundary == WordBoundary::kSeparator || boundary == WordBoundary::kLexicon;
    if (separates && spelling == kSpace) {
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

const std::string* Vocabulary::first_unspellable(const std::vector<std::string>& words) const {
  std::unordered_set<std::string_view> parts;
  size_t longest = 0;
  for (uint32_t token = 0; token < size(); ++token) {
    if (token == blank_ || spellings_[token].empty()) continue;
    parts.insert(spellings_[token]);
    longest = std::max(longest, spellings_[token].size());
  }
  for (const std::string& word : words) {
    std::vector<bool> reached(word.size() + 1, false);  // by tokens, one after the other
    reached[0] = true;
    for (size_t at = 0; at < word.size(); ++at) {
      if (!reached[at]) continue;
      for (size_t length = 1; length <= std::min(longest, word.size() - at); ++length) {
        const std::string_view part = std::string_view(word).substr(at, length);
        if (parts.count(part) > 0) reached[at + length] = true;
      }
    }
    if (!reached[word.size()]) return &word;
  }
  return nullptr;
}

Status Vocabulary::check_lexicon(bool given) const {
  const bool wanted = boundary_ == WordBoundary::kLexicon;
  if (wanted == given) return Status::kOk;
  return wanted ? Status::kVocabularyNeedsLexicon : Status::kVocabularySpells;
}

}  // namespace auricle
