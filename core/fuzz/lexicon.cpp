// Lexicons, text or packed: reading has a status, and what is read survives packing.
#include "auricle/lexicon.h"

#include <algorithm>

#include "input.h"

using auricle::Lexicon;
using auricle::Status;
using auricle::Vocabulary;

namespace {

const Vocabulary& phones() {
  static const std::shared_ptr<const Vocabulary> vocabulary = [] {
    std::shared_ptr<const Vocabulary> made;
    fuzz::require(Vocabulary::create({"-", "A", "B", "C", " "}, 0, auricle::WordBoundary::kLexicon,
                                     &made) == Status::kOk);
    return made;
  }();
  return *vocabulary;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::shared_ptr<const Lexicon> lexicon;
  std::string detail;
  if (Lexicon::read({data, size}, phones(), &lexicon, &detail) != Status::kOk) return 0;
  for (uint32_t number = 0; number < std::min(lexicon->size(), 8U); ++number) {
    fuzz::require(lexicon->find(lexicon->word(number)) == number);
    for (const auto& spelling : lexicon->spellings(number)) {
      Lexicon::Node node = Lexicon::kRoot;
      for (const uint32_t token : spelling) node = lexicon->advance(node, token);
      fuzz::require(node != Lexicon::kOutside && !lexicon->words(node).empty());
    }
  }
  const std::vector<uint8_t> packed = lexicon->pack();
  std::shared_ptr<const Lexicon> again;
  fuzz::require(Lexicon::read(packed, phones(), &again, &detail) == Status::kOk);
  fuzz::require(again->pack() == packed);
  return 0;
}
