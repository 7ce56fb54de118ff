#include "auricle/vocabulary.h"

#include "check.h"

using auricle::Status;
using auricle::Vocabulary;
using auricle::WordBoundary;

namespace {

std::shared_ptr<const Vocabulary> make(std::vector<std::string> tokens, WordBoundary boundary) {
  std::shared_ptr<const Vocabulary> vocabulary;
  (void)Vocabulary::create(std::move(tokens), 0, boundary, &vocabulary);
  return vocabulary;
}

}  // namespace

TEST(a_separator_ends_a_word_and_spells_nothing) {
  const auto vocabulary = make({"-", " ", "a"}, WordBoundary::kSeparator);
  REQUIRE(vocabulary != nullptr);
  CHECK(vocabulary->ends_word(1));
  CHECK(vocabulary->spelling(1).empty());
  CHECK(!vocabulary->ends_word(2));
  CHECK_EQ(vocabulary->spelling(2), "a");
}

TEST(a_prefix_ends_the_word_before_and_is_not_spelled) {
  const auto vocabulary = make({"-", "\xE2\x96\x81the", "s"}, WordBoundary::kPrefix);
  REQUIRE(vocabulary != nullptr);
  CHECK(vocabulary->ends_word(1));
  CHECK_EQ(vocabulary->spelling(1), "the");
  CHECK(!vocabulary->ends_word(2));
}

TEST(without_boundaries_every_token_ends_the_one_before) {
  const auto vocabulary = make({"-", "a", "b"}, WordBoundary::kNone);
  REQUIRE(vocabulary != nullptr);
  CHECK(vocabulary->ends_word(1) && vocabulary->ends_word(2));
}

TEST(impossible_vocabularies_have_their_own_status) {
  std::shared_ptr<const Vocabulary> out;
  const auto create = [&out](std::vector<std::string> tokens, uint32_t blank) {
    return Vocabulary::create(std::move(tokens), blank, WordBoundary::kSeparator, &out);
  };
  CHECK_EQ(create({}, 0), Status::kVocabularyEmpty);
  CHECK_EQ(create({" "}, 1), Status::kVocabularyBlank);
  CHECK_EQ(create({" ", "a", "a"}, 0), Status::kVocabularyDuplicate);
  CHECK_EQ(create({"-", "a"}, 0), Status::kVocabularyNoSeparator);
}

TEST(tokens_named_as_bytes_are_bytes) {
  std::shared_ptr<const Vocabulary> vocabulary;
  REQUIRE(Vocabulary::create({"-", "<0x20>", "<0xE4>", "<0xZZ>", "a"}, 0, WordBoundary::kSeparator,
                             &vocabulary) == Status::kOk);
  CHECK(vocabulary->ends_word(1));
  CHECK_EQ(vocabulary->spelling(2), "\xE4");
  CHECK_EQ(vocabulary->spelling(3), "<0xZZ>");
  REQUIRE(Vocabulary::create({"-", "<0xC3>", "<0xA9>"}, 0, WordBoundary::kNone, &vocabulary) ==
          Status::kOk);
  CHECK(vocabulary->ends_word(1));   // a character begins
  CHECK(!vocabulary->ends_word(2));  // it goes on
}

TEST(words_that_no_tokens_spell_are_found) {
  std::shared_ptr<const Vocabulary> vocabulary;
  REQUIRE(Vocabulary::create({"-", "\xE2\x96\x81", "a", "ab", "bc"}, 0, WordBoundary::kPrefix,
                             &vocabulary) == Status::kOk);
  const std::vector<std::string> words = {"a", "abc", "aab", "b"};
  CHECK(vocabulary->first_unspellable(words) == &words[3]);
  CHECK(vocabulary->first_unspellable({"abbc"}) == nullptr);
}
