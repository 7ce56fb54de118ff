#include "auricle/grammar_automaton.h"

#include <algorithm>

namespace auricle {
namespace {

constexpr size_t kMaxNodes = 4'000'000;

bool before(const std::pair<Label, GrammarAutomaton::Node>& child, Label label) {
  return child.first < label;
}

}  // namespace

Status GrammarAutomaton::create(const Grammar& grammar, const WordSpeller& speller,
                                GrammarAutomaton* out, std::string* detail) {
  std::vector<WordSpelling> spellings(grammar.words().size());
  for (size_t w = 0; w < spellings.size(); ++w) {
    const Status status = speller.spell(grammar.words()[w], &spellings[w], detail);
    if (status != Status::kOk) return status;
  }
  GrammarAutomaton made;
  made.nodes_.resize(grammar.states().size());  // states are the nodes at the ends of words
  for (Node state = 0; state < grammar.states().size(); ++state) {
    made.nodes_[state].accepts = grammar.states()[state].accepts;
    for (const Grammar::Arc& arc : grammar.states()[state].arcs) {
      for (const std::vector<Label>& spelling : spellings[arc.word].spellings) {
        Node node = state;
        for (const Label label : spelling) node = made.child_or_new(node, label);
        made.add_child(node, spellings[arc.word].mark, arc.target);
      }
      if (made.nodes_.size() > kMaxNodes) {
        return fail(Status::kGrammarTooLarge, detail,
                    "spelled out it has more than " + std::to_string(kMaxNodes) + " nodes");
      }
    }
  }
  *out = std::move(made);
  return Status::kOk;
}

GrammarAutomaton::Node GrammarAutomaton::child_or_new(Node node, Label label) {
  Node next = advance(node, label);
  if (next == kOutside) {
    next = static_cast<Node>(nodes_.size());
    nodes_.emplace_back();
    add_child(node, label, next);
  }
  return next;
}

void GrammarAutomaton::add_child(Node node, Label label, Node target) {
  auto& children = nodes_[node].children;
  const auto place = std::lower_bound(children.begin(), children.end(), label, before);
  if (place == children.end() || place->first != label) children.insert(place, {label, target});
}

GrammarAutomaton::Node GrammarAutomaton::advance(Node node, Label label) const {
  if (node == kOutside) return kOutside;
  const auto& children = nodes_[node].children;
  const auto place = std::lower_bound(children.begin(), children.end(), label, before);
  return place == children.end() || place->first != label ? kOutside : place->second;
}

GrammarAutomaton::Node GrammarAutomaton::advance(Node node, std::string_view bytes) const {
  for (const char byte : bytes) node = advance(node, Label{static_cast<uint8_t>(byte)});
  return node;
}

}  // namespace auricle
