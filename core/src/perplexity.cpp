#include "auricle/perplexity.h"

#include <utility>

#include "arpa_line.h"

namespace auricle {

void score_text(const Ngram& ngram, std::string_view text, TextScore* score) {
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    NgramState state = ngram.begin_sentence();
    NgramState next;
    auto field = take_field(&line);
    if (field.empty()) continue;
    for (; !field.empty(); field = take_field(&line)) {
      const uint32_t word = ngram.find(field);
      const auto probability = static_cast<double>(ngram.score(state, word, &next));
      std::swap(state, next);
      score->log10_probability += probability;
      ++score->words;
      if (word == Ngram::kUnknown) {
        ++score->unknown;
        score->log10_probability_unknown += probability;
      }
    }
    score->log10_probability +=
        static_cast<double>(ngram.score(state, ngram.end_of_sentence(), &next));
    ++score->sentences;
  }
}

}  // namespace auricle
