// Grammars: reading has a status, and the automata agree about what was read.
#include "auricle/grammar.h"

#include "auricle/grammar_automaton.h"
#include "input.h"

using auricle::Grammar;
using auricle::GrammarAutomaton;
using auricle::Status;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::shared_ptr<const Grammar> grammar;
  std::string detail;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (Grammar::read(text, &grammar, &detail) != Status::kOk) return 0;
  GrammarAutomaton automaton;
  const auricle::WordSpeller speller(auricle::WordBoundary::kSeparator, nullptr);
  if (GrammarAutomaton::create(*grammar, speller, &automaton, &detail) != Status::kOk) return 0;
  uint32_t state = 0;
  GrammarAutomaton::Node node = GrammarAutomaton::kRoot;
  std::vector<std::string_view> words;
  for (int step = 0; step < 8 && !grammar->states()[state].arcs.empty(); ++step) {
    const auto& arcs = grammar->states()[state].arcs;
    const Grammar::Arc arc = arcs[static_cast<size_t>(step) % arcs.size()];
    words.push_back(grammar->words()[arc.word]);
    state = arc.target;
    node = automaton.advance(automaton.advance(node, words.back()),
                             auricle::word_mark(auricle::kSpelledWord));
    fuzz::require(node == state && automaton.accepts(node) == grammar->states()[state].accepts);
    (void)grammar->tags(words);
  }
  return 0;
}
