#include "auricle/perplexity.h"

#include <algorithm>
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

void TextScorer::add_line(std::string_view line, TextScore* score) const {
  NgramState states[2] = {ngram_.begin_sentence(), {}};
  int now = 0;
  auto field = take_field(&line);
  if (field.empty()) return;
  for (; !field.empty(); field = take_field(&line)) {
    const uint32_t word = words_.find(field);
    const auto probability = static_cast<double>(ngram_.score(states[now], word, &states[1 - now]));
    now = 1 - now;
    score->log10_probability += probability;
    ++score->words;
    if (word == Ngram::kUnknown) {
      ++score->unknown;
      score->log10_probability_unknown += probability;
    }
  }
  score->log10_probability +=
      static_cast<double>(ngram_.score(states[now], ngram_.end_of_sentence(), &states[1 - now]));
  ++score->sentences;
}

}  // namespace auricle
