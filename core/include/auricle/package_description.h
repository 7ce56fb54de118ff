// What auricle.json says of a model package; src/auricle/package.py writes it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auricle/confidence.h"
#include "auricle/status.h"
#include "auricle/vocabulary.h"
#include "auricle/word_times.h"

namespace auricle {

inline constexpr int kPackageFormat = 1;
inline constexpr const char* kDescriptionFile = "auricle.json";

// One state of the acoustic graph, float32; the batch comes first and is not part of the shape.
struct AcousticState {
  std::string name;
  std::vector<int64_t> shape;
  size_t size = 1;  // values of one stream
};

// The contract of the acoustic graph.
struct AcousticContract {
  std::string file;
  uint32_t sample_rate = 0;        // Hz
  uint32_t frame_samples = 0;      // samples for each frame of log-probabilities
  uint32_t chunk_frames = 0;       // frames that a stream runs at once
  uint32_t delay_frames = 0;       // the output speaks of the frame so many before the input
  uint32_t file_chunk_frames = 0;  // frames that are run at once of a file
  std::vector<AcousticState> states;

  size_t chunk_samples() const { return size_t{chunk_frames} * frame_samples; }
  double frame_seconds() const { return static_cast<double>(frame_samples) / sample_rate; }
};

// The second output of the acoustic graph, whose columns follow those of the first (second_pass.h).
struct SecondUnits {
  uint32_t blank = 0;
  std::vector<std::string> tokens;
  std::string lexicon;  // file name
  float weight = 0.0F;
};

// What was measured of the model: how far words reach beyond the peaks of their units, in seconds
// (word_times.h), and what confidences are made of.
struct Calibration {
  double lead = 0.0;
  double tail = 0.0;
  double shortest = 0.0;
  ConfidenceMaps maps;

  WordTimes times(double frame_seconds) const;
};

struct PackageDescription {
  std::string name;
  std::string language;  // BCP 47
  WordBoundary boundary = WordBoundary::kSeparator;
  bool spaces = true;  // between words
  bool single_separators = false;
  uint32_t blank = 0;
  std::vector<std::string> tokens;
  AcousticContract acoustic;
  std::string scorer;   // file name, empty for none
  std::string lexicon;  // ..., where the boundary is kLexicon
  std::optional<SecondUnits> second_pass;
  double endpoint_seconds = 0.8;       // of silence that close a segment
  double maximum_seconds = 30.0;       // of a segment, which then ends at its next short pause
  std::optional<uint32_t> beam_width;  // of the search; else its own
  std::optional<float> beam_margin;    // the same, natural log
  std::optional<float> token_margin;
  Calibration calibration;
  std::map<std::string, std::string> checksums;  // file -> SHA-256
};

// Reads the text of auricle.json: kPackageFormat where its format is another one,
// kPackageDescription where a value is missing, of another type or outside its range.
Status read_description(std::string_view json, PackageDescription* out, std::string* detail);

}  // namespace auricle
