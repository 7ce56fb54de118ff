#include "grammar_builder.h"

#include <algorithm>
#include <map>

namespace auricle {

GrammarBuilder::GrammarBuilder(const std::unordered_map<std::string, Rule>& rules,
                               std::string* detail)
    : rules_(rules), detail_(detail), grammar_(new Grammar()) {
  grammar_->ways_.resize(2);
}

Status GrammarBuilder::build(const Expansion& entry, std::shared_ptr<const Grammar>* out) {
  Status status = add(entry, 0, 1);
  if (status == Status::kOk) status = determinise();
  if (status != Status::kOk) return status;
  if (grammar_->words_.empty()) return fail(Status::kGrammarEmpty, detail_, "it has no words");
  *out = std::move(grammar_);
  return Status::kOk;
}

Status GrammarBuilder::add(const Expansion& expansion, uint32_t from, uint32_t to) {
  if (grammar_->ways_.size() > kMaxStates || way_count_ > kMaxStates || depth_ > kMaxDepth) {
    return fail(Status::kGrammarTooLarge, detail_,
                "it has more than " + std::to_string(kMaxStates) +
                    " words, or its rules and brackets lie more than " + std::to_string(kMaxDepth) +
                    " deep in one another");
  }
  ++depth_;
  const Status status = add_part(expansion, from, to);
  --depth_;
  return status;
}

Status GrammarBuilder::add_part(const Expansion& expansion, uint32_t from, uint32_t to) {
  switch (expansion.kind) {
    case Expansion::Kind::kNothing:
      add_way(from, Grammar::kNothing, Grammar::kNothing, to);
      return Status::kOk;
    case Expansion::Kind::kWord:
      add_way(from, word(expansion.text), Grammar::kNothing, to);
      return Status::kOk;
    case Expansion::Kind::kTag:
      add_way(from, Grammar::kNothing, static_cast<uint32_t>(grammar_->tags_.size()), to);
      grammar_->tags_.push_back(expansion.text);
      return Status::kOk;
    case Expansion::Kind::kRule:
      return add_rule(expansion, from, to);
    case Expansion::Kind::kSequence:
      return add_sequence(expansion, from, to);
    case Expansion::Kind::kAlternatives:
      for (const Expansion& part : expansion.parts) {
        const Status status = add(part, from, to);
        if (status != Status::kOk) return status;
      }
      return Status::kOk;
    case Expansion::Kind::kOptional: {
      const Status status = add(expansion.parts[0], from, to);
      add_way(from, Grammar::kNothing, Grammar::kNothing, to);
      return status;
    }
    case Expansion::Kind::kAnyNumber:
    case Expansion::Kind::kOnceOrMore:
      return add_repetition(expansion, from, to);
  }
  return Status::kOk;
}

Status GrammarBuilder::add_rule(const Expansion& expansion, uint32_t from, uint32_t to) {
  const auto rule = rules_.find(expansion.text);
  if (rule == rules_.end()) {
    return fail(Status::kGrammarUndefined, detail_,
                expansion.place + ": <" + expansion.text + "> is not defined");
  }
  if (std::find(open_rules_.begin(), open_rules_.end(), expansion.text) != open_rules_.end()) {
    return fail(
        Status::kGrammarRecursion, detail_,
        expansion.place + ": <" + expansion.text + "> is used within itself; say it with * or +");
  }
  open_rules_.push_back(expansion.text);
  const Status status = add(rule->second.expansion, from, to);
  open_rules_.pop_back();
  return status;
}

Status GrammarBuilder::add_sequence(const Expansion& expansion, uint32_t from, uint32_t to) {
  for (size_t i = 0; i < expansion.parts.size(); ++i) {
    const uint32_t next = i + 1 == expansion.parts.size() ? to : new_state();
    const Status status = add(expansion.parts[i], from, next);
    if (status != Status::kOk) return status;
    from = next;
  }
  return Status::kOk;
}

// The part leads from a state of its own back to it, or on: so its ways stay apart from others'.
Status GrammarBuilder::add_repetition(const Expansion& expansion, uint32_t from, uint32_t to) {
  const uint32_t begin = new_state();
  const uint32_t end = new_state();
  add_way(from, Grammar::kNothing, Grammar::kNothing, begin);
  const Status status = add(expansion.parts[0], begin, end);
  add_way(end, Grammar::kNothing, Grammar::kNothing, begin);
  add_way(end, Grammar::kNothing, Grammar::kNothing, to);
  if (expansion.kind == Expansion::Kind::kAnyNumber) {
    add_way(from, Grammar::kNothing, Grammar::kNothing, to);
  }
  return status;
}

uint32_t GrammarBuilder::new_state() {
  grammar_->ways_.emplace_back();
  return static_cast<uint32_t>(grammar_->ways_.size()) - 1;
}

void GrammarBuilder::add_way(uint32_t from, uint32_t word, uint32_t tag, uint32_t to) {
  grammar_->ways_[from].push_back({word, tag, to});
  ++way_count_;
}

uint32_t GrammarBuilder::word(const std::string& text) {
  const auto [place, added] =
      word_numbers_.try_emplace(text, static_cast<uint32_t>(grammar_->words_.size()));
  if (added) grammar_->words_.push_back(text);
  return place->second;
}

// All states that are reached over nothing, sorted.
std::vector<uint32_t> GrammarBuilder::closure(std::vector<uint32_t> states) const {
  std::vector<uint32_t> waiting = states;
  while (!waiting.empty()) {
    const uint32_t state = waiting.back();
    waiting.pop_back();
    for (const Grammar::Way& way : grammar_->ways_[state]) {
      if (way.word != Grammar::kNothing) continue;
      const auto place = std::lower_bound(states.begin(), states.end(), way.target);
      if (place != states.end() && *place == way.target) continue;
      states.insert(place, way.target);
      waiting.push_back(way.target);
    }
  }
  return states;
}

Status GrammarBuilder::determinise() {
  std::map<std::vector<uint32_t>, uint32_t> numbers;
  std::vector<std::vector<uint32_t>> sets = {closure({0})};
  numbers.emplace(sets[0], 0);
  size_t members = 0;
  for (size_t n = 0; n < sets.size(); ++n) {
    std::map<uint32_t, std::vector<uint32_t>> targets;  // by word
    Grammar::State state;
    for (const uint32_t member : sets[n]) {
      state.accepts |= member == 1;
      for (const Grammar::Way& way : grammar_->ways_[member]) {
        if (way.word != Grammar::kNothing) targets[way.word].push_back(way.target);
      }
    }
    for (auto& [text, reached] : targets) {
      std::sort(reached.begin(), reached.end());
      reached.erase(std::unique(reached.begin(), reached.end()), reached.end());
      std::vector<uint32_t> set = closure(std::move(reached));
      const auto [place, added] = numbers.try_emplace(set, static_cast<uint32_t>(sets.size()));
      if (added) {
        members += set.size();
        sets.push_back(std::move(set));
      }
      state.arcs.push_back({text, place->second});
    }
    grammar_->states_.push_back(std::move(state));
    if (sets.size() > kMaxStates || members > 10 * kMaxStates) {
      return fail(Status::kGrammarTooLarge, detail_,
                  "without alternatives it has more than " + std::to_string(sets.size()) +
                      " states; give its repetitions words between them");
    }
  }
  return Status::kOk;
}

}  // namespace auricle
