#include "jsgf.h"

#include <algorithm>
#include <utility>

namespace auricle {
namespace {

constexpr std::string_view kSpaces = " \t\r\n";
// What ends a word that is not quoted.
constexpr std::string_view kSpecial = " \t\r\n;=|*+<>()[]{}/\"";
constexpr int kMaxDepth = 200;  // of brackets within brackets

class JsgfParser {
 public:
  JsgfParser(std::string_view text, std::string* detail) : text_(text), detail_(detail) {}

  Status parse(std::unordered_map<std::string, Rule>* rules, Expansion* entry) {
    at_ = std::min(text_.find(';'), text_.size());  // the header's version and encoding
    if (!take(';')) return refuse("the first line needs a ; at its end");
    entry->kind = Expansion::Kind::kAlternatives;
    for (skip(); ok() && at_ < text_.size(); skip()) parse_statement(rules, entry);
    return status_;
  }

 private:
  bool ok() const { return status_ == Status::kOk; }

  // What stands between a header and the end: a name, an import or a rule.
  void parse_statement(std::unordered_map<std::string, Rule>* rules, Expansion* entry) {
    const size_t begin = at_;
    const std::string_view keyword = word();
    if (keyword == "grammar") {
      skip();
      (void)word();
      (void)expect(';');
    } else if (keyword == "import") {
      at_ = begin;
      refuse("imports are not supported; copy the rules", Status::kGrammarUnsupported);
    } else if (keyword == "public" || keyword.empty()) {
      parse_rule(keyword == "public", rules, entry);
    } else {
      at_ = begin;
      refuse("expected a rule such as <name> = ...;");
    }
  }

  void parse_rule(bool is_public, std::unordered_map<std::string, Rule>* rules, Expansion* entry) {
    skip();
    Expansion name = parse_name();
    if (!ok() || !expect('=')) return;
    Rule rule;
    rule.is_public = is_public;
    rule.expansion = parse_alternatives();
    if (!ok() || !expect(';')) return;
    if (!rules->emplace(name.text, std::move(rule)).second) {
      refuse("<" + name.text + "> is defined twice");
    }
    if (is_public) entry->parts.push_back(std::move(name));
  }

  Expansion parse_alternatives() {
    Expansion alternatives;
    alternatives.kind = Expansion::Kind::kAlternatives;
    if (++depth_ > kMaxDepth) refuse("brackets lie too deep in one another");
    do {
      alternatives.parts.push_back(parse_sequence());
    } while (ok() && take('|'));
    --depth_;
    return alternatives;
  }

  Expansion parse_sequence() {
    Expansion sequence;
    sequence.kind = Expansion::Kind::kSequence;
    for (skip(); ok() && at_ < text_.size() && !at_one_of("|)];"); skip()) {
      parse_item(&sequence);
    }
    if (ok() && sequence.parts.empty()) refuse("expected words, a rule or brackets");
    return sequence;
  }

  void parse_item(Expansion* sequence) {
    Expansion item;
    if (take('(')) {
      item = parse_alternatives();
      (void)expect(')');
    } else if (take('[')) {
      item.kind = Expansion::Kind::kOptional;
      item.parts.push_back(parse_alternatives());
      (void)expect(']');
    } else if (at_one_of("<")) {
      item = parse_name();
      if (item.text == "NULL") item.kind = Expansion::Kind::kNothing;
    } else if (at_one_of("\"")) {
      item = parse_quoted();
    } else if (at_one_of("/")) {
      refuse("weights are not supported; leave them out", Status::kGrammarUnsupported);
    } else {
      item = {Expansion::Kind::kWord, std::string(word()), {}, {}};
      if (item.text.empty()) refuse("expected words, a rule or brackets");
    }
    sequence->parts.push_back(parse_repetition(std::move(item)));
    while (ok() && take('{')) sequence->parts.push_back(parse_tag());
  }

  // An item with what is behind it: one * among several signs says all of them.
  Expansion parse_repetition(Expansion item) {
    bool repeats = false, any_number = false;
    while (ok() && (take('*') || take('+'))) {
      repeats = true;
      any_number |= text_[at_ - 1] == '*';
    }
    if (!repeats) return item;
    Expansion repeated;
    repeated.kind = any_number ? Expansion::Kind::kAnyNumber : Expansion::Kind::kOnceOrMore;
    repeated.parts.push_back(std::move(item));
    return repeated;
  }

  Expansion parse_name() {
    Expansion name;
    name.kind = Expansion::Kind::kRule;
    name.place = place();
    if (!take('<')) {
      refuse("expected a rule's name such as <name>");
      return name;
    }
    const size_t end = text_.find('>', at_);
    const std::string_view text = text_.substr(at_, end - at_);
    if (end == std::string_view::npos || text.empty() ||
        text.find_first_of(kSpecial) != std::string_view::npos) {
      refuse("expected a rule's name such as <name>");
      return name;
    }
    name.text = text;
    at_ = end + 1;
    return name;
  }

  // The words between quotes, as a sequence.
  Expansion parse_quoted() {
    Expansion words;
    words.kind = Expansion::Kind::kSequence;
    ++at_;
    std::string word;
    const auto end_word = [&words, &word] {
      if (!word.empty()) words.parts.push_back({Expansion::Kind::kWord, word, {}, {}});
      word.clear();
    };
    for (; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      if (kSpaces.find(text_[at_]) != std::string_view::npos) {
        end_word();
      } else {
        word.push_back(text_[at_]);
      }
    }
    end_word();
    if (!take('"')) refuse("the quotes are not closed");
    if (ok() && words.parts.empty()) refuse("the quotes hold no word");
    return words;
  }

  Expansion parse_tag() {
    Expansion tag;
    tag.kind = Expansion::Kind::kTag;
    for (; at_ < text_.size() && text_[at_] != '}'; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      tag.text.push_back(text_[at_]);
    }
    if (!take('}')) refuse("the tag's brace is not closed");
    const size_t first = std::min(tag.text.find_first_not_of(kSpaces), tag.text.size());
    tag.text.erase(0, first);
    tag.text.erase(tag.text.find_last_not_of(kSpaces) + 1);
    return tag;
  }

  std::string_view word() {
    const size_t end = std::min(text_.find_first_of(kSpecial, at_), text_.size());
    const std::string_view found = text_.substr(at_, end - at_);
    at_ = end;
    return found;
  }

  // Goes over spaces and comments.
  void skip() {
    for (;;) {
      at_ = std::min(text_.find_first_not_of(kSpaces, at_), text_.size());
      const std::string_view next = text_.substr(at_, 2);
      if (next == "//") {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (next == "/*") {
        const size_t end = text_.find("*/", at_ + 2);
        if (end == std::string_view::npos) {
          refuse("the comment is not closed");
          at_ = text_.size();
          return;
        }
        at_ = end + 2;
      } else {
        return;
      }
    }
  }

  bool at_one_of(std::string_view characters) const {
    return at_ < text_.size() && characters.find(text_[at_]) != std::string_view::npos;
  }

  bool take(char character) {
    skip();
    if (at_ >= text_.size() || text_[at_] != character) return false;
    ++at_;
    return true;
  }

  bool expect(char character) {
    if (!ok()) return false;
    if (take(character)) return true;
    refuse(std::string("expected a ") + character);
    return false;
  }

  // Where the reading is. It counts on from where it was last asked, so that a file of rules is
  // gone over once.
  std::string place() {
    if (at_ < counted_) counted_ = line_begin_ = 0, line_ = 1;
    for (; counted_ < at_; ++counted_) {
      if (text_[counted_] == '\n') ++line_, line_begin_ = counted_ + 1;
    }
    return "line " + std::to_string(line_) + ", column " + std::to_string(at_ - line_begin_ + 1);
  }

  // Keeps the first error.
  Status refuse(const std::string& what, Status status = Status::kGrammarSyntax) {
    if (ok()) status_ = fail(status, detail_, place() + ": " + what);
    return status_;
  }

  std::string_view text_;
  std::string* detail_;
  size_t at_ = 0;
  size_t counted_ = 0;  // up to here
  size_t line_ = 1;     // this is the line
  size_t line_begin_ = 0;
  int depth_ = 0;
  Status status_ = Status::kOk;
};

}  // namespace

Status parse_jsgf(std::string_view text, std::unordered_map<std::string, Rule>* rules,
                  Expansion* entry, std::string* detail) {
  return JsgfParser(text, detail).parse(rules, entry);
}

}  // namespace auricle
