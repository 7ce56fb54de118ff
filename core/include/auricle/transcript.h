// What a recording became: words with times, in segments, with other readings of the whole.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace auricle {

// Seconds from the start of the recording; the confidence is in [0, 1].
struct Word {
  std::string text;
  double start = 0.0;
  double end = 0.0;
  double confidence = 0.0;
};

// A stretch of speech between two pauses; it has at least one word.
struct Segment {
  std::vector<Word> words;
  std::optional<double> confidence;  // that all its words are right; none while it is open
  std::optional<bool> in_grammar;    // whether the grammar gives the text; none without a grammar
  std::vector<std::string> tags;     // of the text in the grammar
};

// A reading of the whole recording; its confidence is its share of those that were kept.
struct Alternative {
  std::vector<Word> words;
  double confidence = 0.0;
};

struct Transcript {
  std::vector<Segment> segments;          // in the order of time
  std::vector<Alternative> alternatives;  // best first; empty unless more than one was asked for
  std::string language;                   // BCP 47
  std::string model;                      // its name
  std::string separator = " ";            // between two words
  double duration = 0.0;                  // seconds that were heard
};

// The words on one line.
std::string text_of(const std::vector<Word>& words, const std::string& separator);
std::string text_of(const Transcript& transcript);

// The same JSON as Transcript.to_json() of Python: times to the millisecond, confidences to four
// decimals.
std::string to_json(const Transcript& transcript);

}  // namespace auricle
