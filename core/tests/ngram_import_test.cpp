#include "auricle/ngram_import.h"

#include <limits>

#include "check.h"
#include "scorer_bytes.h"

using auricle::ImportedWords;
using auricle::Ngram;
using auricle::NgramImporter;
using auricle::Status;

namespace {

const char* const kPath = "core_test_ngrams.lm";

NgramImporter importer(int bits = 32) {
  auricle::ImportOptions options;
  options.scorer.bits = bits;
  options.scorer.language = "en";
  options.temp_directory = ".";
  return {kPath, options};
}

// The unigrams of kSmallArpa.
ImportedWords small_words() {
  return {{"<unk>", "<s>", "</s>", "a", "ab", "b"},
          {-1.5F, 0.0F, -0.75F, -1.0F, -2.0F, -1.25F},
          {0.0F, -0.5F, 0.0F, -0.25F, 0.0F, -0.125F}};
}

struct Numbered {
  std::vector<uint32_t> words;
  float probability;
  float backoff;
};

// Its n-grams, in an order that no ARPA file has.
const std::vector<Numbered> kNgrams = {
    {{3, 5, 2}, -0.3125F, 0.0F}, {{4, 4}, -1.125F, 0.0F}, {{1, 3, 5}, -0.1875F, 0.0F},
    {{5, 3}, -0.875F, 0.0F},     {{5, 2}, -0.625F, 0.0F}, {{3, 5}, -0.375F, -0.03125F},
    {{1, 3}, -0.5F, -0.0625F},
};

Status add(NgramImporter* importer, const Numbered& ngram) {
  return importer->add(static_cast<int>(ngram.words.size()), ngram.words.data(), ngram.probability,
                       ngram.backoff);
}

Status begin_with(ImportedWords words, int order, std::string* detail) {
  return importer().begin(order, std::move(words), detail);
}

}  // namespace

TEST(numbered_ngrams_in_any_order_make_the_scorer_of_their_arpa) {
  for (const int bits : {4, 32}) {
    NgramImporter ours = importer(bits);
    REQUIRE(ours.begin(3, small_words(), nullptr) == Status::kOk);
    for (const Numbered& ngram : kNgrams) CHECK_EQ(add(&ours, ngram), Status::kOk);
    CHECK_EQ(ours.finish(nullptr), Status::kOk);
    CHECK(scorer_bytes::read_and_remove(kPath) ==
          scorer_bytes::scorer_of(scorer_bytes::kSmallArpa, bits));
  }
}

TEST(words_out_of_order_repeated_or_without_the_special_ones_are_refused) {
  std::string detail;
  ImportedWords words = small_words();
  std::swap(words.words[3], words.words[4]);
  CHECK_EQ(begin_with(words, 3, &detail), Status::kInvalidArgument);
  words.words[3] = words.words[4];
  CHECK_EQ(begin_with(words, 3, &detail), Status::kInvalidArgument);
  words = small_words();
  words.words[1] = "<S>";
  CHECK_EQ(begin_with(words, 3, &detail), Status::kInvalidArgument);
  words = small_words();
  words.backoffs.pop_back();
  CHECK_EQ(begin_with(words, 3, &detail), Status::kInvalidArgument);
  words = small_words();
  words.probabilities[4] = std::numeric_limits<float>::infinity();
  CHECK_EQ(begin_with(words, 3, &detail), Status::kNotFinite);
  CHECK_EQ(begin_with(small_words(), 7, &detail), Status::kInvalidArgument);
}

TEST(ngrams_of_other_orders_words_or_values_are_refused_and_the_importer_stays_so) {
  const std::vector<Numbered> wrong = {{{3}, -1.0F, 0.0F},
                                       {{3, 5, 3, 5}, -1.0F, 0.0F},
                                       {{3, 6}, -1.0F, 0.0F},
                                       {{3, 5}, std::numeric_limits<float>::quiet_NaN(), 0.0F}};
  for (const Numbered& ngram : wrong) {
    NgramImporter ours = importer();
    REQUIRE(ours.begin(3, small_words(), nullptr) == Status::kOk);
    const Status status = add(&ours, ngram);
    CHECK(status != Status::kOk);
    CHECK_EQ(add(&ours, kNgrams[0]), status);
    CHECK_EQ(ours.finish(nullptr), status);
  }
}

TEST(an_ngram_that_comes_twice_is_named) {
  NgramImporter ours = importer();
  REQUIRE(ours.begin(3, small_words(), nullptr) == Status::kOk);
  CHECK_EQ(add(&ours, kNgrams[1]), Status::kOk);
  CHECK_EQ(add(&ours, kNgrams[1]), Status::kOk);
  std::string detail;
  CHECK_EQ(ours.finish(&detail), Status::kArpaSyntax);
  CHECK_EQ(detail, std::string("\"ab ab\" is listed twice"));
}

TEST(an_importer_without_words_has_nothing_to_write) {
  NgramImporter ours = importer();
  CHECK_EQ(add(&ours, kNgrams[0]), Status::kInvalidArgument);
  CHECK_EQ(importer().finish(nullptr), Status::kInvalidArgument);
}
