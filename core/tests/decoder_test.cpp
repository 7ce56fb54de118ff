#include "auricle/decoder.h"

#include <cmath>
#include <string_view>

#include "check.h"

using auricle::Decoder;
using auricle::DecoderOptions;
using auricle::Status;
using auricle::Vocabulary;
using auricle::WordBoundary;

namespace {

constexpr std::string_view kTokens = "- abc";  // the first is the blank

std::unique_ptr<Decoder> make(const DecoderOptions& options) {
  std::vector<std::string> tokens;
  for (const char token : kTokens) tokens.emplace_back(1, token);
  std::shared_ptr<const Vocabulary> vocabulary;
  (void)Vocabulary::create(std::move(tokens), 0, WordBoundary::kSeparator, &vocabulary);
  std::unique_ptr<Decoder> decoder;
  (void)Decoder::create({vocabulary, {}, {}, {}, {}}, options, {}, &decoder);
  return decoder;
}

std::vector<float> spell(std::string_view text) {
  std::vector<float> rows;
  for (const char character : text) {
    for (const char token : kTokens) rows.push_back(std::log(token == character ? 0.96F : 0.01F));
  }
  return rows;
}

Status step(Decoder* decoder, std::string_view text) {
  return decoder->step(spell(text).data(), text.size());
}

}  // namespace

TEST(a_path_becomes_words) {
  const auto decoder = make({});
  REQUIRE(step(decoder.get(), "aab-b c") == Status::kOk);
  REQUIRE(decoder->finish() == Status::kOk);
  const auto segments = decoder->take_segments();
  REQUIRE(segments.size() == 1);
  CHECK_EQ(segments[0].alternatives[0].text, "abb c");
  CHECK(decoder->take_segments().empty());
}

TEST(a_pause_closes_a_segment_and_bounds_what_is_kept) {
  DecoderOptions options;
  options.endpoint.silence_frames = 3;
  const auto decoder = make(options);
  size_t segments = 0;
  for (int i = 0; i < 1000; ++i) {
    REQUIRE(step(decoder.get(), "ab----") == Status::kOk);
    segments += decoder->take_segments().size();
  }
  CHECK_EQ(segments, 1000U);
  CHECK(decoder->partial().units.empty());
}

TEST(what_is_no_number_is_refused_before_anything_changes) {
  const auto decoder = make({});
  std::vector<float> rows = spell("ab");
  rows[7] = NAN;
  std::string detail;
  CHECK_EQ(decoder->step(rows.data(), 2, &detail), Status::kNotFinite);
  CHECK(detail.find("frame 1, token 2") != std::string::npos);
  CHECK_EQ(decoder->frames(), 0U);
}

TEST(options_out_of_range_are_refused) {
  std::vector<std::string> tokens = {"-", " "};
  std::shared_ptr<const Vocabulary> vocabulary;
  REQUIRE(Vocabulary::create(tokens, 0, WordBoundary::kSeparator, &vocabulary) == Status::kOk);
  std::unique_ptr<Decoder> decoder;
  DecoderOptions options;
  options.beam_width = 0;
  CHECK_EQ(Decoder::create({vocabulary, {}, {}, {}, {}}, options, {}, &decoder),
           Status::kInvalidArgument);
  options = {};
  options.closed_vocabulary = true;
  CHECK_EQ(Decoder::create({vocabulary, {}, {}, {}, {}}, options, {}, &decoder),
           Status::kInvalidArgument);
}

TEST(hot_words_that_no_tokens_spell_are_refused) {
  const auto decoder = make({});
  std::string detail;
  CHECK_EQ(decoder->set_hot_words({{"ab c", 1.0F}, {"ab Cab", 1.0F}}, &detail),
           Status::kNoSpelling);
  CHECK(detail.find("'Cab' in the hot words") != std::string::npos);
  CHECK_EQ(decoder->set_hot_words({{"a \xFF", 1.0F}}, &detail), Status::kNoSpelling);
  CHECK(auricle::is_utf8(detail));
  CHECK_EQ(decoder->set_hot_words({{"ab cab", 1.0F}}), Status::kOk);
}

namespace {

// Phones without a word boundary: "ab" and "abc" begin alike, "d" and "dd" are homophones.
constexpr std::string_view kWords = "ab a b\nabc a b c\nd c\ndd c\n";

std::unique_ptr<Decoder> make_with_lexicon(const DecoderOptions& options,
                                           const auricle::HotPhrases& hot_words) {
  std::shared_ptr<const Vocabulary> vocabulary;
  std::shared_ptr<const auricle::Lexicon> lexicon;
  std::unique_ptr<Decoder> decoder;
  (void)Vocabulary::create({"-", "_", "a", "b", "c"}, 0, WordBoundary::kLexicon, &vocabulary);
  (void)auricle::Lexicon::read({reinterpret_cast<const uint8_t*>(kWords.data()), kWords.size()},
                               *vocabulary, &lexicon);
  (void)Decoder::create({vocabulary, lexicon, {}, {}, {}}, options, hot_words, &decoder);
  return decoder;
}

std::vector<std::string> texts_of(Decoder* decoder, std::string_view path) {
  std::vector<std::string> texts;
  if (step(decoder, path) != Status::kOk || decoder->finish() != Status::kOk) return texts;
  for (const auto& segment : decoder->take_segments()) {
    for (const auto& reading : segment.alternatives) texts.push_back(reading.text);
  }
  return texts;
}

}  // namespace

TEST(a_lexicon_makes_words_of_units_without_boundaries) {
  DecoderOptions options;
  options.alternatives = 2;
  const auto decoder = make_with_lexicon(options, {});
  REQUIRE(decoder != nullptr);
  // Homophones are texts of their own, as likely as each other.
  const auto texts = texts_of(decoder.get(), "aab-ab-cc");
  REQUIRE(texts.size() == 2);
  CHECK_EQ(texts[0], "ab abc");
}

TEST(homophones_are_told_apart_by_hot_words) {
  for (const std::string word : {"d", "dd"}) {
    const auto decoder = make_with_lexicon({}, {{word, 1.0F}});
    REQUIRE(decoder != nullptr);
    const auto texts = texts_of(decoder.get(), "c--ab");
    REQUIRE(texts.size() == 1);
    CHECK_EQ(texts[0], word + " ab");
  }
}

TEST(a_vocabulary_and_its_lexicon_belong_together) {
  std::shared_ptr<const Vocabulary> phones;
  REQUIRE(Vocabulary::create({"-", "a"}, 0, WordBoundary::kLexicon, &phones) == Status::kOk);
  std::unique_ptr<Decoder> decoder;
  CHECK_EQ(Decoder::create({phones, {}, {}, {}, {}}, {}, {}, &decoder),
           Status::kVocabularyNeedsLexicon);
}
