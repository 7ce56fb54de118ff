#include "auricle/package_description.h"

#include <cmath>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "auricle/archive.h"
#include "auricle/json.h"

namespace auricle {
namespace {

// Far above any model, and low enough that no product of them overflows or takes all memory.
constexpr double kMaxRate = 1e6;
constexpr double kMaxFrames = 1e4;
constexpr double kMaxStateValues = 1e8;
constexpr double kMaxSeconds = 86'400.0;
constexpr double kMaxWordReach = 10.0;  // s
constexpr double kMaxWeight = 1e6;
constexpr double kMaxBeam = 1e4;
constexpr double kLeastMargin = 1e-6;

// Reads the members of one object, and remembers what was wrong first.
class Members {
 public:
  Members(const Json& object, std::string place) : object_(object), place_(std::move(place)) {
    if (object.kind() != Json::Kind::kObject) refuse("", "is not an object");
  }

  const std::string& wrong() const { return wrong_; }

  // Any member of a kind; null where it is missing or of another one.
  const Json* find(std::string_view name, Json::Kind kind) {
    const Json* member = object_.find(name);
    if (member != nullptr && member->kind() == kind) return member;
    refuse(name, member == nullptr ? "is missing" : "is of another type");
    return nullptr;
  }

  void read(std::string_view name, std::string* out) {
    const Json* member = find(name, Json::Kind::kString);
    if (member != nullptr) *out = member->string();
  }

  void read(std::string_view name, double least, double most, double* out) {
    const Json* member = find(name, Json::Kind::kNumber);
    if (member == nullptr) return;
    *out = member->number();
    if (!(*out >= least && *out <= most)) refuse(name, "is outside its range");
  }

  void read(std::string_view name, double least, double most, uint32_t* out) {
    double number = least;
    read(name, least, most, &number);
    if (number != std::floor(number)) refuse(name, "is not a whole number");
    if (wrong_.empty()) *out = static_cast<uint32_t>(number);
  }

  void read(std::string_view name, std::vector<std::string>* out) {
    const Json* member = find(name, Json::Kind::kArray);
    if (member == nullptr) return;
    for (const Json& item : member->items()) {
      if (item.kind() != Json::Kind::kString) refuse(name, "holds more than texts");
      out->push_back(item.string());
    }
  }

  void read_optional(std::string_view name, double most, double* out) {
    if (has(name)) read(name, 0.0, most, out);
  }

  void read_optional(std::string_view name, bool* out) {
    if (!has(name)) return;
    const Json* member = find(name, Json::Kind::kBoolean);
    if (member != nullptr) *out = member->boolean();
  }

  void read_margin(std::string_view name, std::optional<float>* out) {
    if (!has(name)) return;
    double margin = 0.0;
    read(name, kLeastMargin, kMaxWeight, &margin);
    *out = static_cast<float>(margin);
  }

  void read_weight(std::string_view name, float* out) {
    double weight = 0.0;
    if (has(name)) read(name, -kMaxWeight, kMaxWeight, &weight);
    *out = static_cast<float>(weight);
  }

  void read_file(std::string_view name, std::string* out) {
    read(name, out);
    if (!is_plain_file_name(*out)) refuse(name, "is not the name of a file of the package");
  }

  // Whether a member is there, and is not null.
  bool has(std::string_view name) const {
    const Json* member = object_.find(name);
    return member != nullptr && member->kind() != Json::Kind::kNull;
  }

  void refuse(std::string_view name, const char* what) {
    if (!wrong_.empty()) return;
    wrong_ = place_;
    if (!place_.empty() && !name.empty()) wrong_ += '.';
    wrong_ += name;
    wrong_ += ' ';
    wrong_ += what;
  }

 private:
  const Json& object_;
  std::string place_;
  std::string wrong_;
};

using Wrong = std::string;  // what is wrong with a part, empty for nothing

Wrong read_units(const Json& json, PackageDescription* out) {
  Members units(json, "units");
  std::string boundary;
  units.read("boundary", &boundary);
  if (boundary == "separator") {
    out->boundary = WordBoundary::kSeparator;
  } else if (boundary == "prefix") {
    out->boundary = WordBoundary::kPrefix;
  } else if (boundary == "none") {
    out->boundary = WordBoundary::kNone;
  } else if (boundary == "lexicon") {
    out->boundary = WordBoundary::kLexicon;
  } else {
    units.refuse("boundary", "is none of separator, prefix, none and lexicon");
  }
  units.read("blank", 0.0, kMaxRate, &out->blank);
  units.read_optional("spaces", &out->spaces);
  units.read_optional("single_separators", &out->single_separators);
  units.read("tokens", &out->tokens);
  return units.wrong();
}

Wrong read_second_pass(const Json& json, SecondUnits* out) {
  Members second(json, "second_pass");
  double weight = 0.0;
  second.read("weight", 0.0, 1.0, &weight);
  second.read("blank", 0.0, kMaxRate, &out->blank);
  second.read_file("lexicon", &out->lexicon);
  second.read("tokens", &out->tokens);
  out->weight = static_cast<float>(weight);
  return second.wrong();
}

Wrong read_state(const Json& json, AcousticState* out) {
  Members state(json, "acoustic.states");
  state.read("name", &out->name);
  const Json* shape = state.find("shape", Json::Kind::kArray);
  if (shape == nullptr) return state.wrong();
  double size = 1.0;
  for (const Json& side : shape->items()) {
    const double length = side.number();
    size *= length;
    if (length != std::floor(length) || !(length >= 1.0) || !(size <= kMaxStateValues)) {
      state.refuse("shape", "is not made of whole numbers from 1 up, or is too large");
      return state.wrong();
    }
    out->shape.push_back(static_cast<int64_t>(length));
  }
  out->size = static_cast<size_t>(size);
  return state.wrong();
}

Wrong read_acoustic(const Json& json, AcousticContract* out) {
  Members acoustic(json, "acoustic");
  acoustic.read_file("file", &out->file);
  acoustic.read("sample_rate", 1.0, kMaxRate, &out->sample_rate);
  acoustic.read("frame_samples", 1.0, kMaxRate, &out->frame_samples);
  acoustic.read("chunk_frames", 1.0, kMaxFrames, &out->chunk_frames);
  acoustic.read("delay_frames", 0.0, kMaxFrames, &out->delay_frames);
  if (static_cast<double>(out->chunk_frames) * out->frame_samples > kMaxStateValues)
    acoustic.refuse("chunk_frames", "makes it too long");
  out->file_chunk_frames = out->chunk_frames;
  if (json.find("file_chunk_frames") != nullptr)
    acoustic.read("file_chunk_frames", 1.0, kMaxFrames, &out->file_chunk_frames);
  if (static_cast<double>(out->file_chunk_frames) * out->frame_samples > kMaxStateValues)
    acoustic.refuse("file_chunk_frames", "makes it too long");
  const Json* streaming = json.find("streaming");
  if (streaming != nullptr && streaming->kind() == Json::Kind::kBoolean && !streaming->boolean())
    acoustic.refuse("streaming", "is false: such a model runs in Python alone");
  const Json* states = acoustic.find("states", Json::Kind::kArray);
  if (states == nullptr) return acoustic.wrong();
  double values = 0.0;
  for (const Json& state : states->items()) {
    const Wrong wrong = read_state(state, &out->states.emplace_back());
    if (!wrong.empty()) return wrong;
    values += static_cast<double>(out->states.back().size);
  }
  if (values > kMaxStateValues) acoustic.refuse("states", "are too large together");
  return acoustic.wrong();
}

Wrong read_confidence_map(const Json& calibration, const char* name,
                          std::optional<ConfidenceMap>* out) {
  const Json* weights = calibration.find(name);
  if (weights == nullptr || weights->kind() == Json::Kind::kNull) return "";
  Members map(*weights, std::string("calibration.") + name);
  ConfidenceMap made;
  const std::map<std::string_view, float*> known = {
      {"bias", &made.bias}, {"odds", &made.odds}, {"length", &made.length}};
  for (const auto& [weight, value] : known) map.read_weight(weight, value);
  for (const std::string& weight : weights->names()) {
    if (known.count(weight) == 0)
      map.refuse(weight, "is no weight of confidences; measure the model again");
  }
  *out = made;
  return map.wrong();
}

Wrong read_calibration(const Json& json, Calibration* out) {
  Members calibration(json, "calibration");
  calibration.read_optional("lead", kMaxWordReach, &out->lead);
  calibration.read_optional("tail", kMaxWordReach, &out->tail);
  calibration.read_optional("shortest", kMaxWordReach, &out->shortest);
  if (!calibration.wrong().empty()) return calibration.wrong();
  const Wrong wrong = read_confidence_map(json, "word", &out->maps.word);
  return wrong.empty() ? read_confidence_map(json, "segment", &out->maps.segment) : wrong;
}

Wrong read_checksums(const Json& json, PackageDescription* out) {
  for (size_t i = 0; i < json.items().size(); ++i) {
    const std::string& name = json.names()[i];
    if (!is_plain_file_name(name)) return "checksums names something that is no plain file";
    if (json.items()[i].kind() != Json::Kind::kString) return "checksums holds more than texts";
    out->checksums[name] = json.items()[i].string();
  }
  return "";
}

Wrong read_package(const Json& json, PackageDescription* out) {
  Members package(json, "");
  package.read("name", &out->name);
  package.read("language", &out->language);
  if (package.has("scorer")) package.read_file("scorer", &out->scorer);
  if (package.has("lexicon")) package.read_file("lexicon", &out->lexicon);
  package.read_optional("endpoint_seconds", kMaxSeconds, &out->endpoint_seconds);
  package.read_optional("maximum_seconds", kMaxSeconds, &out->maximum_seconds);
  if (package.has("beam_width")) {
    package.read("beam_width", 1.0, kMaxBeam, &out->beam_width.emplace());
  }
  package.read_margin("beam_margin", &out->beam_margin);
  package.read_margin("token_margin", &out->token_margin);
  const Json* units = package.find("units", Json::Kind::kObject);
  const Json* acoustic = package.find("acoustic", Json::Kind::kObject);
  if (!package.wrong().empty()) return package.wrong();
  Wrong wrong = read_units(*units, out);
  if (wrong.empty()) wrong = read_acoustic(*acoustic, &out->acoustic);
  if (wrong.empty() && package.has("second_pass")) {
    const Json* second = package.find("second_pass", Json::Kind::kObject);
    wrong = second == nullptr ? package.wrong()
                              : read_second_pass(*second, &out->second_pass.emplace());
  }
  if (wrong.empty() && package.has("calibration")) {
    const Json* calibration = package.find("calibration", Json::Kind::kObject);
    wrong = calibration == nullptr ? package.wrong()
                                   : read_calibration(*calibration, &out->calibration);
  }
  if (wrong.empty() && package.has("checksums")) {
    const Json* checksums = package.find("checksums", Json::Kind::kObject);
    wrong = checksums == nullptr ? package.wrong() : read_checksums(*checksums, out);
  }
  return wrong;
}

}  // namespace

WordTimes Calibration::times(double frame_seconds) const {
  WordTimes times;
  times.lead_frames = static_cast<float>(lead / frame_seconds);
  times.tail_frames = static_cast<float>(tail / frame_seconds);
  times.shortest_frames = static_cast<float>(shortest / frame_seconds);
  return times;
}

Status read_description(std::string_view json, PackageDescription* out, std::string* detail) {
  Json value;
  std::string wrong;
  if (!Json::parse(json, &value, &wrong)) {
    return fail(Status::kPackageDescription, detail, std::move(wrong));
  }
  if (value.kind() != Json::Kind::kObject) {
    return fail(Status::kPackageDescription, detail, "it is not an object");
  }
  const Json* format = value.find("format");
  if (format == nullptr || format->number() != kPackageFormat) {
    const bool whole = format != nullptr && std::abs(format->number()) < 1e9;
    const std::string given =
        whole ? std::to_string(static_cast<int64_t>(format->number())) : "no number";
    return fail(
        Status::kPackageFormat, detail,
        "it has format " + given + ", this library reads format " + std::to_string(kPackageFormat));
  }
  *out = PackageDescription();
  wrong = read_package(value, out);
  if (!wrong.empty()) return fail(Status::kPackageDescription, detail, std::move(wrong));
  return Status::kOk;
}

}  // namespace auricle
