#include "auricle/lexicon.h"

#include <algorithm>

#include "lexicon_builder.h"

namespace auricle {

std::string_view Lexicon::word(uint32_t number) const {
  const uint32_t begin = number == 0 ? 0 : word_ends_[number - 1];
  return std::string_view(word_bytes_).substr(begin, word_ends_[number] - begin);
}

uint32_t Lexicon::find(std::string_view wanted) const {
  uint32_t begin = 0;
  uint32_t end = size();
  while (begin < end) {
    const uint32_t middle = begin + (end - begin) / 2;
    if (word(middle) < wanted) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return begin < size() && word(begin) == wanted ? begin : kNoWord;
}

Lexicon::Node Lexicon::advance(Node node, uint32_t token) const {
  const uint32_t* const begin = labels_.data() + first_child_[node];
  const uint32_t* const end = labels_.data() + first_child_[node + 1];
  const uint32_t* const child = std::lower_bound(begin, end, token);
  return child == end || *child != token ? kOutside : static_cast<Node>(child - labels_.data());
}

std::span<const uint32_t> Lexicon::words(Node node) const {
  return std::span(node_words_)
      .subspan(first_word_[node], first_word_[node + 1] - first_word_[node]);
}

std::vector<std::vector<uint32_t>> Lexicon::spellings(uint32_t number) const {
  std::vector<std::vector<uint32_t>> found;
  for (size_t i = 0; i < node_words_.size(); ++i) {
    if (node_words_[i] != number) continue;
    const auto after = std::upper_bound(first_word_.begin(), first_word_.end(), i);
    found.push_back(path(static_cast<Node>(after - first_word_.begin() - 1)));
  }
  return found;
}

// The tokens from the root to a node.
std::vector<uint32_t> Lexicon::path(Node node) const {
  std::vector<uint32_t> tokens;
  while (node != kRoot) {
    tokens.push_back(labels_[node]);
    const auto after = std::upper_bound(first_child_.begin(), first_child_.end(), node);
    node = static_cast<Node>(after - first_child_.begin() - 1);
  }
  std::reverse(tokens.begin(), tokens.end());
  return tokens;
}

LexiconBuilder::LexiconBuilder(uint64_t vocabulary_fingerprint) : lexicon_(new Lexicon()) {
  lexicon_->fingerprint_ = vocabulary_fingerprint;
}

uint32_t LexiconBuilder::add_word(std::string_view word) {
  lexicon_->word_bytes_ += word;
  lexicon_->word_ends_.push_back(static_cast<uint32_t>(lexicon_->word_bytes_.size()));
  return lexicon_->size() - 1;
}

void LexiconBuilder::add_spelling(uint32_t word, const std::vector<uint32_t>& tokens) {
  const auto begin = static_cast<uint32_t>(tokens_.size());
  tokens_.insert(tokens_.end(), tokens.begin(), tokens.end());
  spellings_.push_back({begin, static_cast<uint32_t>(tokens.size()), word});
  const size_t last = spellings_.size() - 1;
  if (last > 0 && compare(spellings_[last - 1], spellings_[last]) >= 0) sorted_ = false;
}

// Orders by tokens, then by word.
int LexiconBuilder::compare(const Spelling& a, const Spelling& b) const {
  const uint32_t common = std::min(a.length, b.length);
  for (uint32_t i = 0; i < common; ++i) {
    const uint32_t x = tokens_[a.begin + i];
    const uint32_t y = tokens_[b.begin + i];
    if (x != y) return x < y ? -1 : 1;
  }
  if (a.length != b.length) return a.length < b.length ? -1 : 1;
  if (a.word != b.word) return a.word < b.word ? -1 : 1;
  return 0;
}

void LexiconBuilder::sort() {
  if (sorted_) return;
  std::sort(spellings_.begin(), spellings_.end(),
            [this](const Spelling& a, const Spelling& b) { return compare(a, b) < 0; });
  const auto same = [this](const Spelling& a, const Spelling& b) { return compare(a, b) == 0; };
  spellings_.erase(std::unique(spellings_.begin(), spellings_.end(), same), spellings_.end());
}

std::shared_ptr<const Lexicon> LexiconBuilder::finish() {
  sort();
  make_trie();
  return std::move(lexicon_);
}

void LexiconBuilder::make_trie() {
  struct Range {  // the spellings [begin, end) share their first `depth` tokens: a node
    uint32_t begin, end, depth;
  };
  Lexicon& lexicon = *lexicon_;
  std::vector<Range> nodes = {{0, static_cast<uint32_t>(spellings_.size()), 0}};
  lexicon.labels_.push_back(0);
  lexicon.node_words_.reserve(spellings_.size());
  for (size_t n = 0; n < nodes.size(); ++n) {
    const Range node = nodes[n];
    uint32_t i = node.begin;
    lexicon.first_word_.push_back(static_cast<uint32_t>(lexicon.node_words_.size()));
    for (; i < node.end && spellings_[i].length == node.depth; ++i) {
      lexicon.node_words_.push_back(spellings_[i].word);
    }
    lexicon.first_child_.push_back(static_cast<uint32_t>(nodes.size()));
    while (i < node.end) {
      const uint32_t token = tokens_[spellings_[i].begin + node.depth];
      uint32_t end = i + 1;
      while (end < node.end && tokens_[spellings_[end].begin + node.depth] == token) ++end;
      nodes.push_back({i, end, node.depth + 1});
      lexicon.labels_.push_back(token);
      i = end;
    }
  }
  lexicon.first_child_.push_back(static_cast<uint32_t>(nodes.size()));
  lexicon.first_word_.push_back(static_cast<uint32_t>(lexicon.node_words_.size()));
}

}  // namespace auricle
