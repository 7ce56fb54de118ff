#include "auricle/hot_words.h"

#include <algorithm>
#include <cmath>

namespace auricle {
namespace {

Status spell_phrase(const std::string& phrase, const WordSpeller& speller,
                    std::vector<WordSpelling>* out, std::string* detail) {
  for (const std::string_view word : speller.words(phrase)) {
    const Status status = speller.spell(word, &out->emplace_back(), detail);
    if (status != Status::kOk) return status;
  }
  return out->empty() ? fail(Status::kInvalidArgument, detail, "a hot word is empty") : Status::kOk;
}

}  // namespace

HotWords::HotWords() : nodes_(1) {}

Status HotWords::create(const std::vector<std::pair<std::string, float>>& phrases,
                        const WordSpeller& speller, HotWords* out, std::string* detail) {
  HotWords made;
  std::vector<std::pair<std::vector<WordSpelling>, Node>> kept;  // with the node of its end
  for (const auto& [text, boost] : phrases) {
    std::vector<WordSpelling> phrase;
    const Status status = spell_phrase(text, speller, &phrase, detail);
    if (status != Status::kOk) return status;
    if (!std::isfinite(boost)) {
      return fail(Status::kInvalidArgument, detail, "the boost of '" + text + "' is not finite");
    }
    Node end = kRoot;
    for (const WordSpelling& word : phrase) end = made.add_word(end, word);
    if (!made.nodes_[end].phrase) kept.emplace_back(std::move(phrase), end);
    made.nodes_[end].phrase = true;
    made.nodes_[end].boost = boost;
  }
  for (const auto& [phrase, end] : kept) made.set_potentials(phrase, made.nodes_[end].boost);
  made.set_fallbacks();
  *out = std::move(made);
  return Status::kOk;
}

HotWords::Node HotWords::child(Node node, Label label) const {
  for (const auto& [edge, target] : nodes_[node].children) {
    if (edge == label) return target;
  }
  return kOutside;
}

HotWords::Node HotWords::child_or_new(Node node, Label label) {
  Node next = child(node, label);
  if (next == kOutside) {
    next = static_cast<Node>(nodes_.size());
    nodes_[node].children.emplace_back(label, next);
    nodes_.emplace_back();
  }
  return next;
}

// Adds all spellings of a word; they meet in one node after its mark, which is returned.
HotWords::Node HotWords::add_word(Node node, const WordSpelling& word) {
  Node target = kOutside;
  for (const std::vector<Label>& spelling : word.spellings) {
    Node at = node;
    for (const Label label : spelling) at = child_or_new(at, label);
    if (target == kOutside) {
      target = child_or_new(at, word.mark);
    } else if (child(at, word.mark) == kOutside) {
      nodes_[at].children.emplace_back(word.mark, target);
    }
  }
  return target;
}

// A phrase earns in proportion to its labels up to the end of its last word, marks between words
// counted; of several spellings of a word each reaches the same share at its end.
void HotWords::set_potentials(const std::vector<WordSpelling>& phrase, float boost) {
  float total = -1.0F;
  for (const WordSpelling& word : phrase) {
    total += static_cast<float>(word.spellings.front().size()) + 1.0F;
  }
  const auto offer = [this, boost, total](Node node, float matched) {
    const float share = boost * matched / total;
    // Of several phrases with this beginning the strongest counts.
    float& potential = nodes_[node].potential;
    const float gain = std::abs(share) - std::abs(potential);
    if (gain > 0.0F || (gain == 0.0F && share > potential)) potential = share;
  };
  Node begin = kRoot;
  float matched = 0.0F;
  for (size_t w = 0; w < phrase.size(); ++w) {
    const auto length = static_cast<float>(phrase[w].spellings.front().size());
    Node target = kOutside;
    for (const std::vector<Label>& spelling : phrase[w].spellings) {
      Node at = begin;
      float step = 0.0F;
      for (const Label label : spelling) {
        at = child(at, label);
        step += length / static_cast<float>(spelling.size());
        offer(at, matched + step);
      }
      target = child(at, phrase[w].mark);
    }
    matched += length + 1.0F;
    if (w + 1 < phrase.size()) offer(target, matched);
    begin = target;
  }
}

// Breadth first: the later part of a match has fewer labels, so its own fallback is set before.
void HotWords::set_fallbacks() {
  std::vector<Node> order = {kRoot};
  std::vector<bool> seen(nodes_.size(), false);
  for (size_t i = 0; i < order.size(); ++i) {
    const Node node = order[i];
    for (const auto& [label, target] : nodes_[node].children) {
      if (seen[target]) continue;
      seen[target] = true;
      order.push_back(target);
      const Node shorter = nodes_[node].fallback;
      Node fallback = shorter == kOutside ? kOutside : advance(shorter, label);
      // At the beginning of a word every phrase may begin.
      if (fallback == kOutside && label >= word_mark(0)) fallback = kRoot;
      nodes_[target].fallback = fallback;
    }
  }
}

HotWords::Node HotWords::advance(Node node, Label label) const {
  for (; node != kOutside; node = nodes_[node].fallback) {
    const Node next = child(node, label);
    if (next != kOutside) return next;
  }
  return kOutside;
}

HotWords::Node HotWords::advance(Node node, std::string_view bytes) const {
  for (const char byte : bytes) {
    if (node == kOutside) break;
    node = advance(node, Label{static_cast<uint8_t>(byte)});
  }
  return node;
}

HotWords::Node HotWords::end_word(Node node, Label mark, float* earned) const {
  const Node next = advance(node, mark);
  for (Node at = next; at != kOutside; at = nodes_[at].fallback) {
    if (nodes_[at].phrase) *earned += nodes_[at].boost;
  }
  return next == kOutside ? kRoot : next;
}

float HotWords::most_potential() const {
  float most = 0.0F;
  for (const State& state : nodes_) most = std::max(most, state.potential);
  return most;
}

float HotWords::most_earned() const {
  float most = 0.0F;
  for (const State& state : nodes_) {
    float earned = state.phrase ? state.boost : 0.0F;
    for (Node at = state.fallback; at != kOutside; at = nodes_[at].fallback) {
      if (nodes_[at].phrase) earned += nodes_[at].boost;
    }
    most = std::max(most, earned);
  }
  return most;
}

}  // namespace auricle
