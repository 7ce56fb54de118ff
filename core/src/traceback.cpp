#include "auricle/traceback.h"

#include <algorithm>

#include "auricle/utf8.h"

namespace auricle {
namespace {

// A word is the same in two texts where its frames are no further apart.
constexpr uint64_t kNearFrames = 2;

bool close_in_time(const DecodedWord& a, const DecodedWord& b) {
  return a.first_frame < b.end_frame + kNearFrames && b.first_frame < a.end_frame + kNearFrames;
}

}  // namespace

// Goes back to a word that is known, and from there forward again.
uint32_t Traceback::last_word(uint32_t path, uint32_t word) {
  const size_t known = ended_words_.size();
  std::vector<Ending> unread;
  uint32_t before = kStart;
  Ending ending{path, word};
  while (ending.node != kNoPath) {
    const uint32_t number = endings_.add(ending.key());
    if (number < known) {
      before = ended_words_[number];
      break;
    }
    unread.push_back(ending);
    const uint32_t first = beginning(ending.node);
    ending = {paths_[first].parent, paths_[first].word};
  }
  ended_words_.resize(known + unread.size());  // the last of the text comes first
  for (size_t k = unread.size(); k-- > 0;) {
    before = ended_words_[known + k] = read_word(unread[k], before);
  }
  return before;
}

// The first unit after the end of the word before.
uint32_t Traceback::beginning(uint32_t node) const {
  while (paths_[node].word == Lexicon::kNoWord && paths_[node].parent != kNoPath) {
    node = paths_[node].parent;
  }
  return node;
}

// Adds the units of a word up to a node; false where there are separators only.
bool Traceback::read_units(uint32_t node, DecodedWord* word) const {
  std::vector<const PathNode*> units;
  for (const uint32_t first = beginning(node);; node = paths_[node].parent) {
    if (!vocabulary_.spelling(paths_[node].token).empty()) units.push_back(&paths_[node]);
    if (node == first) break;
  }
  if (units.empty()) return false;
  word->first_frame = units.back()->frame;
  word->end_frame = units.front()->frame + 1;
  for (auto unit = units.rbegin(); unit != units.rend(); ++unit) {
    if (!lexicon_) word->text += vocabulary_.spelling((*unit)->token);
    word->evidence.add((*unit)->log_probability);
  }
  return true;
}

// Adds the word that ends somewhere; returns its number, or `before` where there is none.
uint32_t Traceback::read_word(const Ending& ending, uint32_t before) {
  if (ending.word == Lexicon::kNoWord) return before;
  Word next;
  DecodedWord& word = next.word;
  if (!read_units(ending.node, &word)) return before;
  if (lexicon_) word.text = lexicon_->word(ending.word);
  if (!is_utf8(word.text)) cut_character(&word.text);
  if (word.text.empty()) return before;
  next.before = before;
  next.text_key = words_[before].text_key;
  if (before != kStart) next.text_key = extend_key(next.text_key, vocabulary_.separator());
  next.text_key = extend_key(next.text_key, word.text);
  words_.push_back(std::move(next));
  return static_cast<uint32_t>(words_.size() - 1);
}

std::vector<DecodedWord> Traceback::words(uint32_t last) const {
  std::vector<DecodedWord> words;
  for (; last != kStart; last = words_[last].before) words.push_back(words_[last].word);
  std::reverse(words.begin(), words.end());
  return words;
}

float Traceback::share(const DecodedWord& word, std::span<const uint32_t> last_words,
                       std::span<const float> shares) const {
  std::vector<uint8_t> has(words_.size());  // whether the text up to a word has it
  for (size_t w = kStart + 1; w < words_.size(); ++w) {
    const DecodedWord& other = words_[w].word;
    has[w] = has[words_[w].before] != 0 || (close_in_time(other, word) && other.text == word.text)
                 ? 1
                 : 0;
  }
  float share = 0.0F;
  for (size_t t = 0; t < last_words.size(); ++t) {
    if (has[last_words[t]] != 0) share += shares[t];
  }
  return share;
}

}  // namespace auricle
