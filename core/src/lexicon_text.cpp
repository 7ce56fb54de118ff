#include "lexicon_text.h"

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "auricle/utf8.h"
#include "lexicon_builder.h"
#include "plain_text.h"

namespace auricle {
namespace {

struct Line {
  std::string_view word;
  std::vector<uint32_t> tokens;
};

class LexiconParser {
 public:
  LexiconParser(const Vocabulary& vocabulary, std::string* detail)
      : vocabulary_(vocabulary), detail_(detail) {
    for (uint32_t token = 0; token < vocabulary.size(); ++token) {
      const bool unit = token != vocabulary.blank() && !vocabulary.spelling(token).empty();
      if (unit) units_.emplace(vocabulary.token(token), token);
    }
  }

  Status parse(std::string_view text) {
    text = without_byte_order_mark(text);
    while (!text.empty()) {
      ++number_;
      const size_t end = std::min(text.find('\n'), text.size());
      const Status status = parse_line(text.substr(0, end));
      if (status != Status::kOk) return status;
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines_.empty() ? fail(Status::kLexiconEmpty, detail_, "it has no lines with words")
                          : Status::kOk;
  }

  Status finish(std::shared_ptr<const Lexicon>* out) {
    std::stable_sort(lines_.begin(), lines_.end(),
                     [](const Line& a, const Line& b) { return a.word < b.word; });
    LexiconBuilder builder(vocabulary_.fingerprint());
    uint32_t word = 0;
    for (size_t i = 0; i < lines_.size(); ++i) {
      if (i == 0 || lines_[i].word != lines_[i - 1].word) word = builder.add_word(lines_[i].word);
      builder.add_spelling(word, lines_[i].tokens);
      if (builder.full()) return fail(Status::kLexiconTooLong, detail_, "the file as a whole");
    }
    *out = builder.finish();
    return Status::kOk;
  }

 private:
  Status parse_line(std::string_view line) {
    Line parsed;
    parsed.word = next_field(&line);
    if (parsed.word.empty()) return Status::kOk;  // an empty line
    if (!is_utf8(parsed.word)) return refuse(Status::kLexiconSyntax, "the word is not UTF-8");
    for (std::string_view name = next_field(&line); !name.empty(); name = next_field(&line)) {
      const auto unit = units_.find(name);
      if (unit == units_.end()) {
        return refuse(Status::kLexiconUnit, quote(parsed.word) + " is spelled with " + quote(name));
      }
      parsed.tokens.push_back(unit->second);
    }
    if (parsed.tokens.empty()) {
      return refuse(Status::kLexiconSyntax, quote(parsed.word) + " has no units after it");
    }
    if (parsed.word.size() > Lexicon::kMaxLength || parsed.tokens.size() > Lexicon::kMaxLength) {
      return refuse(Status::kLexiconTooLong,
                    quote(parsed.word) + " has " + std::to_string(parsed.word.size()) +
                        " bytes and " + std::to_string(parsed.tokens.size()) + " units; at most " +
                        std::to_string(Lexicon::kMaxLength) + " of each fit");
    }
    lines_.push_back(std::move(parsed));
    return Status::kOk;
  }

  static std::string_view next_field(std::string_view* line) {
    line->remove_prefix(std::min(line->find_first_not_of(kBlanks), line->size()));
    const size_t end = std::min(line->find_first_of(kBlanks), line->size());
    const std::string_view field = line->substr(0, end);
    line->remove_prefix(end);
    return field;
  }

  // What may be shown of a file that may hold anything: the beginning, as UTF-8.
  static std::string quote(std::string_view text) {
    const std::string_view shown = text.substr(0, 40);
    return is_utf8(shown) ? std::string("'").append(shown) + "'" : "text that is not UTF-8";
  }

  Status refuse(Status status, const std::string& what) const {
    return fail(status, detail_, "line " + std::to_string(number_) + ": " + what);
  }

  const Vocabulary& vocabulary_;
  std::string* detail_;
  std::unordered_map<std::string_view, uint32_t> units_;
  std::vector<Line> lines_;
  size_t number_ = 0;
};

}  // namespace

Status parse_lexicon(std::string_view text, const Vocabulary& vocabulary,
                     std::shared_ptr<const Lexicon>* out, std::string* detail) {
  LexiconParser parser(vocabulary, detail);
  const Status status = parser.parse(text);
  return status == Status::kOk ? parser.finish(out) : status;
}

}  // namespace auricle
