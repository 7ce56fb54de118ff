#include "auricle/spelling_graph.h"

#include <algorithm>
#include <limits>
#include <string_view>
#include <unordered_map>

namespace auricle {
namespace {

constexpr uint32_t kUnreachable = std::numeric_limits<uint32_t>::max();

// The units that may begin a word, and those that may go on with one, by their spelling.
class Units {
 public:
  explicit Units(const Vocabulary& vocabulary) {
    const bool marked = vocabulary.boundary() == WordBoundary::kPrefix;
    for (uint32_t token = 0; token < vocabulary.size(); ++token) {
      const std::string_view spelling = vocabulary.spelling(token);
      const bool begins = !marked || vocabulary.ends_word(token);
      if (token == vocabulary.blank() || (spelling.empty() && !(marked && begins))) continue;
      if (begins) first_[spelling].push_back(token);
      if (!marked || !begins) inner_[spelling].push_back(token);
      longest_ = std::max(longest_, spelling.size());
    }
  }

  const std::vector<uint32_t>* find(std::string_view spelling, bool first) const {
    const auto& table = first ? first_ : inner_;
    const auto found = table.find(spelling);
    return found == table.end() ? nullptr : &found->second;
  }

  size_t longest() const { return longest_; }

 private:
  std::unordered_map<std::string_view, std::vector<uint32_t>> first_, inner_;
  size_t longest_ = 0;
};

// The spellings of one word, between node 0 and the last node.
class WordGraph {
 public:
  // In units that spell: node 1 + p is after the first p bytes.
  WordGraph(const Units& units, std::string_view word) : fewest_(word.size() + 2, kUnreachable) {
    fewest_[0] = 0;
    for (uint32_t from = 0; from <= word.size(); ++from) {
      if (fewest_[from] != kUnreachable) add_arcs(units, word, from);
    }
    drop_dead_ends();
  }

  // In the spellings of a lexicon: each has nodes of its own.
  explicit WordGraph(const std::vector<std::vector<uint32_t>>& spellings) : fewest_{0} {
    for (const auto& spelling : spellings) {
      uint32_t from = 0;
      for (size_t i = 0; i < spelling.size(); ++i) {
        const bool ends = i + 1 == spelling.size();
        const uint32_t to = ends ? kUnreachable : static_cast<uint32_t>(fewest_.size());
        if (!ends) fewest_.push_back(static_cast<uint32_t>(i) + 1);
        arcs_.push_back({from, to, spelling[i], 0});
        from = to;
      }
    }
    const auto end = static_cast<uint32_t>(fewest_.size());
    fewest_.push_back(kUnreachable);
    for (SpellingGraph::Arc& arc : arcs_) {
      if (arc.to != kUnreachable) continue;
      arc.to = end;
      fewest_[end] = std::min(fewest_[end], fewest_[arc.from] + 1);
    }
    std::stable_sort(arcs_.begin(), arcs_.end(),
                     [](const auto& a, const auto& b) { return a.from < b.from; });
  }

  bool spelled() const { return fewest_.back() != kUnreachable; }
  uint32_t fewest_units() const { return fewest_.back(); }
  uint32_t last() const { return static_cast<uint32_t>(fewest_.size()) - 1; }
  const std::vector<SpellingGraph::Arc>& arcs() const { return arcs_; }  // ordered by `from`

 private:
  void add_arcs(const Units& units, std::string_view word, uint32_t from) {
    const size_t begin = from == 0 ? 0 : from - 1;
    const size_t longest = std::min(units.longest(), word.size() - begin);
    for (size_t length = from == 0 ? 0 : 1; length <= longest; ++length) {
      const auto* tokens = units.find(word.substr(begin, length), from == 0);
      if (tokens == nullptr) continue;
      const auto to = static_cast<uint32_t>(begin + length + 1);
      fewest_[to] = std::min(fewest_[to], fewest_[from] + 1);
      for (const uint32_t token : *tokens) arcs_.push_back({from, to, token, 0});
    }
  }

  void drop_dead_ends() {
    std::vector<uint8_t> leads_on(fewest_.size(), 0);
    leads_on.back() = 1;
    for (auto arc = arcs_.rbegin(); arc != arcs_.rend(); ++arc) {
      if (leads_on[arc->to] != 0) leads_on[arc->from] = 1;
    }
    std::erase_if(arcs_, [&](const auto& arc) { return leads_on[arc.to] == 0; });
  }

  std::vector<uint32_t> fewest_;  // units that lead to each node
  std::vector<SpellingGraph::Arc> arcs_;
};

std::vector<std::vector<uint32_t>> spellings(const Lexicon& lexicon, std::string_view word) {
  const uint32_t number = lexicon.find(word);
  if (number == Lexicon::kNoWord) return {};
  return lexicon.spellings(number);
}

}  // namespace

Status SpellingGraph::create(const Vocabulary& vocabulary, const Lexicon* lexicon,
                             const std::vector<std::string>& words, SpellingGraph* out,
                             std::string* detail) {
  const Status status = vocabulary.check_lexicon(lexicon != nullptr);
  if (status != Status::kOk) return status;
  if (words.empty()) return Status::kTextEmpty;
  const Units units(vocabulary);
  SpellingGraph made;
  uint32_t node = 0;
  for (uint32_t w = 0; w < words.size(); ++w) {
    const WordGraph word =
        lexicon == nullptr ? WordGraph(units, words[w]) : WordGraph(spellings(*lexicon, words[w]));
    if (words[w].empty() || !word.spelled()) {
      return fail(Status::kTextUnspellable, detail,
                  "word " + std::to_string(w + 1) + ", \"" + words[w] + "\"");
    }
    // Of the places in the word, those that an arc uses get a number.
    std::vector<uint32_t> numbers(word.last() + 1, kUnreachable);
    for (const Arc& arc : word.arcs()) numbers[arc.from] = 0;
    for (uint32_t& number : numbers) {
      if (number == 0) number = node++;
    }
    numbers.back() = node;
    made.boundaries_.push_back(numbers.front());
    for (const Arc& arc : word.arcs()) {
      made.arcs_.push_back({numbers[arc.from], numbers[arc.to], arc.token, w});
    }
    made.fewest_units_ += word.fewest_units();
  }
  made.boundaries_.push_back(node);
  made.index_arcs(node + 1);
  *out = std::move(made);
  return Status::kOk;
}

void SpellingGraph::index_arcs(uint32_t node_count) {
  first_out_.assign(node_count + 1, 0);
  first_in_.assign(node_count + 1, 0);
  for (const Arc& arc : arcs_) {
    ++first_out_[arc.from + 1];
    ++first_in_[arc.to + 1];
  }
  for (uint32_t n = 0; n < node_count; ++n) {
    first_out_[n + 1] += first_out_[n];
    first_in_[n + 1] += first_in_[n];
  }
  into_.resize(arcs_.size());
  std::vector<uint32_t> next(first_in_.begin(), first_in_.end() - 1);
  for (uint32_t a = 0; a < arcs_.size(); ++a) into_[next[arcs_[a].to]++] = a;
}

}  // namespace auricle
