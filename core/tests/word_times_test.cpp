#include "auricle/word_times.h"

#include <cstdint>

#include "check.h"

using auricle::WordTimes;

namespace {

struct Word {
  uint64_t first_frame, end_frame;
  double start = 0.0, end = 0.0;
};

void set_times(const WordTimes& times, double earliest, double latest, std::vector<Word>* words) {
  std::vector<Word*> pointers;
  for (Word& word : *words) pointers.push_back(&word);
  auricle::set_word_times(times, earliest, latest, pointers);
}

}  // namespace

TEST(a_word_reaches_beyond_its_peaks) {
  std::vector<Word> words = {{5, 6}, {20, 22}};
  set_times({2.0F, 1.5F}, 0.0, 30.0, &words);
  CHECK_NEAR(words[0].start, 3.0, 1e-9);
  CHECK_NEAR(words[0].end, 7.5, 1e-9);
  CHECK_NEAR(words[1].start, 18.0, 1e-9);
  CHECK_NEAR(words[1].end, 23.5, 1e-9);
}

TEST(a_word_of_one_peak_lasts_a_while) {
  std::vector<Word> words = {{5, 6}, {20, 25}};
  set_times({1.0F, 0.0F, 4.0F}, 0.0, 30.0, &words);
  CHECK_NEAR(words[0].end, 8.0, 1e-9);
  CHECK_NEAR(words[1].end, 25.0, 1e-9);
}

TEST(a_word_ends_where_the_next_one_begins) {
  std::vector<Word> words = {{5, 6}, {8, 9}, {9, 10}};
  set_times({1.0F, 2.0F, 9.0F}, 0.0, 30.0, &words);
  CHECK_NEAR(words[0].end, 7.0, 1e-9);
  CHECK_NEAR(words[1].start, 7.0, 1e-9);
  CHECK_NEAR(words[1].end, 9.0, 1e-9);
  CHECK_NEAR(words[2].start, 9.0, 1e-9);
}

TEST(words_stay_within_their_segment) {
  std::vector<Word> words = {{1, 2}};
  set_times({4.0F, 4.0F}, 0.0, 3.0, &words);
  CHECK_NEAR(words[0].start, 0.0, 1e-9);
  CHECK_NEAR(words[0].end, 3.0, 1e-9);
}

TEST(without_reach_a_word_lasts_as_long_as_its_peaks) {
  std::vector<Word> words = {{1, 2}, {2, 5}};
  set_times({}, 0.0, 9.0, &words);
  CHECK_NEAR(words[0].end, 2.0, 1e-9);
  CHECK_NEAR(words[1].end, 5.0, 1e-9);
}
