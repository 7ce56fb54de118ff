#include "auricle/traceback.h"

#include <cmath>
#include <string_view>

#include "auricle/word_spelling.h"
#include "check.h"

using auricle::DecodedWord;
using auricle::kNoPath;
using auricle::Lexicon;
using auricle::PathNode;
using auricle::Traceback;
using auricle::Vocabulary;
using auricle::WordBoundary;

namespace {

constexpr uint32_t kNoWord = Lexicon::kNoWord;
constexpr uint32_t kSpelled = auricle::kSpelledWord;

std::shared_ptr<const Vocabulary> vocabulary(std::vector<std::string> tokens,
                                             WordBoundary boundary) {
  std::shared_ptr<const Vocabulary> made;
  (void)Vocabulary::create(std::move(tokens), 0, boundary, &made);
  return made;
}

std::string text_of(const Traceback& traceback, uint32_t last) {
  std::string text;
  for (const DecodedWord& word : traceback.words(last)) text += word.text + ".";
  return text;
}

// Of "cat", a separator, "at" or "a": the third word is in the frames of the second.
const std::vector<PathNode> kPaths = {
    {kNoPath, 2, kNoWord, -0.1F, 3},  // c
    {0, 3, kNoWord, -0.2F, 4},        // ca
    {1, 4, kNoWord, -0.3F, 6},        // cat
    {2, 1, kSpelled, -0.1F, 8},       // cat_
    {3, 3, kNoWord, -0.1F, 9},        // cat_a
    {4, 4, kNoWord, -0.1F, 10},       // cat_at
    {2, 1, kSpelled, -0.4F, 9},       // cat_, a frame later
    {6, 3, kNoWord, -0.1F, 10},       // cat_a
};

std::shared_ptr<const Vocabulary> letters() {
  return vocabulary({"-", " ", "c", "a", "t"}, WordBoundary::kSeparator);
}

}  // namespace

TEST(words_are_read_back_with_their_frames_and_evidence) {
  const auto tokens = letters();
  Traceback traceback(kPaths, *tokens, nullptr);
  const auto words = traceback.words(traceback.last_word(5, kSpelled));
  REQUIRE(words.size() == 2);
  CHECK_EQ(words[0].text, "cat");
  CHECK_EQ(words[0].first_frame, 3U);
  CHECK_EQ(words[0].end_frame, 7U);
  CHECK_EQ(words[0].evidence.count, 3U);
  CHECK_NEAR(words[0].evidence.mean, -0.2F, 1e-6);
  CHECK_EQ(words[1].text, "at");
}

TEST(a_word_under_way_is_named_or_left_out) {
  const auto tokens = letters();
  Traceback traceback(kPaths, *tokens, nullptr);
  CHECK_EQ(text_of(traceback, traceback.last_word(1, kSpelled)), "ca.");
  CHECK_EQ(text_of(traceback, traceback.last_word(1, kNoWord)), "");
  CHECK_EQ(text_of(traceback, traceback.last_word(5, kNoWord)), "cat.");
  CHECK_EQ(text_of(traceback, traceback.last_word(3, kNoWord)), "cat.");  // behind a separator
  CHECK_EQ(traceback.last_word(kNoPath, kSpelled), Traceback::kStart);
}

TEST(texts_are_the_same_where_their_letters_are) {
  const auto tokens = letters();
  Traceback traceback(kPaths, *tokens, nullptr);
  const uint32_t one = traceback.last_word(4, kSpelled);
  const uint32_t other = traceback.last_word(7, kSpelled);
  CHECK(one != other);
  CHECK_EQ(traceback.text_key(one), traceback.text_key(other));
  CHECK(traceback.text_key(one) != traceback.text_key(traceback.last_word(5, kSpelled)));
  CHECK_EQ(traceback.text_key(one), auricle::extend_key(auricle::kEmptyTextKey, "cat a"));
}

TEST(texts_that_have_a_word_at_its_time_share_it) {
  const auto tokens = letters();
  Traceback traceback(kPaths, *tokens, nullptr);
  const std::vector<uint32_t> last = {traceback.last_word(5, kSpelled),   // cat at
                                      traceback.last_word(4, kSpelled),   // cat a
                                      traceback.last_word(1, kSpelled)};  // ca
  const std::vector<float> shares = {0.5F, 0.375F, 0.125F};
  const auto words = traceback.words(last[0]);
  CHECK_EQ(traceback.share(words[0], last, shares), 0.875F);
  CHECK_EQ(traceback.share(words[1], last, shares), 0.5F);
  DecodedWord late = words[0];  // the same word elsewhere
  late.first_frame = 9;
  late.end_frame = 13;
  CHECK_EQ(traceback.share(late, last, shares), 0.0F);
  late.first_frame = 8;  // two frames apart is near
  CHECK_EQ(traceback.share(late, last, shares), 0.875F);
}

TEST(half_a_character_is_left_out) {
  const auto bytes = vocabulary({"-", "a", "<0xC3>", "<0xA9>"}, WordBoundary::kNone);
  const std::vector<PathNode> paths = {
      {kNoPath, 1, kNoWord, -0.1F, 0}, {0, 2, kSpelled, -0.1F, 1}, {1, 3, kNoWord, -0.1F, 2}};
  Traceback traceback(paths, *bytes, nullptr);
  CHECK_EQ(text_of(traceback, traceback.last_word(1, kSpelled)), "a.");
  CHECK_EQ(text_of(traceback, traceback.last_word(2, kSpelled)), "a.\xC3\xA9.");
}
