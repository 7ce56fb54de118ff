#include "auricle/align.h"

#include <cmath>
#include <string_view>

#include "check.h"

using auricle::Aligner;
using auricle::AlignerOptions;
using auricle::Alignment;
using auricle::Status;
using auricle::Vocabulary;
using auricle::WordBoundary;

namespace {

constexpr std::string_view kTokens = "- abcdefgh";  // the first is the blank

std::shared_ptr<const Vocabulary> characters() {
  std::vector<std::string> tokens;
  for (const char token : kTokens) tokens.emplace_back(1, token);
  std::shared_ptr<const Vocabulary> vocabulary;
  (void)Vocabulary::create(std::move(tokens), 0, WordBoundary::kSeparator, &vocabulary);
  return vocabulary;
}

std::vector<float> spell(std::string_view text) {
  std::vector<float> rows;
  for (const char character : text) {
    for (const char token : kTokens) rows.push_back(std::log(token == character ? 0.9F : 0.01F));
  }
  return rows;
}

// Aligns the words to frames that spell a text.
Status align(const std::vector<std::string>& words, std::string_view frames, Alignment* out,
             std::string* detail = nullptr) {
  std::unique_ptr<Aligner> aligner;
  const Status status = Aligner::create(characters(), nullptr, words, {}, &aligner, detail);
  if (status != Status::kOk) return status;
  (void)aligner->step(spell(frames).data(), frames.size());
  return aligner->finish(out, detail);
}

std::string frames_of(const auricle::AlignedWord& word) {
  if (word.units.empty()) return "not said";
  return std::to_string(word.units.front().first_frame) + "-" +
         std::to_string(word.units.back().end_frame);
}

}  // namespace

TEST(words_are_found_where_they_are_spelled) {
  Alignment alignment;
  REQUIRE(align({"abb", "c"}, "-aab-b- --cc-", &alignment) == Status::kOk);
  CHECK_EQ(frames_of(alignment.words[0]), "1-6");
  CHECK_EQ(frames_of(alignment.words[1]), "10-12");
  CHECK_EQ(alignment.words[0].units.size(), 3U);
  CHECK(alignment.fillers.empty());
}

TEST(words_that_were_not_said_are_passed_over) {
  Alignment alignment;
  REQUIRE(align({"abc", "hgfedgh", "def"}, "-abc- -def---", &alignment) == Status::kOk);
  CHECK_EQ(frames_of(alignment.words[0]), "1-4");
  CHECK_EQ(frames_of(alignment.words[1]), "not said");
  CHECK_EQ(frames_of(alignment.words[2]), "7-10");
}

TEST(speech_that_the_text_lacks_is_found) {
  Alignment alignment;
  REQUIRE(align({"abc", "def"}, "-abc- ghghghghgh -def-", &alignment) == Status::kOk);
  CHECK_EQ(frames_of(alignment.words[1]), "18-21");
  REQUIRE(alignment.fillers.size() == 1);
  CHECK(alignment.fillers[0].first_frame <= 6);
  CHECK(alignment.fillers[0].end_frame >= 16);
}

TEST(a_text_of_nothing_and_a_text_of_too_much_are_refused) {
  Alignment alignment;
  std::string detail;
  CHECK_EQ(align({}, "-ab-", &alignment), Status::kTextEmpty);
  CHECK_EQ(align({"ab", "xyz"}, "-ab-", &alignment, &detail), Status::kTextUnspellable);
  CHECK(detail.find("word 2, \"xyz\"") != std::string::npos);
  CHECK_EQ(align({"abcdef"}, "-ab-", &alignment, &detail), Status::kTextTooLong);
  CHECK_EQ(detail, "6 units, 4 frames");
}

TEST(a_lexicon_spells_words_in_units_that_do_not) {
  std::shared_ptr<const Vocabulary> vocabulary;
  REQUIRE(Vocabulary::create({"-", "R", "EH", "IY", "D"}, 0, WordBoundary::kLexicon, &vocabulary) ==
          Status::kOk);
  constexpr std::string_view kText = "read R IY D\nread R EH D\nred R EH D\n";
  const auto* bytes = reinterpret_cast<const uint8_t*>(kText.data());
  std::shared_ptr<const auricle::Lexicon> lexicon;
  REQUIRE(auricle::Lexicon::read({bytes, kText.size()}, *vocabulary, &lexicon) == Status::kOk);
  std::unique_ptr<Aligner> aligner;
  std::string detail;
  CHECK_EQ(Aligner::create(vocabulary, lexicon.get(), {"reed"}, {}, &aligner, &detail),
           Status::kTextUnspellable);
  REQUIRE(Aligner::create(vocabulary, lexicon.get(), {"red", "read"}, {}, &aligner) == Status::kOk);
  for (const uint32_t said : {0U, 1U, 2U, 4U, 0U, 0U, 1U, 3U, 4U, 0U}) {
    std::vector<float> row(5, std::log(0.01F));
    row[said] = std::log(0.96F);
    REQUIRE(aligner->step(row.data(), 1) == Status::kOk);
  }
  Alignment alignment;
  REQUIRE(aligner->finish(&alignment) == Status::kOk);
  CHECK_EQ(frames_of(alignment.words[0]), "1-4");
  CHECK_EQ(frames_of(alignment.words[1]), "6-9");
  CHECK_EQ(alignment.words[1].units[1].token, 3U);
}

TEST(long_recordings_are_aligned_in_order) {
  std::vector<std::string> words;
  uint32_t seed = 1;
  for (size_t i = 0; i < 300; ++i) {
    std::string& word = words.emplace_back();
    for (size_t k = 0; k < 5; ++k) {
      seed = seed * 1664525 + 1013904223;
      word += static_cast<char>('a' + (seed >> 24) % 8);
      word += k % 2 == 0 ? "a" : "";
    }
  }
  std::unique_ptr<Aligner> aligner;
  REQUIRE(Aligner::create(characters(), nullptr, words, {}, &aligner) == Status::kOk);
  std::vector<uint32_t> starts;
  for (const std::string& word : words) {
    std::string spelled = "-";
    for (const char character : word) (spelled += character) += '-';
    spelled += ' ';
    starts.push_back(aligner->frames() + 1);
    REQUIRE(aligner->step(spell(spelled).data(), spelled.size()) == Status::kOk);
  }
  Alignment alignment;
  REQUIRE(aligner->finish(&alignment) == Status::kOk);
  for (size_t i = 0; i < words.size(); ++i) {
    REQUIRE(!alignment.words[i].units.empty());
    REQUIRE(alignment.words[i].units[0].first_frame == starts[i]);
  }
}
