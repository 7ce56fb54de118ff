#include "auricle/confusion_network.h"

#include "auricle/decoder.h"
#include "check.h"

using auricle::Hypothesis;

namespace {

auricle::DecodedWord word(const char* text, uint64_t first_frame, uint64_t end_frame) {
  auricle::DecodedWord made;
  made.text = text;
  made.first_frame = first_frame;
  made.end_frame = end_frame;
  return made;
}

Hypothesis say(float share, std::vector<auricle::DecodedWord> words) {
  Hypothesis hypothesis;
  hypothesis.words = std::move(words);
  hypothesis.confidence = share;
  return hypothesis;
}

}  // namespace

TEST(competitors_share_a_slot_and_insertions_have_their_own) {
  const auto slots = auricle::make_network(
      {say(0.5F, {word("a", 0, 2), word("b", 5, 7)}), say(0.3F, {word("a", 0, 2), word("c", 5, 7)}),
       say(0.2F, {word("a", 0, 2), word("x", 3, 4), word("b", 5, 7)})});
  REQUIRE(slots.size() == 3);
  CHECK_EQ(slots[0].words[0].text, "a");
  CHECK_NEAR(slots[0].nothing, 0.0, 1e-6);
  CHECK_EQ(slots[1].words[0].text, "x");
  CHECK_NEAR(slots[1].nothing, 0.8, 1e-6);
  REQUIRE(slots[2].words.size() == 2);
  CHECK_EQ(slots[2].words[0].text, "b");
  CHECK_NEAR(slots[2].words[0].posterior, 0.7, 1e-6);
  CHECK_EQ(slots[2].words[1].text, "c");
}

TEST(no_words_have_no_slots) { CHECK(auricle::make_network({say(1.0F, {})}).empty()); }
