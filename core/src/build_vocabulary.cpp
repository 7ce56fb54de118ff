#include "build_vocabulary.h"

#include <algorithm>

#include "auricle/ngram.h"

namespace auricle {

BuildVocabulary::BuildVocabulary() {
  for (const char* special : {"<unk>", "<s>", "</s>"}) count(special);
  std::fill(counts_.begin(), counts_.end(), 0);
}

uint32_t BuildVocabulary::count(std::string_view word) {
  auto found = ids_.find(word);
  if (found == ids_.end()) {
    found = ids_.emplace(word, static_cast<uint32_t>(words_.size())).first;
    words_.push_back(&found->first);
    counts_.push_back(0);
  }
  ++counts_[found->second];
  return found->second;
}

void BuildVocabulary::keep_all() { keep_.assign(words_.size(), true); }

void BuildVocabulary::keep_most_frequent(uint64_t limit) {
  std::vector<uint32_t> order;
  for (auto id = Ngram::kFirstWord; id < words_.size(); ++id) order.push_back(id);
  std::sort(order.begin(), order.end(), [this](uint32_t a, uint32_t b) {
    return counts_[a] != counts_[b] ? counts_[a] > counts_[b] : *words_[a] < *words_[b];
  });
  keep_.assign(words_.size(), false);
  order.resize(static_cast<size_t>(std::min<uint64_t>(limit, order.size())));
  for (const uint32_t id : order) keep_[id] = true;
}

void BuildVocabulary::keep_listed(const std::vector<std::string>& words) {
  keep_.assign(words_.size(), false);
  for (const std::string& word : words) {
    if (const auto found = ids_.find(word); found != ids_.end()) keep_[found->second] = true;
  }
}

void BuildVocabulary::number() {
  std::fill_n(keep_.begin(), Ngram::kFirstWord, true);
  std::vector<uint32_t> order(words_.size());
  for (uint32_t id = 0; id < order.size(); ++id) order[id] = id;
  const auto sorted = order.begin() + Ngram::kFirstWord;
  std::sort(sorted, order.end(), [this](uint32_t a, uint32_t b) {
    return keep_[a] != keep_[b] ? keep_[a] : *words_[a] < *words_[b];
  });
  numbers_.resize(words_.size());
  for (uint32_t number = 0; number < order.size(); ++number) numbers_[order[number]] = number;
  kept_ = static_cast<uint32_t>(std::count(keep_.begin(), keep_.end(), true));
}

std::vector<std::string> BuildVocabulary::words() const {
  std::vector<std::string> result(kept_);
  for (uint32_t id = 0; id < words_.size(); ++id) {
    if (keep_[id]) result[numbers_[id]] = *words_[id];
  }
  return result;
}

}  // namespace auricle
