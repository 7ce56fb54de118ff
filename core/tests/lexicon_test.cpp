#include "auricle/lexicon.h"

#include <array>
#include <string>

#include "check.h"

using auricle::Lexicon;

namespace {

constexpr std::array<std::string_view, 4> kWords = {"a", "an", "ant", "bee"};

Lexicon make(uint32_t count) {
  return Lexicon::build(
      3, count, [](uint32_t word) { return kWords[word - 3]; },
      [](uint32_t word) { return -static_cast<float>(word); });
}

}  // namespace

TEST(a_word_is_found_at_the_end_of_its_bytes) {
  const Lexicon lexicon = make(4);
  CHECK_EQ(lexicon.word(lexicon.advance(Lexicon::kRoot, "a")), 3U);
  CHECK_EQ(lexicon.word(lexicon.advance(Lexicon::kRoot, "ant")), 5U);
  CHECK_EQ(lexicon.word(lexicon.advance(Lexicon::kRoot, "be")), 0U);
  CHECK_EQ(lexicon.word(Lexicon::kRoot), 0U);
}

TEST(steps_may_have_any_number_of_bytes) {
  const Lexicon lexicon = make(4);
  const Lexicon::Node step = lexicon.advance(lexicon.advance(Lexicon::kRoot, "b"), "ee");
  CHECK_EQ(step, lexicon.advance(Lexicon::kRoot, "bee"));
  CHECK_EQ(lexicon.advance(step, ""), step);
}

TEST(what_begins_no_word_is_outside_and_stays_there) {
  const Lexicon lexicon = make(4);
  CHECK_EQ(lexicon.advance(Lexicon::kRoot, "c"), Lexicon::kOutside);
  CHECK_EQ(lexicon.advance(Lexicon::kRoot, "ants"), Lexicon::kOutside);
  CHECK_EQ(lexicon.advance(Lexicon::kOutside, "a"), Lexicon::kOutside);
}

TEST(a_node_knows_the_best_value_below_it) {
  const Lexicon lexicon = make(4);
  CHECK_NEAR(lexicon.best_value(Lexicon::kRoot), -3.0, 0.0);
  CHECK_NEAR(lexicon.best_value(lexicon.advance(Lexicon::kRoot, "an")), -4.0, 0.0);
  CHECK_NEAR(lexicon.best_value(lexicon.advance(Lexicon::kRoot, "b")), -6.0, 0.0);
}

TEST(an_empty_lexicon_has_no_words) {
  const Lexicon lexicon = make(0);
  CHECK_EQ(lexicon.size(), 1U);
  CHECK_EQ(lexicon.advance(Lexicon::kRoot, "a"), Lexicon::kOutside);
}
