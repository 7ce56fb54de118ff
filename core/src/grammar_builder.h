// Builds the automata of a grammar from its rules.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "auricle/grammar.h"

namespace auricle {

// What a rule says, as a tree.
struct Expansion {
  enum class Kind : uint8_t {
    kNothing,       // the empty text
    kWord,          // text
    kRule,          // text: the name of another rule
    kTag,           // text
    kSequence,      // parts
    kAlternatives,  // parts
    kOptional,      // parts[0]
    kAnyNumber,     // parts[0]: *
    kOnceOrMore,    // parts[0]: +
  };
  Kind kind = Kind::kNothing;
  std::string text;
  std::vector<Expansion> parts;
  std::string place;  // of a rule's name: "line 3, column 7"
};

struct Rule {
  Expansion expansion;
  bool is_public = false;
};

class GrammarBuilder {
 public:
  GrammarBuilder(const std::unordered_map<std::string, Rule>& rules, std::string* detail);

  // `entry` holds the public rules in the order of the file, as alternatives.
  Status build(const Expansion& entry, std::shared_ptr<const Grammar>* out);

 private:
  static constexpr size_t kMaxStates = 200'000;  // of each automaton; as many ways
  static constexpr size_t kMaxDepth = 1000;      // of parts within parts, through all rules

  // Adds what leads from one state to another.
  Status add(const Expansion& expansion, uint32_t from, uint32_t to);
  Status add_part(const Expansion& expansion, uint32_t from, uint32_t to);
  Status add_rule(const Expansion& expansion, uint32_t from, uint32_t to);
  Status add_sequence(const Expansion& expansion, uint32_t from, uint32_t to);
  Status add_repetition(const Expansion& expansion, uint32_t from, uint32_t to);
  uint32_t new_state();
  void add_way(uint32_t from, uint32_t word, uint32_t tag, uint32_t to);
  uint32_t word(const std::string& text);
  Status determinise();
  std::vector<uint32_t> closure(std::vector<uint32_t> states) const;

  const std::unordered_map<std::string, Rule>& rules_;
  std::string* detail_;
  std::shared_ptr<Grammar> grammar_;
  size_t way_count_ = 0;
  size_t depth_ = 0;
  std::unordered_map<std::string, uint32_t> word_numbers_;
  std::vector<std::string> open_rules_;  // being added: one of them again would never end
};

}  // namespace auricle
