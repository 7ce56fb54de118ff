#include "auricle/arpa.h"

#include "check.h"
#include "scorer_bytes.h"

using auricle::Ngram;
using auricle::Status;

namespace {

struct Outcome {
  Status status;
  std::string detail;
};

Outcome import(const std::string& arpa) {
  std::vector<uint8_t> bytes;
  Outcome outcome;
  outcome.status = scorer_bytes::import_arpa(arpa, 32, &bytes, &outcome.detail);
  return outcome;
}

std::string exported(const Ngram& ngram) {
  std::string text;
  CHECK_EQ(auricle::export_arpa(ngram,
                                [&text](std::string_view piece) {
                                  text += piece;
                                  return true;
                                }),
           Status::kOk);
  return text;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

const std::string kSmall(scorer_bytes::kSmallArpa);

}  // namespace

TEST(exporting_and_importing_gives_the_same_bytes) {
  for (const int bits : {4, 32}) {
    const auto bytes = scorer_bytes::scorer_of(kSmall, bits);
    std::unique_ptr<Ngram> ngram;
    REQUIRE(Ngram::from_bytes(bytes, &ngram, nullptr) == Status::kOk);
    CHECK(scorer_bytes::scorer_of(exported(*ngram), bits) == bytes);
  }
}

TEST(an_export_stops_where_its_reader_does) {
  const auto ngram = scorer_bytes::ngram_of(kSmall, 32);
  REQUIRE(ngram != nullptr);
  CHECK_EQ(auricle::export_arpa(*ngram, [](std::string_view) { return false; }),
           Status::kFileWrite);
}

TEST(pieces_may_end_anywhere) {
  const auto whole = scorer_bytes::scorer_of(kSmall, 8);
  const std::string path = scorer_bytes::scratch_path("pieces.lm");
  auricle::ImportOptions options;
  options.scorer.language = "en";
  options.temp_directory = ".";
  auricle::ArpaImporter importer(path, options);
  for (const char c : kSmall) CHECK_EQ(importer.feed({&c, 1}, nullptr), Status::kOk);
  CHECK_EQ(importer.finish(nullptr), Status::kOk);
  CHECK(scorer_bytes::read_and_remove(path) == whole);
}

TEST(missing_special_words_are_added) {
  const auto ngram =
      scorer_bytes::ngram_of("\\data\\\nngram 1=1\n\n\\1-grams:\n-0.5\tword\n\n\\end\\\n", 32);
  REQUIRE(ngram != nullptr);
  CHECK_EQ(ngram->vocabulary_size(), 4U);
  CHECK_EQ(ngram->find("word"), Ngram::kFirstWord);
  auricle::NgramState next;
  CHECK_EQ(ngram->score(ngram->begin_sentence(), ngram->end_of_sentence(), &next), -100.0F);
}

// A model pruned so that "a b c" lacks both "a b" and "b c" must score as if they were there.
TEST(ngrams_without_their_parts_score_the_same) {
  const auto ngram = scorer_bytes::ngram_of(
      "\\data\\\nngram 1=6\nngram 2=1\nngram 3=1\n\n\\1-grams:\n-9\t<unk>\n0\t<s>\t-0.5\n-1\t</s>\n"
      "-1\ta\t-0.25\n-2\tb\t-0.125\n-3\tc\t-0.0625\n\n\\2-grams:\n-0.5\tc a\n\n"
      "\\3-grams:\n-0.75\ta b c\n\n\\end\\\n",
      32);
  REQUIRE(ngram != nullptr);
  CHECK(ngram->info().counts == (std::vector<uint64_t>{6, 3, 1}));
  auricle::NgramState after_a;
  auricle::NgramState after_b;
  auricle::NgramState after_c;
  ngram->score(ngram->null_context(), ngram->find("a"), &after_a);
  CHECK_EQ(ngram->score(after_a, ngram->find("b"), &after_b), -2.0F - 0.25F);
  CHECK_EQ(ngram->score(after_b, ngram->find("c"), &after_c), -0.75F);
  CHECK_EQ(ngram->score(after_c, ngram->find("a"), &after_b), -0.5F);
}

TEST(an_error_names_its_line) {
  const auto with = [](const std::string& from, const std::string& to) {
    return import(replaced(kSmall, from, to));
  };
  CHECK_EQ(with("-1\ta\t", "x\ta\t").status, Status::kArpaSyntax);
  CHECK(with("-1\ta\t", "x\ta\t").detail.starts_with("line 10: "));
  CHECK_EQ(with("-1\ta\t-0.25", "1\ta\t-0.25").status, Status::kArpaSyntax);
  CHECK_EQ(with("-1\ta\t-0.25", "-1\ta\tx").status, Status::kArpaSyntax);
  CHECK_EQ(with("-1\ta\t-0.25", "-1\ta\t0 0").status, Status::kArpaSyntax);
  CHECK_EQ(with("-1\ta\t-0.25", "nan\ta\t0").status, Status::kArpaSyntax);
  CHECK_EQ(with("-1\ta\t-0.25", "-1e999\ta\t0").status, Status::kArpaSyntax);
  CHECK_EQ(with("-1\ta\t-0.25", "-0.1e-2147483648\ta\t0").status, Status::kOk);
  CHECK_EQ(with("a b\t", "a c\t").status, Status::kArpaSyntax);
  CHECK_EQ(with("b a\t", "a b\t").status, Status::kArpaSyntax);
  CHECK_EQ(with("-2\tab", "-2\ta").status, Status::kArpaSyntax);
  CHECK_EQ(with("\\2-grams:", "\\3-grams:").status, Status::kArpaSyntax);
  CHECK_EQ(with("\\end\\", "").status, Status::kArpaSyntax);
  CHECK_EQ(with("ngram 2=5", "ngram 3=5").status, Status::kArpaSyntax);
  CHECK_EQ(with("ngram 2=5", "ngram 2=-5").status, Status::kArpaSyntax);
  CHECK_EQ(with("ngram 2=5", "ngram 2=99999999999").status, Status::kArpaSyntax);
  CHECK_EQ(with("ngram 2=5", "ngram 2=6").status, Status::kArpaCounts);
  CHECK_EQ(with("ngram 2=5", "ngram 2=4").status, Status::kArpaCounts);
  CHECK_EQ(with("ngram 1=6", "ngram 7=6").status, Status::kArpaOrder);
  CHECK_EQ(import("").status, Status::kArpaSyntax);
  CHECK_EQ(import("\\data\\\n\\1-grams:\n").status, Status::kArpaOrder);
  CHECK_EQ(import(std::string(5000, '\n')).status, Status::kArpaSyntax);
  CHECK_EQ(import(std::string(size_t{2} << 20, 'x')).status, Status::kArpaSyntax);
}

TEST(every_beginning_of_an_arpa_file_is_an_error) {
  const size_t end = kSmall.find("\\end\\") + 4;
  for (size_t size = 0; size <= end; ++size) {
    const Status status = import(kSmall.substr(0, size)).status;
    CHECK(status == Status::kArpaSyntax || status == Status::kArpaCounts);
  }
}

TEST(an_order_above_the_limit_is_named) {
  std::string arpa = "\\data\\\n";
  for (int n = 1; n <= 7; ++n) arpa += "ngram " + std::to_string(n) + "=1\n";
  CHECK_EQ(import(arpa).status, Status::kArpaOrder);
}

TEST(sorting_in_files_gives_the_same_bytes) {
  std::string arpa =
      "\\data\\\nngram 1=203\nngram 2=40000\n\n\\1-grams:\n-9\t<unk>\n-9\t<s>\n-9\t</s>\n";
  for (int a = 0; a < 200; ++a) arpa += "-2\tw" + std::to_string(a) + "\t-0.5\n";
  arpa += "\n\\2-grams:\n";
  for (int a = 0; a < 40000; ++a) {
    const int b = (a * 7919) % 40000;  // every pair once, in no order
    arpa += "-1." + std::to_string(b) + "\tw" + std::to_string(b / 200) + " w" +
            std::to_string(b % 200) + "\n";
  }
  arpa += "\n\\end\\\n";
  std::vector<uint8_t> bytes[2];
  for (const uint64_t memory : {uint64_t{1} << 30, uint64_t{1} << 14}) {
    const std::string path = scorer_bytes::scratch_path("spilled.lm");
    auricle::ImportOptions options;
    options.temp_directory = ".";
    options.memory_bytes = memory;
    auricle::ArpaImporter importer(path, options);
    CHECK_EQ(importer.feed(arpa, nullptr), Status::kOk);
    CHECK_EQ(importer.finish(nullptr), Status::kOk);
    bytes[memory < (1 << 20)] = scorer_bytes::read_and_remove(path);
  }
  CHECK(!bytes[0].empty());
  CHECK(bytes[0] == bytes[1]);
}
