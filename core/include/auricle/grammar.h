// Grammars: which texts a listener expects, and what they mean to it.
//
// A grammar is a list of phrases, one a line, or a file in a subset of the JSpeech Grammar Format
// (W3C Note, 2000), told apart by the first line:
//
//     #JSGF V1.0;
//     grammar lights;
//     <colour> = red {RED} | blue {BLUE};              // rules, alternatives, tags
//     public <command> = [please] turn (on {ON} | off {OFF}) [the <colour>] lights;
//     public <count>   = (one | two | three)+ {NUMBER};  /* + once or more, * any number */
//
// A text belongs to the grammar if some public rule gives it. Rules may be used before they are
// defined, <NULL> is the empty text, "quoted words" are a sequence. There are no weights, no
// imports and no recursion; each of them is refused with its line and column.
//
// The grammar becomes an automaton over words without alternatives (the subset construction), so
// that a text is in one state at most; which tags a whole text has is read from the automaton with
// alternatives, the first of the file going first.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "auricle/status.h"

namespace auricle {

// Immutable; threads and decoders share it.
class Grammar {
 public:
  static constexpr uint32_t kNothing = 0xFFFFFFFF;

  // Reads a grammar or a list of phrases; *detail says the line and column of an error.
  static Status read(std::string_view text, std::shared_ptr<const Grammar>* out,
                     std::string* detail = nullptr);
  // The same of the file at `path` (UTF-8).
  static Status open(const std::string& path, std::shared_ptr<const Grammar>* out,
                     std::string* detail = nullptr);

  // The words of the grammar, each once.
  const std::vector<std::string>& words() const { return words_; }

  // The automaton over words without alternatives; state 0 begins.
  struct Arc {
    uint32_t word;  // in words()
    uint32_t target;
  };
  struct State {
    std::vector<Arc> arcs;
    bool accepts = false;
  };
  const std::vector<State>& states() const { return states_; }

  // The tags of a text that the grammar gives, in their order; none for any other text.
  std::vector<std::string> tags(const std::vector<std::string_view>& text) const;

 private:
  friend class GrammarBuilder;
  // A way of the automaton with alternatives: over a word, or over nothing but perhaps a tag.
  struct Way {
    uint32_t word = kNothing;
    uint32_t tag = kNothing;
    uint32_t target = 0;
  };
  struct Visit;

  Grammar() = default;
  void close(std::vector<Visit>* visits, size_t first) const;

  std::vector<std::string> words_;
  std::vector<std::string> tags_;
  std::vector<std::vector<Way>> ways_;  // by state; state 0 begins, state 1 accepts
  std::vector<State> states_;
};

}  // namespace auricle
