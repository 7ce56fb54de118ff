// What the opaque types of auricle.h are.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "auricle.h"
#include "auricle/search_model.h"
#include "auricle/stream.h"
#include "auricle/transcript.h"
#include "onnx_graph.h"

namespace auricle::capi {

// A loaded package. Immutable; its streams share it.
struct LoadedModel {
  SearchModel search;
  std::shared_ptr<const OnnxGraph> graph;
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
  auricle::SearchOptions search;
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
