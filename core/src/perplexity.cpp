#include "auricle/perplexity.h"

#include <algorithm>
#include <array>
#include <utility>

#include "arpa_line.h"

namespace auricle {

void TextScorer::add(std::string_view text, TextScore* score) const {
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    add_line(text.substr(0, end), score);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

// Words are taken together, as many as lie in the cache, so that the memory which one needs is
// fetched while others are worked on.
void TextScorer::add_line(std::string_view line, TextScore* score) const {
  constexpr size_t kTogether = 32;
  std::array<std::string_view, kTogether> fields;
  std::array<uint64_t, kTogether> hashes;
  std::array<uint32_t, kTogether> words;
  NgramState states[2] = {ngram_.begin_sentence(), {}};
  int now = 0;
  const auto take = [&](uint32_t word) {
    const float probability = ngram_.score(states[now], word, &states[1 - now]);
    now = 1 - now;
    return static_cast<double>(probability);
  };
  size_t count = kTogether;
  bool empty = true;
  while (count == kTogether) {
    count = 0;
    for (auto field = take_field(&line); !field.empty(); field = take_field(&line)) {
      fields[count] = field;
      hashes[count] = WordIndex::hash(field);
      words_.prefetch(hashes[count]);
      if (++count == kTogether) break;
    }
    for (size_t k = 0; k < count; ++k) {
      words[k] = words_.find(fields[k], hashes[k]);
      ngram_.prefetch(words[k]);
    }
    for (size_t k = 0; k < count; ++k) {
      const double probability = take(words[k]);
      score->log10_probability += probability;
      if (words[k] == Ngram::kUnknown) {
        ++score->unknown;
        score->log10_probability_unknown += probability;
      }
    }
    score->words += count;
    empty = empty && count == 0;
  }
  if (empty) return;
  score->log10_probability += take(ngram_.end_of_sentence());
  ++score->sentences;
}

}  // namespace auricle
