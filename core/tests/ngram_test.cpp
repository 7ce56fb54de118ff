#include "auricle/ngram.h"

#include <cmath>
#include <cstring>
#include <utility>

#include "check.h"
#include "scorer_bytes.h"

using auricle::Ngram;
using auricle::NgramState;
using auricle::Status;

namespace {

// The header's fields by their place in the file, as documented in core/src/scorer_format.h.
constexpr size_t kVersionAt = 8;
constexpr size_t kHeaderChecksumAt = 24;
constexpr size_t kOrderAt = 64;
constexpr size_t kBitsAt = 68;
constexpr size_t kCountsAt = 88;
constexpr size_t kSectionsAt = 136;

template <typename T>
void put(std::vector<uint8_t>* bytes, size_t at, T value) {
  std::memcpy(bytes->data() + at, &value, sizeof value);
}

template <typename T>
T get(const std::vector<uint8_t>& bytes, size_t at) {
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

uint32_t header_bytes(const std::vector<uint8_t>& bytes) { return get<uint32_t>(bytes, 12); }

// Makes the header believable again after a change, as an attacker would.
void seal(std::vector<uint8_t>* bytes) {
  put<uint64_t>(bytes, kHeaderChecksumAt, 0);
  uint64_t state = 0x6C62272E07BB0142U;
  for (size_t at = 0; at < header_bytes(*bytes); at += 8) {
    state = (state ^ get<uint64_t>(*bytes, at)) * 0x9E3779B97F4A7C15U;
    state ^= state >> 32;
  }
  put(bytes, kHeaderChecksumAt, state);
}

Status open_status(const std::vector<uint8_t>& bytes) {
  std::unique_ptr<Ngram> ngram;
  std::string detail;
  return Ngram::from_bytes(bytes, &ngram, &detail);
}

// Asks a scorer for everything it offers; under the sanitizers this must stay inside of its bytes.
float query_everything(const Ngram& ngram) {
  float sum = 0.0F;
  NgramState state = ngram.begin_sentence();
  NgramState next;
  const uint32_t size = std::min<uint32_t>(ngram.vocabulary_size(), 50);
  for (uint32_t a = 0; a < size; ++a) {
    sum += static_cast<float>(ngram.find(ngram.word(a)));
    for (uint32_t b = 0; b < size; ++b) {
      sum += ngram.score(state, (a * 7 + b) % size, &next);
      std::swap(state, next);
    }
  }
  return sum;
}

std::vector<std::string> words_of(const char* text) {
  std::vector<std::string> words;
  std::string word;
  for (; *text != '\0'; ++text) {
    if (*text != ' ') {
      word += *text;
    } else if (!word.empty()) {
      words.push_back(std::exchange(word, {}));
    }
  }
  if (!word.empty()) words.push_back(word);
  return words;
}

float score_of(const Ngram& ngram, const char* text) {
  NgramState state = ngram.begin_sentence();
  NgramState next;
  float sum = 0.0F;
  for (const std::string& word : words_of(text)) {
    sum += ngram.score(state, ngram.find(word), &next);
    std::swap(state, next);
  }
  return sum + ngram.score(state, ngram.end_of_sentence(), &next);
}

}  // namespace

TEST(words_are_numbered_in_the_order_of_their_bytes) {
  const auto ngram = scorer_bytes::ngram_of(scorer_bytes::kSmallArpa, 32);
  REQUIRE(ngram != nullptr);
  CHECK_EQ(ngram->vocabulary_size(), 6U);
  const char* expected[] = {"<unk>", "<s>", "</s>", "a", "ab", "b"};
  for (uint32_t id = 0; id < 6; ++id) {
    CHECK_EQ(ngram->word(id), expected[id]);
    CHECK_EQ(ngram->find(expected[id]), id);
  }
  CHECK_EQ(ngram->find("c"), 0U);
  CHECK_EQ(ngram->find(""), 0U);
  CHECK_EQ(ngram->word(6), "");
}

TEST(a_stored_ngram_scores_its_own_probability) {
  const auto ngram = scorer_bytes::ngram_of(scorer_bytes::kSmallArpa, 32);
  REQUIRE(ngram != nullptr);
  CHECK_EQ(score_of(*ngram, "a b"), -0.5F - 0.1875F - 0.3125F);
}

TEST(other_ngrams_back_off) {
  const auto ngram = scorer_bytes::ngram_of(scorer_bytes::kSmallArpa, 32);
  REQUIRE(ngram != nullptr);
  // b after <s>: backoff(<s>) p(b). a after b: p(a | b), since <s> b is no context.
  // </s> after b a: backoff(b a) backoff(a) p(</s>).
  CHECK_EQ(score_of(*ngram, "b a"), (-0.5F - 1.25F) - 0.875F + (-0.0F - 0.25F - 0.75F));
}

TEST(an_unknown_word_scores_as_unk_and_ends_the_context) {
  const auto ngram = scorer_bytes::ngram_of(scorer_bytes::kSmallArpa, 32);
  REQUIRE(ngram != nullptr);
  CHECK_EQ(score_of(*ngram, "a zzz b"), -0.5F + (-0.0625F - 0.25F - 1.5F) - 1.25F - 0.625F);
  NgramState state = ngram->begin_sentence();
  NgramState next;
  ngram->score(state, Ngram::kUnknown, &next);
  CHECK_EQ(int{next.length}, 0);
  CHECK_EQ(ngram->score(state, 1000000, &next), ngram->score(state, Ngram::kUnknown, &next));
}

TEST(a_state_forgets_what_no_longer_ngram_begins_with) {
  const auto ngram = scorer_bytes::ngram_of(scorer_bytes::kSmallArpa, 32);
  REQUIRE(ngram != nullptr);
  NgramState after_ba;
  NgramState after_a;
  NgramState between;
  ngram->score(ngram->null_context(), ngram->find("b"), &between);
  ngram->score(between, ngram->find("a"), &after_ba);
  ngram->score(ngram->null_context(), ngram->find("a"), &after_a);
  CHECK_EQ(int{after_ba.length}, 1);  // "b a" begins no trigram
  CHECK(after_ba == after_a);
  CHECK_EQ(after_ba.hash(), after_a.hash());
}

TEST(information_survives_in_the_file) {
  const auto ngram = scorer_bytes::ngram_of(scorer_bytes::kSmallArpa, 8);
  REQUIRE(ngram != nullptr);
  CHECK_EQ(ngram->info().order, 3);
  CHECK_EQ(ngram->info().bits, 8);
  CHECK_EQ(ngram->info().language, "en");
  CHECK(ngram->info().counts == (std::vector<uint64_t>{6, 5, 2}));
  CHECK_EQ(ngram->verify(), Status::kOk);
}

TEST(few_values_survive_quantisation_exactly) {
  const auto exact = scorer_bytes::ngram_of(scorer_bytes::kSmallArpa, 32);
  const auto quantised = scorer_bytes::ngram_of(scorer_bytes::kSmallArpa, 4);
  REQUIRE(exact != nullptr && quantised != nullptr);
  for (const char* text : {"a b", "b a", "ab ab a", "zzz", ""}) {
    CHECK_EQ(score_of(*quantised, text), score_of(*exact, text));
  }
}

TEST(few_values_survive_quantisation_however_close_they_are) {
  std::string arpa(scorer_bytes::kSmallArpa);
  arpa.replace(arpa.find("-0.375\ta b"), 6, "-0.50001");
  const auto exact = scorer_bytes::ngram_of(arpa, 32);
  const auto quantised = scorer_bytes::ngram_of(arpa, 4);
  REQUIRE(exact != nullptr && quantised != nullptr);
  for (const char* text : {"a b", "b a", ""}) {
    CHECK_EQ(score_of(*quantised, text), score_of(*exact, text));
  }
}

TEST(weights_are_rewritten_in_place) {
  const std::string path = scorer_bytes::scratch_path("weights.lm");
  const auto bytes = scorer_bytes::scorer_of(scorer_bytes::kSmallArpa, 8);
  std::FILE* file = std::fopen(path.c_str(), "wb");
  REQUIRE(file != nullptr);
  std::fwrite(bytes.data(), 1, bytes.size(), file);
  std::fclose(file);
  std::string detail;
  CHECK_EQ(auricle::write_weights(path, {0.5F, 1.5F, 4.0F}, &detail), Status::kOk);
  CHECK_EQ(auricle::write_weights(path, {NAN, 1.5F, 4.0F}, &detail), Status::kNotFinite);
  std::unique_ptr<Ngram> ngram;
  CHECK_EQ(Ngram::open(path, &ngram, &detail), Status::kOk);
  REQUIRE(ngram != nullptr);
  CHECK_EQ(ngram->info().weights.alpha, 0.5F);
  CHECK_EQ(ngram->info().weights.beta, 1.5F);
  CHECK_EQ(ngram->info().weights.unknown_penalty, 4.0F);
  CHECK_EQ(ngram->verify(), Status::kOk);
  std::remove(path.c_str());
  CHECK_EQ(Ngram::open(path, &ngram, &detail), Status::kScorerNotFound);
}

TEST(files_of_other_kinds_are_named) {
  CHECK_EQ(open_status({}), Status::kScorerTruncated);
  CHECK_EQ(open_status({'\\', 'd', 'a', 't', 'a', '\\', '\n'}), Status::kScorerBadMagic);
  auto bytes = scorer_bytes::scorer_of(scorer_bytes::kSmallArpa, 8);
  bytes[kVersionAt] = 99;
  CHECK_EQ(open_status(bytes), Status::kScorerBadVersion);
}

TEST(a_truncated_scorer_is_named_wherever_it_ends) {
  const auto whole = scorer_bytes::scorer_of(scorer_bytes::kSmallArpa, 8);
  REQUIRE(!whole.empty());
  for (size_t size = 0; size < whole.size(); ++size) {
    CHECK_EQ(open_status({whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size)}),
             Status::kScorerTruncated);
  }
  auto longer = whole;
  longer.push_back(0);
  CHECK_EQ(open_status(longer), Status::kScorerCorrupt);
}

TEST(a_flipped_bit_of_the_header_is_found_on_opening) {
  const auto whole = scorer_bytes::scorer_of(scorer_bytes::kSmallArpa, 8);
  REQUIRE(!whole.empty());
  for (size_t at = 12; at < header_bytes(whole); ++at) {
    auto bytes = whole;
    bytes[at] ^= 0x10;
    CHECK_EQ(open_status(bytes), Status::kScorerChecksum);
  }
}

TEST(a_flipped_bit_of_the_data_is_found_by_verify_and_harmless_in_queries) {
  const auto whole = scorer_bytes::scorer_of(scorer_bytes::kSmallArpa, 4);
  REQUIRE(!whole.empty());
  for (size_t at = header_bytes(whole); at < whole.size(); ++at) {
    for (const uint8_t flip : {uint8_t{0x01}, uint8_t{0x80}, uint8_t{0xFF}}) {
      auto bytes = whole;
      bytes[at] ^= flip;
      std::unique_ptr<Ngram> ngram;
      CHECK_EQ(Ngram::from_bytes(bytes, &ngram, nullptr), Status::kOk);
      REQUIRE(ngram != nullptr);
      CHECK_EQ(ngram->verify(), Status::kScorerChecksum);
      query_everything(*ngram);
    }
  }
}

// Each n-gram that all others lie below, order after order: a walk over them would never end.
TEST(ngrams_that_do_not_follow_one_another_are_not_walked_over) {
  auto bytes = scorer_bytes::scorer_of(scorer_bytes::kSmallArpa, 8);
  REQUIRE(!bytes.empty());
  std::unique_ptr<Ngram> ngram;
  REQUIRE(Ngram::from_bytes(bytes, &ngram, nullptr) == Status::kOk);
  CHECK_EQ(ngram->check_trie(nullptr), Status::kOk);

  constexpr size_t kUnigrams = 2, kUnigramBytes = 12, kFirstChildAt = 8;
  const auto unigrams = get<uint64_t>(bytes, kSectionsAt + 16 * kUnigrams);
  put(&bytes, static_cast<size_t>(unigrams) + 3 * kUnigramBytes + kFirstChildAt, uint32_t{5});
  REQUIRE(Ngram::from_bytes(bytes, &ngram, nullptr) == Status::kOk);
  std::string detail;
  CHECK_EQ(auricle::export_arpa(
               *ngram, [](std::string_view) { return true; }, &detail),
           Status::kScorerCorrupt);
  CHECK_EQ(detail, "its 2-grams do not follow one another");
}

TEST(a_sealed_header_with_impossible_fields_is_corrupt) {
  const auto whole = scorer_bytes::scorer_of(scorer_bytes::kSmallArpa, 8);
  REQUIRE(!whole.empty());
  const auto with = [&whole](size_t at, auto value) {
    auto bytes = whole;
    put(&bytes, at, value);
    seal(&bytes);
    return open_status(bytes);
  };
  CHECK_EQ(with(kOrderAt, uint32_t{3}), Status::kOk);  // unchanged: the seal is right
  for (const uint32_t order : {0U, 2U, 4U, 7U, 0xFFFFFFFFU}) {
    CHECK_EQ(with(kOrderAt, order), Status::kScorerCorrupt);
  }
  for (const uint32_t bits : {0U, 1U, 9U, 17U, 31U, 33U}) {
    CHECK_EQ(with(kBitsAt, bits), Status::kScorerCorrupt);
  }
  for (const uint64_t count : {uint64_t{0}, uint64_t{1} << 31, uint64_t{1} << 40, UINT64_MAX}) {
    for (size_t n = 0; n < 3; ++n) {
      CHECK_EQ(with(kCountsAt + 8 * n, count), Status::kScorerCorrupt);
    }
  }
}

TEST(a_sealed_header_with_impossible_sections_is_corrupt_or_harmless) {
  const auto whole = scorer_bytes::scorer_of(scorer_bytes::kSmallArpa, 8);
  REQUIRE(!whole.empty());
  for (size_t at = kSectionsAt; at < header_bytes(whole); at += 8) {
    for (const uint64_t value :
         {uint64_t{0}, uint64_t{8}, uint64_t{whole.size()}, UINT64_MAX - 7}) {
      auto bytes = whole;
      put(&bytes, at, value);
      seal(&bytes);
      std::unique_ptr<Ngram> ngram;
      const Status status = Ngram::from_bytes(bytes, &ngram, nullptr);
      CHECK(status == Status::kOk || status == Status::kScorerCorrupt);
      if (status == Status::kOk) query_everything(*ngram);
    }
  }
}
