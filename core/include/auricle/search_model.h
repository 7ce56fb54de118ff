// A package made ready to search, and how a stream of it searches: what C and JavaScript share.
// The acoustic graph is outside, as for Stream.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "auricle/decoder.h"
#include "auricle/grammar.h"
#include "auricle/lexicon.h"
#include "auricle/ngram.h"
#include "auricle/package.h"
#include "auricle/scorer.h"
#include "auricle/status.h"
#include "auricle/stream.h"
#include "auricle/vocabulary.h"

namespace auricle {

// Does not change; its streams share it.
struct SearchModel {
  std::shared_ptr<const StreamModel> common;
  std::shared_ptr<const Vocabulary> vocabulary;
  std::shared_ptr<const Lexicon> lexicon;         // or null
  std::shared_ptr<const Scorer> scorer;           // or null
  std::shared_ptr<const SecondPass> second_pass;  // or null
  std::string description;                        // auricle.json
  double silence_seconds = 0.0;                   // that close a segment
  double maximum_seconds = 0.0;                   // of a segment
  std::optional<uint32_t> beam_width;
  std::optional<float> beam_margin, token_margin;
  Calibration calibration;

  // Makes everything but the scorer.
  static Status load(Package& package, SearchModel* out, std::string* detail);

  // The log-probabilities of a frame, as the graph has to give them.
  uint32_t columns() const {
    return vocabulary->size() + (second_pass ? second_pass->columns() : 0);
  }

  // Takes a scorer, built for the model's vocabulary; null for none.
  Status set_scorer(std::unique_ptr<Ngram> ngram, std::string* detail);
};

// How a stream searches; what is not set is as the scorer's file or the package says.
struct SearchOptions {
  DecoderOptions decoder;
  HotPhrases hot_words;
  bool use_scorer = true;
  std::optional<float> alpha, beta, unknown_penalty, unknown_unit_penalty;
  std::optional<uint32_t> beam_width;  // instead of that in `decoder`
  std::optional<float> beam_margin, token_margin;
  std::optional<double> silence_seconds, maximum_seconds;
  double unsure_silence_seconds = 0.0;
  float certainty = 0.5F;
  std::shared_ptr<const Grammar> grammar;  // or null
  bool low_latency = true;                 // or the graph hears the longer chunks of files
};

// Begins a stream of the model.
Status create_stream(const SearchModel& model, const SearchOptions& options,
                     std::optional<Stream>* out, std::string* detail);

}  // namespace auricle
