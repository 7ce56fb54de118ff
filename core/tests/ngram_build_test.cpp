#include "auricle/ngram_build.h"

#include <cmath>
#include <random>
#include <utility>

#include "check.h"
#include "scorer_bytes.h"

using auricle::BuildOptions;
using auricle::Ngram;
using auricle::NgramBuilder;
using auricle::Status;

namespace {

bool go_on(const char*, uint64_t) { return true; }

BuildOptions options_of(int order) {
  BuildOptions options;
  options.order = order;
  options.discount_fallback = true;
  options.scorer.bits = 32;
  options.temp_directory = ".";
  return options;
}

Status build(const std::string& text, const BuildOptions& options, std::vector<uint8_t>* bytes) {
  const std::string path = scorer_bytes::scratch_path("build.lm");
  NgramBuilder builder(path, options);
  Status status = builder.check(nullptr);
  if (status == Status::kOk) status = builder.feed(text, nullptr);
  if (status == Status::kOk) status = builder.finish(go_on, nullptr);
  *bytes = scorer_bytes::read_and_remove(path);
  return status;
}

std::unique_ptr<Ngram> model(const std::string& text, const BuildOptions& options) {
  std::vector<uint8_t> bytes;
  std::unique_ptr<Ngram> ngram;
  if (build(text, options, &bytes) == Status::kOk) {
    Ngram::from_bytes(std::move(bytes), &ngram, nullptr);
  }
  return ngram;
}

// Words with frequencies 1/rank, so that all counts of counts exist.
std::string random_text(int lines, unsigned seed) {
  std::mt19937 generator(seed);
  std::string text;
  for (int line = 0; line < lines; ++line) {
    for (unsigned k = 0; k <= generator() % 9; ++k) {
      const double uniform = static_cast<double>(generator()) / 4294967296.0;
      text += "w" + std::to_string(static_cast<int>(std::exp(uniform * std::log(3000.0)))) + " ";
    }
    text += "\n";
  }
  return text;
}

double total_probability(const Ngram& ngram, const auricle::NgramState& state) {
  auricle::NgramState next;
  double total = 0.0;
  for (uint32_t word = 0; word < ngram.vocabulary_size(); ++word) {
    if (word == Ngram::kBeginSentence) continue;  // never follows
    total += std::pow(10.0, static_cast<double>(ngram.score(state, word, &next)));
  }
  return total;
}

}  // namespace

// "a" three times, </s> twice and "b" once, 6 in all: n_1 = n_2 = n_3 = 1 and n_4 = 0. So n_1 /
// (n_1 + 2 n_2) is 1/3 and the discounts are 1 - 2/3 = 1/3, 2 - 3/3 = 1 and 3 - 0 = 3. What they
// take, 13/3 of 6, is spread over a, b, </s> and <unk>.
TEST(a_unigram_model_can_be_checked_by_hand) {
  const auto ngram = model("a a b\na\n", options_of(1));
  REQUIRE(ngram != nullptr);
  auricle::NgramState next;
  const auto probability = [&](const char* word) {
    return std::pow(10.0, ngram->score(ngram->null_context(), ngram->find(word), &next));
  };
  CHECK_NEAR(probability("a"), 13.0 / 72, 1e-6);
  CHECK_NEAR(probability("b"), (1 - 1.0 / 3) / 6 + 13.0 / 72, 1e-6);
  CHECK_NEAR(probability("</s>"), (2 - 1.0) / 6 + 13.0 / 72, 1e-6);
  CHECK_NEAR(probability("zzz"), 13.0 / 72, 1e-6);
}

TEST(probabilities_of_all_words_sum_to_one_after_any_context) {
  for (const int order : {1, 2, 3, 5, 6}) {
    BuildOptions options = options_of(order);
    if (order == 3) options.prune = {0, 0, 1};
    if (order == 5) options.prune = {0, 1};
    const auto ngram = model(random_text(400, 1), options);
    REQUIRE(ngram != nullptr);
    auricle::NgramState state = ngram->begin_sentence();
    auricle::NgramState next;
    for (const char* word : {"w1", "w2", "w1", "w40", "unheard", "w1"}) {
      CHECK_NEAR(total_probability(*ngram, state), 1.0, 1e-4);
      ngram->score(state, ngram->find(word), &next);
      std::swap(state, next);
    }
  }
}

TEST(pieces_of_a_text_may_end_anywhere) {
  const std::string text = random_text(50, 2);
  std::vector<uint8_t> whole;
  CHECK_EQ(build(text, options_of(3), &whole), Status::kOk);
  const std::string path = scorer_bytes::scratch_path("bytes.lm");
  NgramBuilder builder(path, options_of(3));
  for (const char c : text) CHECK_EQ(builder.feed({&c, 1}, nullptr), Status::kOk);
  CHECK_EQ(builder.finish(go_on, nullptr), Status::kOk);
  CHECK(scorer_bytes::read_and_remove(path) == whole);
}

TEST(spaces_and_empty_lines_do_not_matter) {
  std::vector<uint8_t> plain;
  std::vector<uint8_t> spaced;
  CHECK_EQ(build("a b\nb a a\n", options_of(2), &plain), Status::kOk);
  CHECK_EQ(build("\n  a \t b\r\n\n<s> b a <unk> a </s>", options_of(2), &spaced), Status::kOk);
  CHECK(!plain.empty() && plain == spaced);
}

TEST(sorting_a_text_in_files_gives_the_same_bytes) {
  const std::string text = random_text(130000, 3);
  BuildOptions options = options_of(5);
  std::vector<uint8_t> in_memory;
  std::vector<uint8_t> in_files;
  CHECK_EQ(build(text, options, &in_memory), Status::kOk);
  options.memory_bytes = uint64_t{16} << 20;
  CHECK_EQ(build(text, options, &in_files), Status::kOk);
  CHECK(!in_memory.empty() && in_memory == in_files);
  NgramBuilder builder(scorer_bytes::scratch_path("spilled.lm"), options);
  CHECK_EQ(builder.feed(text, nullptr), Status::kOk);
  CHECK(builder.spilled_bytes() > 0);
}

TEST(a_limited_vocabulary_keeps_the_most_frequent_words) {
  BuildOptions options = options_of(2);
  options.vocabulary_limit = 2;
  const auto ngram = model("c c c b b a a a a\n", options);
  REQUIRE(ngram != nullptr);
  CHECK_EQ(ngram->vocabulary_size(), 5U);
  CHECK_EQ(ngram->word(3), "a");
  CHECK_EQ(ngram->word(4), "c");
  CHECK_NEAR(total_probability(*ngram, ngram->begin_sentence()), 1.0, 1e-4);
}

TEST(a_listed_vocabulary_keeps_its_words) {
  BuildOptions options = options_of(2);
  options.vocabulary = {"b", "absent"};
  const auto ngram = model("c c c b b a a a a\n", options);
  REQUIRE(ngram != nullptr);
  CHECK_EQ(ngram->vocabulary_size(), 4U);
  CHECK_EQ(ngram->word(3), "b");
}

TEST(a_text_without_words_is_named) {
  std::vector<uint8_t> bytes;
  CHECK_EQ(build(" \n\n\t", options_of(2), &bytes), Status::kCorpusEmpty);
  CHECK(bytes.empty());
}

TEST(a_text_without_discounts_is_named) {
  BuildOptions options = options_of(3);
  options.discount_fallback = false;
  std::vector<uint8_t> bytes;
  CHECK_EQ(build("a b c\n", options, &bytes), Status::kDiscountFallback);
  CHECK(bytes.empty());
}

TEST(an_interrupted_build_leaves_nothing) {
  const std::string path = scorer_bytes::scratch_path("interrupted.lm");
  for (const std::string wanted : {"sort", "adjust", "estimate", "interpolate", "write"}) {
    NgramBuilder builder(path, options_of(2));
    CHECK_EQ(builder.feed("a b c\n", nullptr), Status::kOk);
    const auto stop = [&wanted](const char* stage, uint64_t) { return wanted != stage; };
    CHECK_EQ(builder.finish(stop, nullptr), Status::kInterrupted);
    CHECK(scorer_bytes::read_and_remove(path).empty());
  }
}

TEST(options_outside_their_range_are_named) {
  const auto check_with = [](auto change) {
    BuildOptions options = options_of(3);
    change(&options);
    return NgramBuilder("unused", options).check(nullptr);
  };
  CHECK_EQ(check_with([](BuildOptions*) {}), Status::kOk);
  const Status wrong = Status::kInvalidArgument;
  CHECK_EQ(check_with([](BuildOptions* options) { options->order = 0; }), wrong);
  CHECK_EQ(check_with([](BuildOptions* options) { options->order = 7; }), wrong);
  CHECK_EQ(check_with([](BuildOptions* options) { options->prune = {1, 1}; }), wrong);
  CHECK_EQ(check_with([](BuildOptions* options) { options->prune = {0, 2, 1}; }), wrong);
  CHECK_EQ(check_with([](BuildOptions* options) { options->prune = {0, 0, 0, 0}; }), wrong);
  CHECK_EQ(check_with([](BuildOptions* options) { options->scorer.bits = 1; }), wrong);
  CHECK_EQ(check_with([](BuildOptions* options) { options->memory_bytes = 1; }), wrong);
  CHECK_EQ(check_with([](BuildOptions* options) { options->fallback_discounts = {1, 1}; }), wrong);
  CHECK_EQ(check_with([](BuildOptions* options) { options->scorer.language.assign(16, 'x'); }),
           wrong);
}

TEST(an_output_that_cannot_be_written_is_named) {
  NgramBuilder builder("no/such/folder/scorer.lm", options_of(2));
  CHECK_EQ(builder.feed("a b\n", nullptr), Status::kOk);
  CHECK_EQ(builder.finish(go_on, nullptr), Status::kFileWrite);
}
