#include "auricle/hot_words.h"

#include <cmath>

#include "check.h"

using auricle::HotWords;
using auricle::Status;
using auricle::WordBoundary;
using auricle::WordSpeller;

namespace {

constexpr auricle::Label kMark = auricle::word_mark(auricle::kSpelledWord);
using Phrases = std::vector<std::pair<std::string, float>>;

HotWords make(const Phrases& phrases) {
  HotWords hot_words;
  (void)HotWords::create(phrases, WordSpeller(WordBoundary::kSeparator, nullptr), &hot_words);
  return hot_words;
}

// Follows words; returns what was earned when all of them have ended.
float earned_by(const HotWords& hot_words, const std::vector<std::string>& words) {
  float earned = 0.0F;
  HotWords::Node node = HotWords::kRoot;
  for (const std::string& word : words) {
    node = hot_words.end_word(hot_words.advance(node, word), kMark, &earned);
  }
  return earned;
}

}  // namespace

TEST(a_boost_grows_with_the_match_and_goes_with_it) {
  const HotWords hot_words = make({{"cat", 6.0F}});
  CHECK_NEAR(hot_words.potential(hot_words.advance(HotWords::kRoot, "c")), 2.0, 1e-6);
  CHECK_NEAR(hot_words.potential(hot_words.advance(HotWords::kRoot, "cat")), 6.0, 1e-6);
  CHECK_NEAR(hot_words.potential(hot_words.advance(HotWords::kRoot, "cab")), 0.0, 0.0);
  CHECK_NEAR(hot_words.potential(hot_words.advance(HotWords::kRoot, "cats")), 0.0, 0.0);
}

TEST(only_whole_words_earn) {
  const HotWords hot_words = make({{"cat", 6.0F}});
  CHECK_NEAR(earned_by(hot_words, {"cat"}), 6.0, 1e-6);
  CHECK_NEAR(earned_by(hot_words, {"cats", "concat", "ca"}), 0.0, 0.0);
  CHECK_NEAR(earned_by(hot_words, {"cat", "dog", "cat"}), 12.0, 1e-6);
}

TEST(phrases_earn_wherever_they_begin) {
  const HotWords hot_words = make({{"new york", 4.0F}, {"york times", 3.0F}, {"york", 1.0F}});
  CHECK_NEAR(earned_by(hot_words, {"new", "york"}), 5.0, 1e-6);
  CHECK_NEAR(earned_by(hot_words, {"new", "york", "times"}), 8.0, 1e-6);
  CHECK_NEAR(earned_by(hot_words, {"new", "new", "york"}), 5.0, 1e-6);
  CHECK_NEAR(earned_by(hot_words, {"new", "times"}), 0.0, 0.0);
}

TEST(a_phrase_repeated_within_itself_is_found) {
  const HotWords hot_words = make({{"so so good", 5.0F}});
  CHECK_NEAR(earned_by(hot_words, {"so", "so", "so", "good"}), 5.0, 1e-6);
}

TEST(the_last_boost_of_a_phrase_counts) {
  CHECK_NEAR(earned_by(make({{"cat", 1.0F}, {"cat", 2.0F}}), {"cat"}), 2.0, 1e-6);
}

TEST(words_of_phrases_are_known_words) {
  const HotWords hot_words = make({{"new york", 4.0F}});
  CHECK(hot_words.is_word(hot_words.advance(HotWords::kRoot, "new"), kMark));
  CHECK(!hot_words.is_word(hot_words.advance(HotWords::kRoot, "ne"), kMark));
  CHECK(!hot_words.is_word(HotWords::kOutside, kMark));
}

TEST(where_characters_are_words_phrases_fall_into_them) {
  HotWords hot_words;
  const Phrases phrases = {{"\xE4\xBD\xA0\xE5\xA5\xBD", 3.0F}};
  REQUIRE(HotWords::create(phrases, WordSpeller(WordBoundary::kNone, nullptr), &hot_words) ==
          Status::kOk);
  CHECK_NEAR(earned_by(hot_words, {"\xE4\xBD\xA0", "\xE5\xA5\xBD"}), 3.0, 1e-6);
}

TEST(empty_phrases_and_infinite_boosts_are_refused) {
  HotWords hot_words;
  for (const Phrases& phrases : {Phrases{{" ", 1.0F}}, Phrases{{"a", INFINITY}}}) {
    CHECK_EQ(HotWords::create(phrases, WordSpeller(WordBoundary::kSeparator, nullptr), &hot_words),
             Status::kInvalidArgument);
  }
}
