#include "auricle/lexicon.h"

#include <string>

#include "auricle/lexicon_layers.h"
#include "check.h"

using auricle::Lexicon;
using auricle::LexiconLayers;
using auricle::Status;
using auricle::Vocabulary;
using auricle::WordBoundary;

namespace {

constexpr std::string_view kText =
    "read  R IY D\r\n"
    "read\tR EH D\n"
    "\n"
    "red R EH D\n"
    "a AH";

std::shared_ptr<const Vocabulary> phones() {
  std::shared_ptr<const Vocabulary> vocabulary;
  (void)Vocabulary::create({"-", "R", "IY", "EH", "D", "AH"}, 0, WordBoundary::kLexicon,
                           &vocabulary);
  return vocabulary;
}

Status read(std::span<const uint8_t> bytes, std::shared_ptr<const Lexicon>* out,
            std::string* detail = nullptr) {
  return Lexicon::read(bytes, *phones(), out, detail);
}

Status read(std::string_view text, std::shared_ptr<const Lexicon>* out,
            std::string* detail = nullptr) {
  return read({reinterpret_cast<const uint8_t*>(text.data()), text.size()}, out, detail);
}

std::shared_ptr<const Lexicon> make(std::string_view text) {
  std::shared_ptr<const Lexicon> lexicon;
  (void)read(text, &lexicon);
  return lexicon;
}

std::vector<std::string> words_after(const Lexicon& lexicon, const std::vector<uint32_t>& tokens) {
  Lexicon::Node node = Lexicon::kRoot;
  for (const uint32_t token : tokens) node = lexicon.advance(node, token);
  std::vector<std::string> words;
  for (const uint32_t number : lexicon.words(node)) words.emplace_back(lexicon.word(number));
  return words;
}

Status status_of(std::string_view text, std::string* detail) {
  std::shared_ptr<const Lexicon> lexicon;
  return read(text, &lexicon, detail);
}

}  // namespace

TEST(a_lexicon_knows_words_by_their_units) {
  const auto lexicon = make(kText);
  REQUIRE(lexicon != nullptr);
  CHECK_EQ(lexicon->size(), 3U);
  CHECK(words_after(*lexicon, {1, 2, 4}) == std::vector<std::string>({"read"}));
  CHECK(words_after(*lexicon, {1, 3, 4}) == std::vector<std::string>({"read", "red"}));
  CHECK(words_after(*lexicon, {1}).empty());
  CHECK_EQ(lexicon->advance(Lexicon::kRoot, 2), Lexicon::kOutside);
}

TEST(a_lexicon_gives_all_spellings_of_a_word) {
  const auto lexicon = make(kText);
  REQUIRE(lexicon != nullptr);
  CHECK(lexicon->spellings(lexicon->find("read")) ==
        std::vector<std::vector<uint32_t>>({{1, 2, 4}, {1, 3, 4}}));
  CHECK_EQ(lexicon->find("dare"), Lexicon::kNoWord);
  CHECK_EQ(lexicon->find(""), Lexicon::kNoWord);
}

TEST(a_line_said_twice_counts_once) {
  const auto lexicon = make("a AH\nb R\na AH\n");
  REQUIRE(lexicon != nullptr);
  CHECK_EQ(lexicon->size(), 2U);
  CHECK_EQ(lexicon->words(lexicon->advance(Lexicon::kRoot, 5)).size(), 1U);
}

TEST(a_packed_lexicon_is_the_same) {
  const auto lexicon = make(kText);
  REQUIRE(lexicon != nullptr);
  std::shared_ptr<const Lexicon> again;
  REQUIRE(read(lexicon->pack(), &again) == Status::kOk);
  CHECK(again->pack() == lexicon->pack());
  for (uint32_t number = 0; number < lexicon->size(); ++number) {
    CHECK_EQ(again->word(number), lexicon->word(number));
    CHECK(again->spellings(number) == lexicon->spellings(number));
  }
}

TEST(every_broken_text_has_its_status_and_line) {
  std::string detail;
  CHECK_EQ(status_of("", &detail), Status::kLexiconEmpty);
  CHECK_EQ(status_of("\n \t\n", &detail), Status::kLexiconEmpty);
  CHECK_EQ(status_of("a AH\nb\n", &detail), Status::kLexiconSyntax);
  CHECK(detail.find("line 2") != std::string::npos);
  CHECK_EQ(status_of("a AH\n\xFF\xFE R\n", &detail), Status::kLexiconSyntax);
  CHECK_EQ(status_of("a AH ZH\n", &detail), Status::kLexiconUnit);
  CHECK(detail.find("line 1") != std::string::npos && detail.find("ZH") != std::string::npos);
  CHECK_EQ(status_of("a -\n", &detail), Status::kLexiconUnit);  // the blank is no unit
  CHECK_EQ(status_of(std::string(300, 'a') + " R", &detail), Status::kLexiconTooLong);
}

TEST(every_broken_packed_file_has_its_status) {
  const auto lexicon = make(kText);
  REQUIRE(lexicon != nullptr);
  const std::vector<uint8_t> good = lexicon->pack();
  std::shared_ptr<const Lexicon> out;
  const auto with = [&good](size_t at, uint8_t value) {
    std::vector<uint8_t> bytes = good;
    bytes[at] = value;
    return bytes;
  };
  CHECK_EQ(read(with(8, 9), &out), Status::kLexiconBadVersion);
  CHECK_EQ(read(with(20, 1), &out), Status::kLexiconBadVersion);  // a flag
  CHECK_EQ(read(with(24, static_cast<uint8_t>(good[24] ^ 1)), &out),
           Status::kLexiconVocabularyMismatch);
  CHECK_EQ(read(with(good.size() - 1, static_cast<uint8_t>(good.back() ^ 1)), &out),
           Status::kLexiconChecksum);
  CHECK_EQ(read(with(12, 9), &out), Status::kLexiconCorrupt);
  std::vector<uint8_t> longer = good;
  longer.push_back(0);
  CHECK_EQ(read(longer, &out), Status::kLexiconCorrupt);
  for (size_t size = 8; size < good.size(); ++size) {
    CHECK_EQ(read(std::span(good).first(size), &out), Status::kLexiconTruncated);
  }
}

TEST(tokens_that_spell_words_need_no_lexicon) {
  std::shared_ptr<const Vocabulary> characters;
  REQUIRE(Vocabulary::create({"-", " ", "a"}, 0, WordBoundary::kSeparator, &characters) ==
          Status::kOk);
  std::shared_ptr<const Lexicon> lexicon;
  CHECK_EQ(Lexicon::read({}, *characters, &lexicon), Status::kVocabularySpells);
}

TEST(own_words_lie_beside_the_shared_ones) {
  const LexiconLayers layers(make(kText), make("dare D EH R\na IY\n"));
  const uint32_t dare = layers.find("dare");
  REQUIRE(dare != Lexicon::kNoWord);
  CHECK_EQ(layers.word(dare), "dare");
  CHECK_EQ(layers.size(), 4U);
  CHECK(layers.spellings(layers.find("a")) == std::vector<std::vector<uint32_t>>({{5}, {2}}));
  LexiconLayers::Node node;
  for (const uint32_t token : {4U, 3U, 1U}) node = layers.advance(node, token);
  std::vector<uint32_t> words;
  layers.words(node, &words);
  CHECK(words == std::vector<uint32_t>({dare}));
  CHECK(!layers.advance(node, 1).inside());
}
