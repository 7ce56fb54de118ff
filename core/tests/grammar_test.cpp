#include "auricle/grammar.h"

#include <string>

#include "auricle/grammar_automaton.h"
#include "check.h"

using auricle::Grammar;
using auricle::GrammarAutomaton;
using auricle::Status;

namespace {

constexpr std::string_view kLights =
    "#JSGF V1.0 UTF-8 en;\n"
    "grammar lights;  // a comment\n"
    "public <command> = [please] turn (on {ON} | off {OFF}) the <colour> light+;\n"
    "/* used before\n   it is defined */ <colour> = red {RED} | \"light blue\" {BLUE};\n"
    "public <count> = (one {1} | two {2})* go;\n";

std::shared_ptr<const Grammar> make(std::string_view text) {
  std::shared_ptr<const Grammar> grammar;
  std::string detail;
  if (Grammar::read(text, &grammar, &detail) != Status::kOk) {
    check::report(__FILE__, __LINE__, detail);
  }
  return grammar;
}

// Whether the automaton over words gives a text, and the one over bytes agrees.
bool gives(const Grammar& grammar, const std::vector<std::string_view>& text) {
  uint32_t state = 0;
  bool found = true;
  for (const std::string_view word : text) {
    found = false;
    for (const Grammar::Arc& arc : grammar.states()[state].arcs) {
      if (grammar.words()[arc.word] != word) continue;
      state = arc.target;
      found = true;
      break;
    }
    if (!found) break;
  }
  const bool given = found && grammar.states()[state].accepts;
  GrammarAutomaton automaton;
  (void)GrammarAutomaton::create(
      grammar, auricle::WordSpeller(auricle::WordBoundary::kSeparator, nullptr), &automaton);
  GrammarAutomaton::Node node = GrammarAutomaton::kRoot;
  for (const std::string_view word : text) {
    node =
        automaton.advance(automaton.advance(node, word), auricle::word_mark(auricle::kSpelledWord));
  }
  CHECK_EQ(automaton.accepts(node), given);
  return given;
}

std::string tags(const Grammar& grammar, const std::vector<std::string_view>& text) {
  std::string all;
  for (const std::string& tag : grammar.tags(text)) all += tag + " ";
  return all;
}

Status status_of(std::string_view rules, std::string* detail) {
  std::shared_ptr<const Grammar> grammar;
  return Grammar::read("#JSGF V1.0;\n" + std::string(rules), &grammar, detail);
}

}  // namespace

TEST(a_grammar_gives_the_texts_of_its_public_rules) {
  const auto grammar = make(kLights);
  REQUIRE(grammar != nullptr);
  CHECK(gives(*grammar, {"turn", "on", "the", "red", "light"}));
  CHECK(gives(*grammar, {"please", "turn", "off", "the", "light", "blue", "light", "light"}));
  CHECK(gives(*grammar, {"go"}));
  CHECK(gives(*grammar, {"two", "one", "two", "go"}));
  CHECK(!gives(*grammar, {"turn", "the", "red", "light"}));
  CHECK(!gives(*grammar, {"turn", "on", "the", "red"}));
  CHECK(!gives(*grammar, {"red"}));
  CHECK(!gives(*grammar, {}));
}

TEST(a_text_has_the_tags_on_its_way) {
  const auto grammar = make(kLights);
  REQUIRE(grammar != nullptr);
  CHECK_EQ(tags(*grammar, {"turn", "on", "the", "light", "blue", "light"}), "ON BLUE ");
  CHECK_EQ(tags(*grammar, {"two", "one", "two", "go"}), "2 1 2 ");
  CHECK_EQ(tags(*grammar, {"turn", "on"}), "");
}

TEST(of_two_ways_the_first_in_the_file_has_the_tags) {
  const auto grammar = make("#JSGF V1.0;\npublic <a> = x {FIRST} | x {SECOND};");
  REQUIRE(grammar != nullptr);
  CHECK_EQ(tags(*grammar, {"x"}), "FIRST ");
}

TEST(phrases_are_a_grammar) {
  const auto grammar = make("turn on\n\n  turn  off \r\ngo");
  REQUIRE(grammar != nullptr);
  CHECK(gives(*grammar, {"turn", "off"}));
  CHECK(gives(*grammar, {"go"}));
  CHECK(!gives(*grammar, {"turn"}));
}

TEST(every_error_has_its_status_line_and_column) {
  std::string detail;
  CHECK_EQ(status_of("public <a> = x <b>;", &detail), Status::kGrammarUndefined);
  CHECK(detail.find("line 2, column 16") != std::string::npos);
  CHECK_EQ(status_of("public <a> = x [<b>];\n<b> = y | <a>;", &detail), Status::kGrammarRecursion);
  CHECK(detail.find("line 3, column 11") != std::string::npos);
  CHECK_EQ(status_of("<a> = x;", &detail), Status::kGrammarEmpty);
  CHECK_EQ(status_of("public <a> = <NULL>;", &detail), Status::kGrammarEmpty);
  CHECK_EQ(status_of("import <x.y>;", &detail), Status::kGrammarUnsupported);
  CHECK_EQ(status_of("public <a> = /2/ x | y;", &detail), Status::kGrammarUnsupported);
  for (const char* broken :
       {"public <a> = x", "public <a> = (x;", "public <a> = [x;", "public <a> = ;",
        "public <a> = x | ;", "public <a> = x {T;", "public <a> = \"x;", "public <a = x;",
        "public <a> = *;", "public <a> = x); ", "x = y;", "<a> = x; <a> = y;", "/* x",
        "public <a> = x } y;", "public <a> = \"\";", "public"}) {
    CHECK_EQ(status_of(broken, &detail), Status::kGrammarSyntax);
    CHECK(detail.find("line ") == 0);
  }
}

TEST(a_grammar_that_explodes_is_refused) {
  std::string rules = "public <a0> = x;\n";
  for (int i = 1; i < 64; ++i) {
    const std::string before = "<a" + std::to_string(i - 1) + ">";
    rules += "public <a" + std::to_string(i) + "> = " + before + " | " + before + ";\n";
  }
  std::string detail;
  CHECK_EQ(status_of(rules, &detail), Status::kGrammarTooLarge);
  std::string deep = "public <b0> = x;\n";
  for (int i = 1; i < 5000; ++i) {
    deep += "public <b" + std::to_string(i) + "> = <b" + std::to_string(i - 1) + ">;\n";
  }
  CHECK_EQ(status_of(deep, &detail), Status::kGrammarTooLarge);
  CHECK_EQ(status_of("public <c> = " + std::string(5000, '(') + "x;", &detail),
           Status::kGrammarSyntax);
}

// Brackets in each of many rules within rules once took more stack than there is.
TEST(a_grammar_deep_in_rules_and_brackets_is_refused) {
  std::string rules = "public <d0> = <d1>;\n";
  for (int i = 1; i < 900; ++i) {
    rules += "<d" + std::to_string(i) + "> = " + std::string(190, '(') + "<d" +
             std::to_string(i + 1) + ">" + std::string(190, ')') + ";\n";
  }
  std::string detail;
  CHECK_EQ(status_of(rules + "<d900> = x;", &detail), Status::kGrammarTooLarge);
}

// Each sign once lay within the next, a million deep.
TEST(signs_of_repetition_count_once) {
  const auto rule = [](const std::string& text) {
    return make("#JSGF V1.0;\npublic <a> = " + text + ";");
  };
  CHECK(gives(*rule("x" + std::string(1'000'000, '*')), {}));
  CHECK(gives(*rule("x" + std::string(1'000'000, '*')), {"x", "x"}));
  CHECK(gives(*rule("x + +"), {"x", "x"}) && !gives(*rule("x + +"), {}));
  CHECK(gives(*rule("x + *"), {}));
}
