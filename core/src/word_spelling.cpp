#include "auricle/word_spelling.h"

#include <utility>

namespace auricle {

std::vector<std::string_view> WordSpeller::words(std::string_view phrase) const {
  std::vector<std::string_view> found;
  bool in_word = false;
  for (size_t i = 0; i < phrase.size(); ++i) {
    const bool begins_character = (static_cast<unsigned char>(phrase[i]) & 0xC0) != 0x80;
    if (phrase[i] == ' ') {
      in_word = false;
    } else if (!in_word || (boundary_ == WordBoundary::kNone && begins_character)) {
      found.push_back(phrase.substr(i, 1));
      in_word = true;
    } else {
      found.back() = std::string_view(found.back().data(), found.back().size() + 1);
    }
  }
  return found;
}

Status WordSpeller::spell(std::string_view word, WordSpelling* out, std::string* detail) const {
  out->spellings.clear();
  if (lexicon_ == nullptr) {
    std::vector<Label>& bytes = out->spellings.emplace_back();
    for (const char byte : word) bytes.push_back(static_cast<uint8_t>(byte));
    out->mark = word_mark(kSpelledWord);
    return Status::kOk;
  }
  const uint32_t number = lexicon_->find(word);
  if (number == Lexicon::kNoWord) {
    std::string what = "'";
    what += word;
    what += "'; give its units as a spelling of your own, as in spellings={'";
    what += word;
    what += "': '...'}, or take another word";
    return fail(Status::kNoSpelling, detail, std::move(what));
  }
  out->spellings = lexicon_->spellings(number);
  out->mark = word_mark(number);
  return Status::kOk;
}

}  // namespace auricle
