// A lexicon that many share, and words of one's own beside it.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "auricle/lexicon.h"

namespace auricle {

// Follows spellings in both lexicons at once. Words of one's own that the shared lexicon has too
// are the same words with more spellings; the others have numbers after the shared ones.
class LexiconLayers {
 public:
  struct Node {
    Lexicon::Node shared = Lexicon::kRoot;
    Lexicon::Node own = Lexicon::kRoot;
    bool inside() const { return shared != Lexicon::kOutside || own != Lexicon::kOutside; }
  };

  // `own` may be null.
  LexiconLayers(std::shared_ptr<const Lexicon> shared, std::shared_ptr<const Lexicon> own);

  const std::shared_ptr<const Lexicon>& shared() const { return shared_; }

  // The node that a token leads to; not inside() where no word goes on like that.
  Node advance(Node node, uint32_t token) const;

  // Replaces *words by the words whose spelling ends at a node, each once.
  void words(Node node, std::vector<uint32_t>* words) const;

  uint32_t size() const { return shared_->size() + static_cast<uint32_t>(added_.size()); }
  std::string_view word(uint32_t number) const;
  // The number in the own lexicon of a word that only it has: one from shared()->size() on.
  uint32_t own_word(uint32_t number) const { return added_[number - shared_->size()]; }
  uint32_t find(std::string_view word) const;  // or Lexicon::kNoWord
  std::vector<std::vector<uint32_t>> spellings(uint32_t number) const;

 private:
  std::shared_ptr<const Lexicon> shared_;
  std::shared_ptr<const Lexicon> own_;
  std::vector<uint32_t> numbers_;  // of the words of own_
  std::vector<uint32_t> added_;    // words of own_ that shared_ lacks
};

}  // namespace auricle
