// CTC prefix beam search, frame by frame.
//
// The search looks for the texts W of the largest
//
//     log P(W | X) + sum over the words w of W of
//         ( alpha ln p(w | words before) + beta
//           - [w unknown] (unknown_penalty + characters of w * unknown_unit_penalty) )
//         + boosts of hot words
//
// where P(W | X) sums the probabilities of all alignments of W's tokens to the frames (Graves et
// al., 2006; Hannun et al., 2014). A word's language score is added when the word ends; until then
// the best unigram that the partial word can still become stands in for it, so that a beam compares
// like with like. Hypotheses with the same text and the same last token are one hypothesis: ways of
// spelling a word in pieces add up.
//
// Data flow: step() takes frames as they come; every frame updates the beam, and a pause that the
// endpoint rules name closes a segment: the beam falls to its best hypothesis, whose words go to
// the list that take_segments() empties and whose language state the next segment goes on from.
// What is committed never changes. finish() ends the last word, adds the end of the sentence,
// closes the last segment. With a second pass, texts are weighed by how it hears their words soon
// after these have ended (segment_hearing.h), and by how it hears them whole before the best is
// chosen.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "auricle/confidence.h"
#include "auricle/confusion_network.h"
#include "auricle/endpoint.h"
#include "auricle/grammar_automaton.h"
#include "auricle/hot_words.h"
#include "auricle/key_table.h"
#include "auricle/lexicon_layers.h"
#include "auricle/scorer.h"
#include "auricle/second_pass.h"
#include "auricle/segment_hearing.h"
#include "auricle/status.h"
#include "auricle/traceback.h"
#include "auricle/utf8.h"
#include "auricle/vocabulary.h"
#include "auricle/word_times.h"

namespace auricle {

struct DecoderOptions {
  uint32_t beam_width = 100;       // hypotheses kept after a frame, at least 1
  float beam_margin = 10.0F;       // drop hypotheses so much below the best, natural log
  float token_margin = 8.0F;       // skip tokens, the blank too, so much below the frame's best
  uint32_t top_tokens = 40;        // look at so many tokens of a frame at most
  uint32_t alternatives = 1;       // texts in a segment's list, at least 1
  bool network = false;            // segments come with their confusion network
  bool closed_vocabulary = false;  // only the scorer's words and hot words come out
  ScorerWeights weights;           // without a scorer unused
  WordTimes times;
  // With a grammar: taken off a text that it does not give; infinite: no such text comes out.
  float unknown_phrase_cost = std::numeric_limits<float>::infinity();
  ConfidenceMaps confidence;
  EndpointRules endpoint;  // when a segment ends before finish()
};

struct DecodedUnit {
  uint32_t token = 0;
  uint64_t frame = 0;  // where the best path first emits it
  float log_probability = 0.0F;
};

struct Hypothesis {
  std::string text;
  std::vector<DecodedWord> words;
  std::vector<DecodedUnit> units;
  float score = 0.0F;             // the maximised sum, natural log
  float log_probability = 0.0F;   // log P(W | X) alone, in a closed segment with the second pass
  float confidence = 0.0F;        // share of the beam's probability, in [0, 1]
  bool in_grammar = false;        // whether the decoder's grammar gives the text ...
  std::vector<std::string> tags;  // ... and its tags there
};

struct DecodedSegment {
  std::vector<Hypothesis> alternatives;  // best first, with distinct texts
  uint64_t first_frame = 0;
  uint64_t end_frame = 0;
  SegmentEnd ended_by = SegmentEnd::kStreamEnd;
  std::vector<NetworkSlot> network;  // where the options want one
  float confidence = 0.0F;  // that the best alternative is right in all its words, in [0, 1]
  Evidence evidence;
};

// What a decoder knows of words. Decoders and threads share all of it.
struct DecoderKnowledge {
  std::shared_ptr<const Vocabulary> vocabulary;
  std::shared_ptr<const Lexicon> lexicon;  // where the vocabulary's boundary is kLexicon
  std::shared_ptr<const Lexicon>
      own_lexicon;                         // words beside it that only this decoder has, or null
  std::shared_ptr<const Scorer> scorer;    // or null
  std::shared_ptr<const Grammar> grammar;  // or null
  std::shared_ptr<const SecondPass> second_pass = nullptr;  // or null; only used with a scorer
};

// Phrases with their boosts (HotWords::create), in words that the vocabulary can spell.
using HotPhrases = std::vector<std::pair<std::string, float>>;

// One stream of frames. Not thread-safe.
class Decoder {
 public:
  static Status create(DecoderKnowledge knowledge, const DecoderOptions& options,
                       const HotPhrases& hot_phrases, std::unique_ptr<Decoder>* out,
                       std::string* detail = nullptr);

  // Takes `frames` rows of columns() natural-log probabilities, each at most 0 (a little rounding
  // is allowed), -infinity allowed. Nothing changes when a value is not a number.
  Status step(const float* log_probs, size_t frames, std::string* detail = nullptr);

  // The best hypothesis of the open segment if its last word ended here; that may be unfinished.
  Hypothesis partial() const;

  // Ends the stream; step() then fails until reset().
  Status finish();

  // Takes other hot words; the hypotheses of the open segment are scored anew with them. What is
  // committed stays, and nothing changes when they are refused.
  Status set_hot_words(const HotPhrases& hot_phrases, std::string* detail = nullptr);

  // Hands over the segments that have been closed.
  std::vector<DecodedSegment> take_segments();

  // Forgets everything; the next frame is frame 0.
  void reset();

  uint64_t frames() const { return frame_; }
  const Vocabulary& vocabulary() const { return *vocabulary_; }

  // The log-probabilities of a frame: of the vocabulary's tokens, and behind them of the second
  // pass's.
  uint32_t columns() const;

 private:
  static constexpr uint32_t kNoWord = Lexicon::kNoWord;
  static constexpr uint32_t kNoEnd = 0xFFFFFFFF;

  // A word that may end where a hypothesis is, and what holds after it.
  struct WordEnd {
    NgramState state;
    HotWords::Node hot = HotWords::kRoot;
    GrammarAutomaton::Node grammar = GrammarAutomaton::kRoot;
    float score = 0.0F;
    uint32_t word = kNoWord;  // of the lexicon, or kSpelledWord; kNoWord between words
  };

  // The part of a hypothesis that depends on its text alone; with a lexicon, on its ended words and
  // the units of the word under way.
  struct Text {
    uint64_t key = 0;        // of the text and the last token
    uint64_t text_key = 0;   // of the text
    uint64_t words_key = 0;  // of the ended words
    uint32_t last_token = 0;
    uint32_t length = 0;  // of the word under way: characters, with a lexicon units
    bool in_word = false;
    WordTrie::Node trie = WordTrie::kRoot;  // where tokens spell words
    LexiconLayers::Node lexicon;            // with a lexicon
    HotWords::Node hot = HotWords::kRoot;
    GrammarAutomaton::Node grammar = GrammarAutomaton::kRoot;
    Utf8State utf8 = Utf8State::kBoundary;
    NgramState state;
    SegmentHearing::Heard heard;
    float earned = 0.0F;    // scores of ended words, heard words and matched hot words
    float expected = 0.0F;  // what stands in for the word under way

    bool empty() const { return text_key == kEmptyTextKey; }
  };

  struct Beam {
    Text text;
    uint32_t first_end = kNoEnd;  // of its words that may end here in ends_; kNoEnd: not yet known
    uint32_t end_count = 0;
    float log_probability = 0.0F;  // log P of all paths
    float blank = 0.0F;            // ... of those that end in a blank
    float unit = 0.0F;             // ... in the last token
    float best_blank = 0.0F;       // of the best such path
    float best_unit = 0.0F;
    uint32_t blank_path = 0;  // its last PathNode
    uint32_t unit_path = 0;

    float score() const { return log_probability + text.earned + text.expected; }
    uint32_t path() const { return best_blank >= best_unit ? blank_path : unit_path; }
  };

  // A text that the open segment may end with.
  struct FinalText {
    uint32_t path = kNoPath;  // its last PathNode
    uint32_t last_word = Traceback::kStart;
    NgramState state;
    float score = 0.0F;
    float log_probability = 0.0F;
    bool in_grammar = false;
  };

  // What a further token can add to the score of any text at most.
  struct GrowthBounds {
    float hot = 0.0F;    // a match of hot words under way
    float word = 0.0F;   // what stands in for the score of an unknown word
    float begun = 0.0F;  // ... of a word that a token begins, or of none
    float end = 0.0F;    // the end of a word
  };

  // A remembered step in the trie of the scorer's words.
  struct TrieStep {
    WordTrie::Node from = WordTrie::kOutside;
    uint32_t token = 0;
    WordTrie::Node to = WordTrie::kOutside;
  };
  static constexpr uint32_t kTrieSteps = 2048;

  // A way into the next frame.
  struct Candidate {
    static constexpr float kNever = -std::numeric_limits<float>::infinity();
    uint64_t key = 0;
    uint32_t source = 0;           // beam it comes from
    uint32_t token = 0;            // what it adds where it does not stay
    uint32_t end = kNoEnd;         // the word in ends_ that this ends
    uint32_t path_word = kNoWord;  // the word that the best path ends with its new unit
    bool stays = false;
    bool outside = false;   // of the grammar: kept apart, see keep_best
    bool new_unit = false;  // the best unit path ends in a node still to be made
    float blank = kNever, unit = kNever, best_blank = kNever, best_unit = kNever;
    uint32_t blank_path = 0, unit_path = 0;
    float text_score = 0.0F;  // earned + expected
    float log_probability = kNever;

    bool fresh() const { return !stays && unit == kNever; }
  };

  struct Ranking {
    float score;
    uint32_t candidate;
  };

  Decoder() = default;

  Status check_spelling(const std::vector<std::string>& words, const char* where,
                        std::string* detail) const;
  Status take_hot_words(const HotPhrases& phrases, std::string* detail);
  Status take_grammar(std::shared_ptr<const Grammar> grammar, std::string* detail);
  void begin_segment(const NgramState& state);
  bool score_anew(Beam* beam) const;
  std::vector<const PathNode*> path_of(uint32_t last) const;
  void step_frame(const float* row, std::span<const float> peaks);
  void hear_again(const Traceback& traceback, std::vector<FinalText>* texts) const;
  void hear_words();
  void hold_texts(float blank);
  void follow_tokens(const float* row);
  void choose_tokens(const float* row, std::span<const float> peaks);
  void add_tokens(const float* row, size_t peak);
  void set_bounds();
  void set_reaches();
  void set_reach(uint32_t source);
  void raise_bar();
  float most_expected(const Text& text, uint32_t token, bool ended) const;
  WordTrie::Node advance_trie(WordTrie::Node node, uint32_t token) const;
  Candidate& candidate(uint64_t key);
  void stay(uint32_t source, const float* row);
  void add_extensions(uint32_t source, uint32_t token, float log_probability);
  void add_extension(uint32_t source, uint32_t token, uint32_t end, float log_probability);
  Text empty_text(const NgramState& state) const;
  bool may_follow(const Text& text, uint32_t token) const;
  bool extend(uint32_t source, uint32_t token, uint32_t end, Text* text) const;
  void end_word(const WordEnd& end, Text* text) const;
  bool grow_word(uint32_t token, Text* text) const;
  bool follow_grammar(GrammarAutomaton::Node next, Text* text) const;
  bool expects(const Text& text) const;
  bool expects_word(const Text& text, uint32_t word) const;
  float expected_score(const Text& text) const;
  float expected_word_score(const Text& text) const;
  std::span<const WordEnd> word_ends(Beam* beam);
  void prune_ends(uint32_t first);
  uint64_t whole_text_key(Beam* beam);
  void collect_ends(const Text& text, std::vector<WordEnd>* ends) const;
  void collect_end(const Text& text, uint32_t word, std::vector<WordEnd>* ends) const;
  float word_score(const Text& text, uint32_t word, NgramState* next) const;
  float unknown_cost(uint32_t characters) const;
  uint32_t scorer_word(const Text& text, uint32_t word) const;
  void keep_best(const float* row);
  void choose_candidates();
  void watch_endpoint(const float* row);
  float certainty();
  void close_segment(SegmentEnd end);
  std::vector<FinalText> final_texts(bool sentence_end, Traceback* traceback);
  bool finish_text(const Beam& beam, const WordEnd& end, bool sentence_end, FinalText* text) const;
  std::vector<Hypothesis> describe_best(const std::vector<FinalText>& texts,
                                        const Traceback& traceback) const;
  Hypothesis describe(const FinalText& text, const Traceback& traceback) const;

  std::shared_ptr<const Vocabulary> vocabulary_;
  std::unique_ptr<const LexiconLayers> lexicon_;  // null where tokens spell words
  std::shared_ptr<const Scorer> scorer_;
  std::vector<uint32_t> own_words_;     // the scorer's numbers of the own lexicon's words
  std::vector<float> own_best_values_;  // of the nodes of the own lexicon
  HotWords hot_words_;
  std::shared_ptr<const Grammar> grammar_;
  std::unique_ptr<const GrammarAutomaton> automaton_;  // of the grammar, or null
  std::shared_ptr<const SecondPass> second_pass_;      // or null
  DecoderOptions options_;
  GrowthBounds bounds_;

  std::vector<Beam> beams_, next_beams_;
  std::vector<WordEnd> ends_, next_ends_;
  std::vector<PathNode> paths_;
  std::vector<std::pair<float, uint32_t>> tokens_;  // of the frame, best first
  float least_ = 0.0F;                              // what a token of the frame must have
  std::vector<Candidate> candidates_;
  mutable std::vector<TrieStep> trie_steps_ = std::vector<TrieStep>(kTrieSteps);
  KeyTable keys_;               // of candidates_
  std::vector<Ranking> order_;  // candidates to keep
  std::vector<float> scores_;
  std::vector<float> reach_, reach_ended_;  // bounds of what the beams come to with another token
  float bar_ = 0.0F;                        // what a way into the next frame must reach
  size_t raise_at_ = 0;                     // candidates after which the bar is set anew
  std::vector<DecodedSegment> segments_;
  NgramState segment_state_;  // where the open segment began
  uint64_t frame_ = 0;
  uint64_t segment_first_ = 0;
  std::unique_ptr<SegmentHearing> hearing_;  // with a second pass and a scorer, or null
  Endpointer endpointer_;
  bool finished_ = false;
};

}  // namespace auricle
