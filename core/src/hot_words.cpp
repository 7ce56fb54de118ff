#include "auricle/hot_words.h"

#include <algorithm>
#include <cmath>

namespace auricle {
namespace {

// The words of a phrase joined by single spaces; where characters are words, a space before each.
std::string normalise(std::string_view phrase, WordBoundary boundary) {
  std::string text;
  for (const char byte : phrase) {
    const bool begins_character = (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
    if (boundary == WordBoundary::kNone && begins_character && !text.empty() &&
        text.back() != ' ') {
      text.push_back(' ');
    }
    if (byte != ' ') {
      text.push_back(byte);
    } else if (!text.empty() && text.back() != ' ') {
      text.push_back(' ');
    }
  }
  if (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

}  // namespace

HotWords::HotWords() : nodes_(1) {}

Status HotWords::create(const std::vector<std::pair<std::string, float>>& phrases,
                        WordBoundary boundary, HotWords* out, std::string* detail) {
  HotWords made;
  std::vector<std::pair<std::string, float>> kept;
  for (const auto& [phrase, boost] : phrases) {
    const std::string text = normalise(phrase, boundary);
    if (text.empty()) return fail(Status::kInvalidArgument, detail, "a hot word is empty");
    if (!std::isfinite(boost)) {
      return fail(Status::kInvalidArgument, detail, "the boost of '" + text + "' is not finite");
    }
    TrieNode& last = made.nodes_[made.add(text)];
    last.phrase = last.word = true;
    last.boost = boost;
    std::erase_if(kept, [&text](const auto& earlier) { return earlier.first == text; });
    kept.emplace_back(text, boost);
  }
  for (const auto& [text, boost] : kept) made.set_potentials(text, boost);
  for (const auto& [text, boost] : kept) made.set_fallbacks(text);
  *out = std::move(made);
  return Status::kOk;
}

HotWords::Node HotWords::child(Node node, uint8_t byte) const {
  for (const auto& [label, target] : nodes_[node].children) {
    if (label == byte) return target;
  }
  return kOutside;
}

HotWords::Node HotWords::add(std::string_view phrase) {
  Node node = kRoot;
  for (const char byte : phrase) {
    if (byte == ' ') nodes_[node].word = true;
    Node next = child(node, static_cast<uint8_t>(byte));
    if (next == kOutside) {
      next = static_cast<Node>(nodes_.size());
      nodes_[node].children.emplace_back(static_cast<uint8_t>(byte), next);
      const uint32_t depth = nodes_[node].depth + 1;
      nodes_.emplace_back();
      nodes_.back().depth = depth;
    }
    node = next;
  }
  return node;
}

void HotWords::set_potentials(std::string_view phrase, float boost) {
  Node node = kRoot;
  for (const char byte : phrase) {
    node = child(node, static_cast<uint8_t>(byte));
    TrieNode& at = nodes_[node];
    const float share = boost * static_cast<float>(at.depth) / static_cast<float>(phrase.size());
    // Of several phrases with this beginning the strongest counts.
    if (std::abs(share) > std::abs(at.potential)) at.potential = share;
  }
}

void HotWords::set_fallbacks(std::string_view phrase) {
  Node node = kRoot;
  for (size_t length = 1; length <= phrase.size(); ++length) {
    node = child(node, static_cast<uint8_t>(phrase[length - 1]));
    const std::string_view matched = phrase.substr(0, length);
    for (size_t space = matched.find(' '); space != std::string_view::npos;
         space = matched.find(' ', space + 1)) {
      Node suffix = kRoot;
      for (const char byte : matched.substr(space + 1)) {
        suffix = child(suffix, static_cast<uint8_t>(byte));
        if (suffix == kOutside) break;
      }
      if (suffix != kOutside) {
        nodes_[node].fallback = suffix;
        break;
      }
      nodes_[node].fallback = kOutside;
    }
    // A match within its first word has no later beginning of a word to fall back to.
    if (matched.find(' ') == std::string_view::npos) nodes_[node].fallback = kOutside;
  }
}

HotWords::Node HotWords::advance(Node node, std::string_view bytes) const {
  for (const char byte : bytes) {
    while (node != kOutside) {
      const Node next = child(node, static_cast<uint8_t>(byte));
      if (next != kOutside) {
        node = next;
        break;
      }
      node = node == kRoot ? kOutside : nodes_[node].fallback;
    }
    if (node == kOutside) return kOutside;
  }
  return node;
}

HotWords::Node HotWords::end_word(Node node, float* earned) const {
  for (Node at = node; at != kOutside && at != kRoot; at = nodes_[at].fallback) {
    if (nodes_[at].phrase) *earned += nodes_[at].boost;
  }
  for (Node at = node; at != kOutside; at = at == kRoot ? kOutside : nodes_[at].fallback) {
    const Node next = child(at, ' ');
    if (next != kOutside) return next;
  }
  return kRoot;
}

}  // namespace auricle
