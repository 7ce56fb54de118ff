#include "auricle/lexicon_layers.h"

#include <algorithm>
#include <utility>

namespace auricle {

LexiconLayers::LexiconLayers(std::shared_ptr<const Lexicon> shared,
                             std::shared_ptr<const Lexicon> own)
    : shared_(std::move(shared)), own_(std::move(own)) {
  for (uint32_t k = 0; own_ && k < own_->size(); ++k) {
    uint32_t number = shared_->find(own_->word(k));
    if (number == Lexicon::kNoWord) {
      number = size();
      added_.push_back(k);
    }
    numbers_.push_back(number);
  }
}

LexiconLayers::Node LexiconLayers::advance(Node node, uint32_t token) const {
  Node next = {Lexicon::kOutside, Lexicon::kOutside};
  if (node.shared != Lexicon::kOutside) next.shared = shared_->advance(node.shared, token);
  if (own_ && node.own != Lexicon::kOutside) next.own = own_->advance(node.own, token);
  return next;
}

void LexiconLayers::words(Node node, std::vector<uint32_t>* words) const {
  words->clear();
  if (node.shared != Lexicon::kOutside) {
    const auto found = shared_->words(node.shared);
    words->assign(found.begin(), found.end());
  }
  if (!own_ || node.own == Lexicon::kOutside) return;
  for (const uint32_t k : own_->words(node.own)) {
    const uint32_t number = numbers_[k];
    if (std::find(words->begin(), words->end(), number) == words->end()) words->push_back(number);
  }
}

std::string_view LexiconLayers::word(uint32_t number) const {
  return number < shared_->size() ? shared_->word(number) : own_->word(own_word(number));
}

uint32_t LexiconLayers::find(std::string_view word) const {
  const uint32_t number = shared_->find(word);
  if (number != Lexicon::kNoWord || !own_) return number;
  const uint32_t k = own_->find(word);
  return k == Lexicon::kNoWord ? k : numbers_[k];
}

std::vector<std::vector<uint32_t>> LexiconLayers::spellings(uint32_t number) const {
  std::vector<std::vector<uint32_t>> found;
  if (number < shared_->size()) found = shared_->spellings(number);
  for (uint32_t k = 0; k < numbers_.size(); ++k) {
    if (numbers_[k] != number) continue;
    for (std::vector<uint32_t>& spelling : own_->spellings(k)) {
      if (std::find(found.begin(), found.end(), spelling) == found.end()) {
        found.push_back(std::move(spelling));
      }
    }
  }
  return found;
}

}  // namespace auricle
