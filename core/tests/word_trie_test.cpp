#include "auricle/word_trie.h"

#include <array>
#include <string>

#include "check.h"

using auricle::WordTrie;

namespace {

constexpr std::array<std::string_view, 4> kWords = {"a", "an", "ant", "bee"};

WordTrie make(uint32_t count) {
  return WordTrie::build(
      3, count, [](uint32_t word) { return kWords[word - 3]; },
      [](uint32_t word) { return -static_cast<float>(word); });
}

}  // namespace

TEST(a_word_is_found_at_the_end_of_its_bytes) {
  const WordTrie trie = make(4);
  CHECK_EQ(trie.word(trie.advance(WordTrie::kRoot, "a")), 3U);
  CHECK_EQ(trie.word(trie.advance(WordTrie::kRoot, "ant")), 5U);
  CHECK_EQ(trie.word(trie.advance(WordTrie::kRoot, "be")), 0U);
  CHECK_EQ(trie.word(WordTrie::kRoot), 0U);
}

TEST(steps_may_have_any_number_of_bytes) {
  const WordTrie trie = make(4);
  const WordTrie::Node step = trie.advance(trie.advance(WordTrie::kRoot, "b"), "ee");
  CHECK_EQ(step, trie.advance(WordTrie::kRoot, "bee"));
  CHECK_EQ(trie.advance(step, ""), step);
}

TEST(what_begins_no_word_is_outside_and_stays_there) {
  const WordTrie trie = make(4);
  CHECK_EQ(trie.advance(WordTrie::kRoot, "c"), WordTrie::kOutside);
  CHECK_EQ(trie.advance(WordTrie::kRoot, "ants"), WordTrie::kOutside);
  CHECK_EQ(trie.advance(WordTrie::kOutside, "a"), WordTrie::kOutside);
}

TEST(a_node_knows_the_best_value_below_it) {
  const WordTrie trie = make(4);
  CHECK_NEAR(trie.best_value(WordTrie::kRoot), -3.0, 0.0);
  CHECK_NEAR(trie.best_value(trie.advance(WordTrie::kRoot, "an")), -4.0, 0.0);
  CHECK_NEAR(trie.best_value(trie.advance(WordTrie::kRoot, "b")), -6.0, 0.0);
}

TEST(an_empty_trie_has_no_words) {
  const WordTrie trie = make(0);
  CHECK_EQ(trie.size(), 1U);
  CHECK_EQ(trie.advance(WordTrie::kRoot, "a"), WordTrie::kOutside);
}
