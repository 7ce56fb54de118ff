// The tokens that an acoustic model spells in, and how they make words.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "auricle/status.h"

namespace auricle {

// How a sequence of tokens falls into words. A token named <0xE4>, as sentencepiece writes it, is
// the byte E4 where tokens spell words: bytes make characters, and a text is never cut within one.
enum class WordBoundary : uint8_t {
  kSeparator,  // a token that is one space ends a word (characters)
  kPrefix,     // a token that begins with U+2581 begins a word (subword pieces)
  kNone,       // every token, or character of byte tokens, is a word (languages without spaces)
  kLexicon,    // a lexicon says which tokens make which words (phones); a token that is one space,
               // if there is one, ends a word too
};

// An immutable list of tokens. Threads may share it.
class Vocabulary {
 public:
  // `spaces`: whether a space stands between two words of a text; never with kNone.
  // `single_separators`: whether the network gives one separator between two words and none before
  // the first; otherwise any number of them is one, or none.
  static Status create(std::vector<std::string> tokens, uint32_t blank, WordBoundary boundary,
                       std::shared_ptr<const Vocabulary>* out, std::string* detail = nullptr,
                       bool spaces = true, bool single_separators = false);

  uint32_t size() const { return static_cast<uint32_t>(tokens_.size()); }
  uint32_t blank() const { return blank_; }
  WordBoundary boundary() const { return boundary_; }
  const std::string& token(uint32_t index) const { return tokens_[index]; }

  // What stands between two words of a text: a space, or nothing.
  const char* separator() const { return spaces_ ? " " : ""; }

  bool single_separators() const { return single_separators_; }

  // Whether the token ends the word before it; it may also begin the next one.
  bool ends_word(uint32_t index) const { return ends_word_[index] != 0; }

  // The bytes that the token adds to its word: none for a separator. With kLexicon the token's
  // name.
  std::string_view spelling(uint32_t index) const { return spellings_[index]; }

  // The first of the words that no sequence of tokens spells, or null.
  const std::string* first_unspellable(const std::vector<std::string>& words) const;

  // Whether a lexicon is there exactly where the boundary is kLexicon: kVocabularyNeedsLexicon or
  // kVocabularySpells if not.
  Status check_lexicon(bool given) const;

  // A 64-bit FNV-1a hash over the tokens, the blank and the boundary rule: two models with the same
  // fingerprint spell alike. Never 0.
  uint64_t fingerprint() const { return fingerprint_; }

 private:
  Vocabulary() = default;

  std::vector<std::string> tokens_;
  std::vector<std::string_view> spellings_;
  std::vector<uint8_t> ends_word_;
  uint32_t blank_ = 0;
  WordBoundary boundary_ = WordBoundary::kSeparator;
  bool spaces_ = true;
  bool single_separators_ = false;
  uint64_t fingerprint_ = 0;
};

}  // namespace auricle
