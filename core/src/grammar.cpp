#include "auricle/grammar.h"

#include <algorithm>
#include <utility>

#include "auricle/mapped_file.h"
#include "auricle/utf8.h"
#include "grammar_builder.h"
#include "jsgf.h"
#include "plain_text.h"

namespace auricle {
namespace {

constexpr std::string_view kJsgf = "#JSGF";

// A list of phrases, one a line.
Expansion parse_phrases(std::string_view text) {
  Expansion phrases;
  phrases.kind = Expansion::Kind::kAlternatives;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    Expansion phrase;
    phrase.kind = Expansion::Kind::kSequence;
    for (;;) {
      line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
      const std::string_view word = line.substr(0, line.find_first_of(kBlanks));
      if (word.empty()) break;
      phrase.parts.push_back({Expansion::Kind::kWord, std::string(word), {}, {}});
      line.remove_prefix(word.size());
    }
    if (!phrase.parts.empty()) phrases.parts.push_back(std::move(phrase));
  }
  return phrases;
}

}  // namespace

Status Grammar::read(std::string_view text, std::shared_ptr<const Grammar>* out,
                     std::string* detail) {
  text = without_byte_order_mark(text);
  if (!is_utf8(text)) return fail(Status::kGrammarSyntax, detail, "it is not UTF-8");
  std::unordered_map<std::string, Rule> rules;
  Expansion entry;
  if (text.substr(0, kJsgf.size()) == kJsgf) {
    const Status status = parse_jsgf(text, &rules, &entry, detail);
    if (status != Status::kOk) return status;
  } else {
    entry = parse_phrases(text);
  }
  if (entry.parts.empty()) {
    return fail(Status::kGrammarEmpty, detail, "it has neither phrases nor a public rule");
  }
  return GrammarBuilder(rules, detail).build(entry, out);
}

Status Grammar::open(const std::string& path, std::shared_ptr<const Grammar>* out,
                     std::string* detail) {
  MappedFile file;
  if (!file.open(path)) return Status::kGrammarNotFound;
  const auto bytes = file.bytes();
  return read({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, out, detail);
}

// A state that some beginning of a text leads to, and how.
struct Grammar::Visit {
  uint32_t state;
  uint32_t from;  // the visit before
  uint32_t tag;
};

// Adds the states that are reached over nothing from those since `first`, depth first, so that the
// ways of the file's first alternatives come first.
void Grammar::close(std::vector<Visit>* visits, size_t first) const {
  std::vector<bool> seen(ways_.size(), false);
  std::vector<Visit> waiting(visits->begin() + static_cast<long>(first), visits->end());
  std::reverse(waiting.begin(), waiting.end());
  visits->resize(first);
  while (!waiting.empty()) {
    const Visit visit = waiting.back();
    waiting.pop_back();
    if (seen[visit.state]) continue;
    seen[visit.state] = true;
    const auto number = static_cast<uint32_t>(visits->size());
    visits->push_back(visit);
    const std::vector<Way>& ways = ways_[visit.state];
    for (size_t i = ways.size(); i-- > 0;) {
      if (ways[i].word == kNothing) waiting.push_back({ways[i].target, number, ways[i].tag});
    }
  }
}

std::vector<std::string> Grammar::tags(const std::vector<std::string_view>& text) const {
  std::vector<Visit> visits = {{0, kNothing, kNothing}};
  size_t first = 0;
  close(&visits, first);
  for (const std::string_view word : text) {
    const size_t last = visits.size();
    for (size_t v = first; v < last; ++v) {
      for (const Way& way : ways_[visits[v].state]) {
        if (way.word == kNothing || words_[way.word] != word) continue;
        visits.push_back({way.target, static_cast<uint32_t>(v), kNothing});
      }
    }
    first = last;
    close(&visits, first);
  }
  std::vector<std::string> found;
  const auto accepted = std::find_if(visits.begin() + static_cast<long>(first), visits.end(),
                                     [](const Visit& visit) { return visit.state == 1; });
  if (accepted == visits.end()) return found;
  for (auto v = static_cast<uint32_t>(accepted - visits.begin()); v != kNothing;
       v = visits[v].from) {
    if (visits[v].tag != kNothing) found.push_back(tags_[visits[v].tag]);
  }
  std::reverse(found.begin(), found.end());
  return found;
}

}  // namespace auricle
