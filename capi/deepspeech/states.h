// What the old handles hold: settings that auricle.h keeps apart, and owners of its objects.
#pragma once

#include <auricle.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "deepspeech.h"

namespace auricle::old {

template <auto Free>
struct Freed {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};

using OwnedModel = std::unique_ptr<auricle_model, Freed<auricle_model_free>>;
using OwnedModelOptions = std::unique_ptr<auricle_model_options, Freed<auricle_model_options_free>>;
using OwnedStream = std::unique_ptr<auricle_stream, Freed<auricle_stream_free>>;
using OwnedStreamOptions =
    std::unique_ptr<auricle_stream_options, Freed<auricle_stream_options_free>>;
using OwnedTranscript = std::unique_ptr<auricle_transcript, Freed<auricle_transcript_free>>;

// Calls a function of auricle.h that gives an object through its last parameter; null on failure.
template <typename Owner, typename Function, typename... Arguments>
Owner make(Function function, Arguments... arguments) {
  typename Owner::pointer object = nullptr;
  function(arguments..., &object);
  return Owner(object);
}

// Up to so many readings of a transcript, character by character; null without memory.
Metadata* make_metadata(const auricle_transcript& transcript, uint32_t num_results);

}  // namespace auricle::old

struct ModelState {
  std::string path;
  auricle::old::OwnedModel model;
  bool uses_scorer = false;
  std::optional<float> alpha, beta;  // the scorer's own if not set
  uint32_t beam_width = 100;
  std::map<std::string, float> hot_words;
};

struct StreamingState {
  auricle::old::OwnedStream stream;
};
