// A fixed search for callgrind to count: instructions CASE BEAM_WIDTH SCRATCH_FILE, where CASE is
// "characters" (V = 30) or "pieces" (V = 500). benchmarks/instructions.py runs it.
//
// A made-up language of 2000 words, 8000 pairs of which follow each other, is spoken for some
// seconds. Spikes have four rivals, one of which wins every eighth time; all comes from one
// generator of whole numbers, so every machine sees the same rows.
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auricle/arpa.h"
#include "auricle/decoder.h"

using auricle::Decoder;
using auricle::Status;

namespace {

constexpr uint32_t kWords = 2000;
constexpr uint32_t kPairs = 8000;
constexpr uint32_t kSpoken = 25;

// What a linear congruential generator gives (Knuth's MMIX), its high bits only.
class Random {
 public:
  uint32_t below(uint32_t limit) {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<uint32_t>((state_ >> 33) % limit);
  }
  // Uniform in [low, high).
  float between(float low, float high) {
    return low + (high - low) * static_cast<float>(below(1 << 20)) / static_cast<float>(1 << 20);
  }

 private:
  uint64_t state_ = 4;
};

void require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "instructions: %s\n", what);
  std::exit(1);
}

struct Language {
  std::vector<std::string> tokens = {"<blank>"};
  auricle::WordBoundary boundary = auricle::WordBoundary::kSeparator;
  std::vector<std::vector<uint32_t>> words;  // spelled in tokens
};

Language characters(Random* random) {
  Language language;
  language.tokens.emplace_back(" ");
  for (char letter = 'a'; letter <= 'z'; ++letter) language.tokens.emplace_back(1, letter);
  language.tokens.insert(language.tokens.end(), {"'", "-"});
  for (uint32_t w = 0; w < kWords; ++w) {
    auto& word = language.words.emplace_back(2 + random->below(7));
    for (uint32_t& token : word) token = 2 + random->below(26);
  }
  return language;
}

Language pieces(Random* random) {
  Language language;
  language.boundary = auricle::WordBoundary::kPrefix;
  for (uint32_t k = 0; k < 499; ++k) {
    const std::string letters = {static_cast<char>('a' + k % 250 % 26),
                                 static_cast<char>('a' + k % 250 / 26)};
    language.tokens.push_back(k < 250 ? "\xE2\x96\x81" + letters : letters);
  }
  for (uint32_t w = 0; w < kWords; ++w) {
    auto& word = language.words.emplace_back(1 + random->below(3));
    for (uint32_t& token : word) token = 251 + random->below(249);
    word[0] = 1 + random->below(250);
  }
  return language;
}

std::string spelling(const Language& language, uint32_t word) {
  std::string text;
  for (const uint32_t token : language.words[word]) {
    const std::string_view piece = language.tokens[token];
    text += piece.substr(piece.starts_with("\xE2\x96\x81") ? 3 : 0);
  }
  return text;
}

// Word k is about 1 / k as frequent as the first; a pair is ten times as likely as its words apart.
std::string make_arpa(const Language& language, Random* random) {
  std::map<std::string, float> unigrams = {{"<unk>", -5.0F}, {"<s>", -99.0F}, {"</s>", -2.0F}};
  for (uint32_t w = 0; w < kWords; ++w) {
    unigrams.emplace(spelling(language, w), -1.0F - std::log10(static_cast<float>(w + 1)));
  }
  std::map<std::string, float> pairs;
  while (pairs.size() < kPairs) {
    const std::string second = spelling(language, random->below(kWords));
    const std::string first = spelling(language, random->below(kWords));
    pairs.emplace(first + " " + second, std::min(0.0F, unigrams[second] + 1.0F));
  }
  std::string text = "\\data\\\nngram 1=" + std::to_string(unigrams.size()) +
                     "\nngram 2=" + std::to_string(pairs.size()) + "\n\n\\1-grams:\n";
  for (const auto& [word, value] : unigrams) {
    text += std::to_string(value) + "\t" + word + "\t-0.3\n";
  }
  text += "\n\\2-grams:\n";
  for (const auto& [pair, value] : pairs) text += std::to_string(value) + "\t" + pair + "\n";
  return text + "\n\\end\\\n";
}

std::shared_ptr<const auricle::Scorer> make_scorer(const std::string& arpa,
                                                   const auricle::Vocabulary& vocabulary,
                                                   const std::string& path) {
  auricle::ArpaImporter importer(path, {});
  require(importer.feed(arpa, nullptr) == Status::kOk, "the model cannot be read");
  require(importer.finish(nullptr) == Status::kOk, "the model cannot be written");
  std::unique_ptr<auricle::Ngram> ngram;
  std::string detail;
  require(auricle::Ngram::open(path, &ngram, &detail) == Status::kOk, "the model cannot be opened");
  std::shared_ptr<const auricle::Scorer> scorer;
  require(auricle::Scorer::create(std::move(ngram), vocabulary, nullptr, &scorer) == Status::kOk,
          "the model is no scorer");
  return scorer;
}

// Adds a row in which some tokens have a logit of their own, and all others one around `others`.
void add_row(size_t width, const std::vector<std::pair<uint32_t, float>>& logits, float others,
             Random* random, std::vector<float>* rows) {
  const size_t begin = rows->size();
  for (size_t k = 0; k < width; ++k) rows->push_back(random->between(others - 5, others + 5));
  for (const auto& [token, logit] : logits) (*rows)[begin + token] = logit;
  float total = 0.0F;
  for (size_t k = begin; k < rows->size(); ++k) total += std::exp((*rows)[k]);
  for (size_t k = begin; k < rows->size(); ++k) (*rows)[k] -= std::log(total);
}

std::vector<float> speak(const Language& language, Random* random) {
  const size_t width = language.tokens.size();
  const float others = -std::log(static_cast<float>(width));
  const bool separated = language.boundary == auricle::WordBoundary::kSeparator;
  std::vector<float> rows;
  for (uint32_t k = 0; k < kSpoken; ++k) {
    std::vector<uint32_t> word = language.words[random->below(1 + random->below(kWords))];
    if (separated) word.push_back(1);
    for (const uint32_t token : word) {
      for (uint32_t gap = 1 + random->below(separated ? 2 : 4); gap > 0; --gap) {
        add_row(width, {{0, 0.0F}}, others - 9, random, &rows);
      }
      std::vector<std::pair<uint32_t, float>> logits = {{0, random->between(-6, -2)}};
      for (uint32_t rival = 1; rival <= 4; ++rival) {
        const uint32_t other = 1 + (token * 7 + rival * 31) % static_cast<uint32_t>(width - 1);
        logits.emplace_back(other, random->below(32) == 0 ? 0.5F : random->between(-7, -2));
      }
      logits.emplace_back(token, 0.0F);
      add_row(width, logits, others - 6, random, &rows);
    }
  }
  return rows;
}

}  // namespace

// What is counted. It has a plain name, for callgrind, and no other place to be inlined into.
extern "C" __attribute__((noinline)) void counted_search(Decoder* decoder, const float* rows,
                                                         size_t frames) {
  require(decoder->step(rows, frames) == Status::kOk, "the rows are refused");
  require(decoder->finish() == Status::kOk, "the search does not finish");
}

int main(int argc, char** argv) {
  require(argc == 4, "usage: instructions characters|pieces BEAM_WIDTH SCRATCH_FILE");
  Random random;
  const Language language =
      std::string_view(argv[1]) == "pieces" ? pieces(&random) : characters(&random);
  std::shared_ptr<const auricle::Vocabulary> vocabulary;
  require(auricle::Vocabulary::create(language.tokens, 0, language.boundary, &vocabulary) ==
              Status::kOk,
          "the vocabulary is refused");
  auricle::DecoderOptions options;
  options.beam_width = static_cast<uint32_t>(std::atoi(argv[2]));
  options.beam_margin = 10.0F;  // the defaults may change, the case must not
  options.token_margin = 8.0F;
  options.weights.alpha = 0.7F;
  options.weights.beta = 1.0F;
  options.weights.unknown_penalty = 10.0F;
  const auto scorer = make_scorer(make_arpa(language, &random), *vocabulary, argv[3]);
  std::unique_ptr<Decoder> decoder;
  require(
      Decoder::create({vocabulary, nullptr, nullptr, scorer}, options, {}, &decoder) == Status::kOk,
      "the options are refused");
  const std::vector<float> rows = speak(language, &random);
  const size_t frames = rows.size() / language.tokens.size();
  counted_search(decoder.get(), rows.data(), frames);
  for (const auto& segment : decoder->take_segments()) {
    std::printf("%zu frames: %s\n", frames, segment.alternatives[0].text.c_str());
  }
  return 0;
}
