// The acoustic graph of a package on ONNX Runtime's C API.
#pragma once

#include <onnxruntime_c_api.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "auricle/package_description.h"
#include "auricle/status.h"
#include "auricle/stream.h"

namespace auricle::capi {

// Owns what ONNX Runtime hands out, of one type, and gives it back.
template <typename T>
struct OrtRelease {
  void (*release)(T*);
  void operator()(T* object) const { release(object); }
};
template <typename T>
using OrtOwned = std::unique_ptr<T, OrtRelease<T>>;

// A graph, ready to run. Immutable; threads and streams share it.
class OnnxGraph {
 public:
  // Takes an ONNX file that fits the contract and gives `columns` log-probabilities a frame. The
  // bytes are not needed afterwards.
  static Status create(std::span<const uint8_t> bytes, const AcousticContract& contract,
                       uint32_t columns, uint32_t threads, std::shared_ptr<const OnnxGraph>* out,
                       std::string* detail);

 private:
  friend class OnnxRun;

  OnnxGraph(const OrtApi& api, const AcousticContract& contract, uint32_t columns);
  Status open(std::span<const uint8_t> bytes, uint32_t threads, std::string* detail);
  Status check_names(std::string* detail) const;
  Status check_vocabulary(std::string* detail) const;

  const OrtApi& api_;
  AcousticContract contract_;
  uint32_t columns_;
  std::vector<std::string> input_names_;
  std::vector<std::string> output_names_;
  OrtOwned<OrtEnv> environment_;
  OrtOwned<OrtMemoryInfo> memory_;
  OrtOwned<OrtSession> session_;
};

// One run of a graph over a stream: it keeps the states. For one thread at a time.
class OnnxRun {
 public:
  explicit OnnxRun(std::shared_ptr<const OnnxGraph> graph);

  // Runs the next chunk, whole frames, on the states that its course names. The log-probabilities
  // are valid until the next call.
  Status run(std::span<const float> chunk, Stream::Course course, std::span<const float>* log_probs,
             std::string* detail);

  // The next chunk is the first one.
  void reset();

 private:
  using Values = std::vector<OrtOwned<OrtValue>>;

  Status zero_states(std::string* detail);
  Status check_outputs(int64_t frames, std::string* detail) const;

  std::shared_ptr<const OnnxGraph> graph_;
  Values states_;        // after the last chunk that went on; empty before the first
  Values ahead_states_;  // after the last chunk that looked ahead
  Values outputs_;       // of the last chunk: log-probabilities, next states
};

}  // namespace auricle::capi
