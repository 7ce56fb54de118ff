#include "auricle/scorer.h"

#include <cstring>

#include "check.h"
#include "scorer_bytes.h"

using auricle::Ngram;
using auricle::Scorer;
using auricle::Status;
using auricle::WordBoundary;

namespace {

Status create_status(std::vector<uint8_t> bytes, WordBoundary boundary = WordBoundary::kSeparator) {
  std::shared_ptr<const auricle::Vocabulary> vocabulary;
  (void)auricle::Vocabulary::create({"-", " ", "a", "b"}, 0, boundary, &vocabulary);
  std::unique_ptr<Ngram> ngram;
  std::string detail;
  if (const Status status = Ngram::from_bytes(std::move(bytes), &ngram, &detail);
      status != Status::kOk) {
    return status;
  }
  std::shared_ptr<const Scorer> scorer;
  return Scorer::create(std::move(ngram), *vocabulary, {}, &scorer);
}

// The place of the spellings "aabb" of the words a, ab and b, which follow those of the special
// words.
size_t spellings_at(const std::vector<uint8_t>& bytes) {
  constexpr std::string_view kSpecial = "<unk><s></s>";
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return text.find(kSpecial) + kSpecial.size();
}

}  // namespace

TEST(a_scorer_whose_words_are_out_of_order_is_corrupt) {
  const auto whole = scorer_bytes::scorer_of(scorer_bytes::kSmallArpa, 8);
  REQUIRE(!whole.empty());
  CHECK_EQ(create_status(whole), Status::kOk);
  const size_t at = spellings_at(whole);
  REQUIRE(std::memcmp(whole.data() + at, "aabb", 4) == 0);
  // The words are cut from these as 1, 2 and 1 bytes: b, ab, b; b, bb, b; a, bb, a.
  for (const char* words : {"babb", "bbbb", "abba"}) {
    auto damaged = whole;
    std::memcpy(damaged.data() + at, words, 4);
    CHECK_EQ(create_status(damaged), Status::kScorerCorrupt);
  }
}

TEST(words_that_have_lost_their_bytes_are_corrupt) {
  const auto whole = scorer_bytes::scorer_of(scorer_bytes::kSmallArpa, 8);
  REQUIRE(!whole.empty());
  // The word offsets come first after the header; an offset of 0 leaves the word before it empty.
  uint32_t header_bytes = 0;
  std::memcpy(&header_bytes, whole.data() + 12, sizeof header_bytes);
  for (size_t word = Ngram::kFirstWord; word < 6; ++word) {
    auto damaged = whole;
    std::memset(damaged.data() + header_bytes + 4 * (word + 1), 0, 4);
    CHECK_EQ(create_status(damaged), Status::kScorerCorrupt);
  }
}

TEST(a_scorer_of_units_is_for_models_whose_tokens_are_words) {
  const std::string path = scorer_bytes::scratch_path("units.lm");
  auricle::ImportOptions options;
  options.scorer.kind = auricle::ScorerKind::kUnit;
  options.temp_directory = ".";
  auricle::ArpaImporter importer(path, options);
  REQUIRE(importer.feed(scorer_bytes::kSmallArpa, nullptr) == Status::kOk);
  REQUIRE(importer.finish(nullptr) == Status::kOk);
  const auto bytes = scorer_bytes::read_and_remove(path);
  CHECK_EQ(create_status(bytes, WordBoundary::kNone), Status::kOk);
  CHECK_EQ(create_status(bytes), Status::kScorerVocabularyMismatch);
}
