#include "auricle/word_index.h"

#include "check.h"
#include "scorer_bytes.h"

using auricle::Ngram;

TEST(an_index_finds_what_the_model_finds) {
  const auto ngram = scorer_bytes::ngram_of(scorer_bytes::kSmallArpa, 32);
  REQUIRE(ngram != nullptr);
  const auricle::WordIndex words(*ngram);
  for (const char* word : {"a", "ab", "b", "abcdefghi", "", "<s>", "</s>", "<unk>", "zzz"}) {
    CHECK_EQ(words.find(word), ngram->find(word));
  }
}
