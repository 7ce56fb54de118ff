#include "auricle/ngram_interpolate.h"

#include <cmath>
#include <random>
#include <utility>

#include "check.h"
#include "scorer_bytes.h"

using auricle::InterpolationOptions;
using auricle::Ngram;
using auricle::NgramState;
using auricle::Status;

namespace {

bool go_on(const char*, uint64_t) { return true; }

// A model of random text in full precision; its words are "w" and a number from `first` + 1 on.
std::unique_ptr<Ngram> model(int order, int first, unsigned seed) {
  std::mt19937 generator(seed);
  std::string text;
  for (int line = 0; line < 300; ++line) {
    for (unsigned k = 0; k <= generator() % 9; ++k) {
      const double uniform = static_cast<double>(generator()) / 4294967296.0;
      const int rank = static_cast<int>(std::exp(uniform * std::log(200.0)));
      text += "w" + std::to_string(first + rank) + " ";
    }
    text += "\n";
  }
  auricle::BuildOptions options;
  options.order = order;
  options.discount_fallback = true;
  options.scorer.bits = 32;
  options.temp_directory = ".";
  const std::string path = scorer_bytes::scratch_path("component.lm");
  auricle::NgramBuilder builder(path, options);
  builder.feed(text, nullptr);
  builder.finish(go_on, nullptr);
  std::unique_ptr<Ngram> ngram;
  Ngram::from_bytes(scorer_bytes::read_and_remove(path), &ngram, nullptr);
  return ngram;
}

InterpolationOptions options_of(double weight) {
  InterpolationOptions options;
  options.weight = weight;
  options.scorer.bits = 32;
  options.temp_directory = ".";
  return options;
}

std::unique_ptr<Ngram> mixed(const Ngram& a, const Ngram& b, double weight) {
  const std::string path = scorer_bytes::scratch_path("mixed.lm");
  auricle::interpolate(a, b, options_of(weight), path, go_on, nullptr);
  std::unique_ptr<Ngram> ngram;
  Ngram::from_bytes(scorer_bytes::read_and_remove(path), &ngram, nullptr);
  return ngram;
}

// A word that `other` lacks.
std::string special_word(const Ngram& ngram, const Ngram& other) {
  for (uint32_t id = Ngram::kFirstWord; id < ngram.vocabulary_size(); ++id) {
    if (other.find(ngram.word(id)) == Ngram::kUnknown) return std::string(ngram.word(id));
  }
  return {};
}

double probability(const Ngram& ngram, const std::vector<const char*>& words) {
  NgramState state = ngram.null_context();
  NgramState next;
  float logarithm = 0.0F;
  for (const char* word : words) {
    logarithm = ngram.score(state, ngram.find(word), &next);
    std::swap(state, next);
  }
  return std::pow(10.0, static_cast<double>(logarithm));
}

}  // namespace

TEST(interpolated_probabilities_of_all_words_sum_to_one_after_any_context) {
  const auto a = model(4, 0, 1);
  const auto b = model(3, 20, 2);
  REQUIRE(a != nullptr && b != nullptr);
  const auto ngram = mixed(*a, *b, 0.3);
  REQUIRE(ngram != nullptr);
  CHECK_EQ(ngram->order(), 4);
  NgramState state = ngram->begin_sentence();
  NgramState next;
  for (const char* context : {"w1", "w21", "w2", "unheard", "w1", "w1", "w25", "w300"}) {
    double total = 0.0;
    for (uint32_t word = 0; word < ngram->vocabulary_size(); ++word) {
      if (word == Ngram::kBeginSentence) continue;  // never follows
      total += std::pow(10.0, static_cast<double>(ngram->score(state, word, &next)));
    }
    CHECK_NEAR(total, 1.0, 1e-3);
    ngram->score(state, ngram->find(context), &next);
    std::swap(state, next);
  }
}

TEST(interpolation_mixes_the_probabilities_of_ngrams) {
  const auto a = model(3, 0, 1);
  const auto b = model(3, 20, 2);
  REQUIRE(a != nullptr && b != nullptr);
  const auto ngram = mixed(*a, *b, 0.25);
  REQUIRE(ngram != nullptr);
  // Words of both, in n-grams that at least one of them has.
  for (const std::vector<const char*>& words :
       std::vector<std::vector<const char*>>{{"w22"}, {"<s>", "w21"}, {"w21", "</s>"}}) {
    CHECK_NEAR(probability(*ngram, words),
               0.25 * probability(*a, words) + 0.75 * probability(*b, words), 1e-6);
  }
  const std::string special = special_word(*b, *a);
  CHECK_NEAR(probability(*ngram, {special.c_str()}), 0.75 * probability(*b, {special.c_str()}),
             1e-6);
}

TEST(a_model_interpolated_with_itself_stays_as_it_is) {
  const auto a = model(3, 0, 3);
  REQUIRE(a != nullptr);
  const auto ngram = mixed(*a, *a, 0.5);
  REQUIRE(ngram != nullptr);
  CHECK(ngram->info().counts == a->info().counts);
  NgramState ours = ngram->begin_sentence();
  NgramState theirs = a->begin_sentence();
  NgramState next;
  std::mt19937 generator(4);
  for (int k = 0; k < 200; ++k) {
    const auto word =
        static_cast<uint32_t>(Ngram::kEndSentence + generator() % (a->vocabulary_size() - 2));
    const float expected = a->score(theirs, word, &next);
    theirs = next;
    CHECK_NEAR(ngram->score(ours, word, &next), expected, 2e-3);
    ours = next;
  }
}

TEST(pairs_leave_out_words_that_neither_model_knows) {
  const auto a = model(2, 0, 1);
  const auto b = model(2, 20, 2);
  REQUIRE(a != nullptr && b != nullptr);
  const std::string special = special_word(*b, *a);
  const std::vector<double> pairs =
      auricle::paired_probabilities(*a, *b, "w1 unheard\n\n " + special);
  REQUIRE(pairs.size() == 8);
  CHECK_NEAR(pairs[0], probability(*a, {"<s>", "w1"}), 1e-9);
  CHECK_EQ(pairs[1], 0.0);
  CHECK_EQ(pairs[4], 0.0);
  CHECK_NEAR(pairs[5], probability(*b, {"<s>", special.c_str()}), 1e-9);
}

TEST(interpolation_names_what_is_wrong_and_stops_when_told) {
  const auto a = model(2, 0, 1);
  REQUIRE(a != nullptr);
  const std::string path = scorer_bytes::scratch_path("refused.lm");
  for (const double weight : {0.0, 1.0, std::nan("")}) {
    CHECK_EQ(auricle::interpolate(*a, *a, options_of(weight), path, go_on, nullptr),
             Status::kInvalidArgument);
  }
  for (const std::string wanted : {"sort", "write"}) {
    const auto stop = [&wanted](const char* stage, uint64_t) { return wanted != stage; };
    CHECK_EQ(auricle::interpolate(*a, *a, options_of(0.5), path, stop, nullptr),
             Status::kInterrupted);
  }
  CHECK(scorer_bytes::read_and_remove(path).empty());
}
