#include "options.h"

#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "auricle/json.h"

namespace auricle::js {
namespace {

constexpr double kMaxCount = 10'000.0;
constexpr double kMaxSeconds = 86'400.0;
constexpr double kMaxWeight = 3e38;  // of a float

Status refuse(std::string what, std::string* detail) {
  return fail(Status::kInvalidArgument, detail, std::move(what));
}

std::string number_text(double number) {
  std::string text;
  append_json_number(number, 6, &text);
  return text;
}

// A member of the object, and whatever is wrong with it.
struct Member {
  const std::string& name;
  const Json& value;
  std::string* detail;

  Status read(bool* out) const {
    if (value.kind() != Json::Kind::kBoolean) return refuse(name + " must be a boolean", detail);
    *out = value.boolean();
    return Status::kOk;
  }

  // A number from `least` to `most`, which `rule` says in words.
  template <typename Number>
  Status read(double least, double most, const char* rule, Number* out) const {
    if (value.kind() != Json::Kind::kNumber) {
      return refuse(name + " must be " + rule, detail);
    }
    const double number = value.number();
    if (!(number >= least && number <= most)) {
      return refuse(name + " is " + number_text(number) + "; it must be " + rule, detail);
    }
    *out = static_cast<Number>(number);
    return Status::kOk;
  }

  Status read_count(uint32_t* out) const {
    if (value.number() != std::floor(value.number())) {
      return refuse(name + " must be a whole number", detail);
    }
    return read(1.0, kMaxCount, "from 1 to 10000", out);
  }

  Status read_margin(std::optional<float>* out) const {
    constexpr double least = std::numeric_limits<float>::min();
    return read(least, kMaxWeight, "above 0", &out->emplace());
  }

  Status read_weight(double least, const char* rule, std::optional<float>* out) const {
    return read(least, kMaxWeight, rule, &out->emplace());
  }

  Status read_seconds(double* out) const {
    return read(0.0, kMaxSeconds, "from 0 to 86400 s", out);
  }
};

Status read_hot_words(const Member& member, HotPhrases* out) {
  if (member.value.kind() != Json::Kind::kObject) {
    return refuse("hot_words must map phrases to boosts", member.detail);
  }
  for (size_t i = 0; i < member.value.items().size(); ++i) {
    const std::string& phrase = member.value.names()[i];
    float boost = 0.0F;
    const Member word{phrase, member.value.items()[i], member.detail};
    if (phrase.empty()) return refuse("a hot word must not be empty", member.detail);
    const Status status = word.read(-kMaxWeight, kMaxWeight, "a finite number, its boost", &boost);
    if (status != Status::kOk) return status;
    out->emplace_back(phrase, boost);
  }
  return Status::kOk;
}

Status read_grammar(const Member& member, SearchOptions* out) {
  if (member.value.kind() != Json::Kind::kString)
    return refuse("grammar must be text", member.detail);
  return Grammar::read(member.value.string(), &out->grammar, member.detail);
}

Status read_phrase_cost(const Member& member, SearchOptions* out) {
  if (member.value.kind() == Json::Kind::kNull) return Status::kOk;  // infinite, as if not given
  return member.read(0.0, kMaxWeight, "at least 0", &out->decoder.unknown_phrase_cost);
}

Status read_weights(const Member& member, SearchOptions* out) {
  const auto finite = [&](std::optional<float>* weight) {
    return member.read_weight(-kMaxWeight, "a finite number", weight);
  };
  if (member.name == "alpha") {
    return member.read_weight(0.0, "a finite number of at least 0", &out->alpha);
  }
  if (member.name == "beta") return finite(&out->beta);
  if (member.name == "unknown_penalty") return finite(&out->unknown_penalty);
  if (member.name == "unknown_unit_penalty") return finite(&out->unknown_unit_penalty);
  return refuse("there is no option " + member.name, member.detail);
}

Status read_endpoint(const Member& member, SearchOptions* out) {
  if (member.name == "endpoint_silence")
    return member.read_seconds(&out->silence_seconds.emplace());
  if (member.name == "endpoint_maximum")
    return member.read_seconds(&out->maximum_seconds.emplace());
  if (member.name == "endpoint_unsure_silence") {
    return member.read_seconds(&out->unsure_silence_seconds);
  }
  if (member.name == "endpoint_certainty") {
    return member.read(0.0, 1.0, "from 0 to 1", &out->certainty);
  }
  return read_weights(member, out);
}

Status read_option(const Member& member, SearchOptions* out) {
  const std::string& name = member.name;
  if (name == "use_scorer") return member.read(&out->use_scorer);
  if (name == "low_latency") return member.read(&out->low_latency);
  if (name == "closed_vocabulary") return member.read(&out->decoder.closed_vocabulary);
  if (name == "beam_width") return member.read_count(&out->beam_width.emplace());
  if (name == "top_tokens") return member.read_count(&out->decoder.top_tokens);
  if (name == "alternatives") return member.read_count(&out->decoder.alternatives);
  if (name == "beam_margin") return member.read_margin(&out->beam_margin);
  if (name == "token_margin") return member.read_margin(&out->token_margin);
  if (name == "hot_words") return read_hot_words(member, &out->hot_words);
  if (name == "grammar") return read_grammar(member, out);
  if (name == "unknown_phrase_cost") return read_phrase_cost(member, out);
  return read_endpoint(member, out);
}

}  // namespace

Status read_options(std::string_view json, SearchOptions* out, std::string* detail) {
  Json options;
  std::string wrong;
  if (!Json::parse(json, &options, &wrong)) return refuse(std::move(wrong), detail);
  if (options.kind() != Json::Kind::kObject) return refuse("options must be an object", detail);
  for (size_t i = 0; i < options.items().size(); ++i) {
    const Status status = read_option({options.names()[i], options.items()[i], detail}, out);
    if (status != Status::kOk) return status;
  }
  return Status::kOk;
}

}  // namespace auricle::js
