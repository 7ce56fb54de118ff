// What the opaque types of auricle.h are.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "auricle.h"
#include "auricle/decoder.h"
#include "auricle/grammar.h"
#include "auricle/lexicon.h"
#include "auricle/scorer.h"
#include "auricle/stream.h"
#include "auricle/transcript.h"
#include "auricle/vocabulary.h"
#include "onnx_graph.h"

namespace auricle::capi {

// A loaded package. Immutable; its streams share it.
struct LoadedModel {
  std::shared_ptr<const StreamModel> common;
  std::shared_ptr<const Vocabulary> vocabulary;
  std::shared_ptr<const Lexicon> lexicon;  // or null
  std::shared_ptr<const Scorer> scorer;    // or null
  std::shared_ptr<const OnnxGraph> graph;
  std::string description;       // auricle.json
  double silence_seconds = 0.0;  // that close a segment
  double maximum_seconds = 0.0;  // of a segment
  Calibration calibration;
};

}  // namespace auricle::capi

struct auricle_model_options {
  uint32_t threads = 1;
  bool verify = true;
  std::string scorer;  // path, empty for the package's
};

struct auricle_model {
  std::shared_ptr<const auricle::capi::LoadedModel> loaded;
};

struct auricle_stream_options {
  auricle::DecoderOptions decoder;
  auricle::HotPhrases hot_words;
  bool use_scorer = true;
  std::optional<float> alpha, beta, unknown_penalty, unknown_unit_penalty;
  std::optional<double> silence_seconds, maximum_seconds;
  double unsure_silence_seconds = 0.0;
  float certainty = 0.5F;
  std::shared_ptr<const auricle::Grammar> grammar;  // or null
};

struct auricle_stream {
  std::shared_ptr<const auricle::capi::LoadedModel> model;
  auricle::Stream stream;
  auricle::capi::OnnxRun run;
  // A failure in the middle of the work leaves nothing to go on from: only reset and free do then.
  auricle::Status failed = auricle::Status::kOk;
};

struct auricle_transcript {
  auricle::Transcript content;
  std::string text;
  std::string json;
  std::vector<const auricle::Word*> words;
  std::vector<uint32_t> first_words;  // of the segments
  std::vector<std::string> segment_texts;
  std::vector<std::string> alternative_texts;
};
