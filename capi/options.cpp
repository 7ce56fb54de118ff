#include <cmath>
#include <string>
#include <utility>

#include "auricle.h"
#include "failure.h"
#include "handles.h"

namespace {

using auricle::Status;
using auricle::capi::guarded;

constexpr uint32_t kMaxCount = 10'000;
constexpr uint32_t kMaxThreads = 64;
constexpr double kMaxSeconds = 86'400.0;

Status refuse(std::string what, std::string* detail) {
  return auricle::fail(Status::kInvalidArgument, detail, std::move(what));
}

// Sets a value where there are options and the value is allowed; `rule` says what is.
template <typename Options, typename Value, typename Set>
int32_t set(Options* options, const char* name, Value value, bool allowed, const char* rule,
            const Set& setter) {
  return guarded([&](std::string* detail) {
    if (options == nullptr) return refuse("options is NULL", detail);
    if (!allowed) {
      return refuse(std::string(name) + " is " + std::to_string(value) + "; it must be " + rule,
                    detail);
    }
    setter();
    return Status::kOk;
  });
}

int32_t set_count(auricle_stream_options* options, const char* name, uint32_t value,
                  uint32_t auricle::DecoderOptions::* field) {
  return set(options, name, value, value >= 1 && value <= kMaxCount, "from 1 to 10000",
             [&] { options->search.decoder.*field = value; });
}

int32_t set_margin(auricle_stream_options* options, const char* name, float value,
                   std::optional<float> auricle::SearchOptions::* field) {
  return set(options, name, value, value > 0.0F, "above 0",
             [&] { options->search.*field = value; });
}

bool is_time(double seconds) { return seconds >= 0.0 && seconds <= kMaxSeconds; }

template <typename Options>
int32_t create(Options** options) {
  return guarded([&](std::string* detail) {
    if (options == nullptr) return refuse("there is nowhere to put the options: NULL", detail);
    *options = nullptr;
    *options = new Options();
    return Status::kOk;
  });
}

}  // namespace

int32_t auricle_model_options_create(auricle_model_options** options) { return create(options); }

void auricle_model_options_free(auricle_model_options* options) { delete options; }

int32_t auricle_model_options_set_threads(auricle_model_options* options, uint32_t threads) {
  return set(options, "threads", threads, threads >= 1 && threads <= kMaxThreads, "from 1 to 64",
             [&] { options->threads = threads; });
}

int32_t auricle_model_options_set_verify(auricle_model_options* options, int32_t verify) {
  return set(options, "verify", verify, true, "", [&] { options->verify = verify != 0; });
}

int32_t auricle_model_options_set_scorer(auricle_model_options* options, const char* path) {
  return guarded([&](std::string* detail) {
    if (options == nullptr || path == nullptr) return refuse("options or path is NULL", detail);
    options->scorer = path;
    return Status::kOk;
  });
}

int32_t auricle_stream_options_create(auricle_stream_options** options) { return create(options); }

void auricle_stream_options_free(auricle_stream_options* options) { delete options; }

int32_t auricle_stream_options_add_hot_word(auricle_stream_options* options, const char* phrase,
                                            float boost) {
  return guarded([&](std::string* detail) {
    if (options == nullptr || phrase == nullptr) return refuse("options or phrase is NULL", detail);
    if (*phrase == '\0' || !std::isfinite(boost)) {
      return refuse("a hot word is a text that is not empty, with a boost that is finite", detail);
    }
    options->search.hot_words.emplace_back(phrase, boost);
    return Status::kOk;
  });
}

int32_t auricle_stream_options_set_alternatives(auricle_stream_options* options,
                                                uint32_t alternatives) {
  return set_count(options, "alternatives", alternatives, &auricle::DecoderOptions::alternatives);
}

int32_t auricle_stream_options_set_use_scorer(auricle_stream_options* options, int32_t use_scorer) {
  return set(options, "use_scorer", use_scorer, true, "",
             [&] { options->search.use_scorer = use_scorer != 0; });
}

int32_t auricle_stream_options_set_low_latency(auricle_stream_options* options,
                                               int32_t low_latency) {
  return set(options, "low_latency", low_latency, true, "",
             [&] { options->search.low_latency = low_latency != 0; });
}

int32_t auricle_stream_options_set_alpha(auricle_stream_options* options, float alpha) {
  return set(options, "alpha", alpha, std::isfinite(alpha) && alpha >= 0.0F,
             "a finite number of at least 0", [&] { options->search.alpha = alpha; });
}

int32_t auricle_stream_options_set_beta(auricle_stream_options* options, float beta) {
  return set(options, "beta", beta, std::isfinite(beta), "a finite number",
             [&] { options->search.beta = beta; });
}

int32_t auricle_stream_options_set_unknown_penalty(auricle_stream_options* options,
                                                   float unknown_penalty) {
  return set(options, "unknown_penalty", unknown_penalty, std::isfinite(unknown_penalty),
             "a finite number", [&] { options->search.unknown_penalty = unknown_penalty; });
}

int32_t auricle_stream_options_set_unknown_unit_penalty(auricle_stream_options* options,
                                                        float unknown_unit_penalty) {
  return set(options, "unknown_unit_penalty", unknown_unit_penalty,
             std::isfinite(unknown_unit_penalty), "a finite number",
             [&] { options->search.unknown_unit_penalty = unknown_unit_penalty; });
}

int32_t auricle_stream_options_set_grammar(auricle_stream_options* options, const char* grammar,
                                           float unknown_phrase_cost) {
  return guarded([&](std::string* detail) {
    if (options == nullptr || grammar == nullptr) {
      return refuse("options or grammar is NULL", detail);
    }
    if (!(unknown_phrase_cost >= 0.0F)) {
      return refuse("unknown_phrase_cost must be 0 or more, or infinite", detail);
    }
    std::shared_ptr<const auricle::Grammar> read;
    const Status status = auricle::Grammar::read(grammar, &read, detail);
    if (status != Status::kOk) return status;
    options->search.grammar = std::move(read);
    options->search.decoder.unknown_phrase_cost = unknown_phrase_cost;
    return Status::kOk;
  });
}

int32_t auricle_stream_options_set_closed_vocabulary(auricle_stream_options* options,
                                                     int32_t closed_vocabulary) {
  return set(options, "closed_vocabulary", closed_vocabulary, true, "",
             [&] { options->search.decoder.closed_vocabulary = closed_vocabulary != 0; });
}

int32_t auricle_stream_options_set_beam_width(auricle_stream_options* options,
                                              uint32_t beam_width) {
  return set(options, "beam_width", beam_width, beam_width >= 1 && beam_width <= kMaxCount,
             "from 1 to 10000", [&] { options->search.beam_width = beam_width; });
}

int32_t auricle_stream_options_set_beam_margin(auricle_stream_options* options, float beam_margin) {
  return set_margin(options, "beam_margin", beam_margin, &auricle::SearchOptions::beam_margin);
}

int32_t auricle_stream_options_set_token_margin(auricle_stream_options* options,
                                                float token_margin) {
  return set_margin(options, "token_margin", token_margin, &auricle::SearchOptions::token_margin);
}

int32_t auricle_stream_options_set_top_tokens(auricle_stream_options* options,
                                              uint32_t top_tokens) {
  return set_count(options, "top_tokens", top_tokens, &auricle::DecoderOptions::top_tokens);
}

int32_t auricle_stream_options_set_endpoint(auricle_stream_options* options, double silence_seconds,
                                            double maximum_seconds) {
  const double wrong = is_time(silence_seconds) ? maximum_seconds : silence_seconds;
  return set(options, "a time of the endpoint", wrong, is_time(wrong), "from 0 to 86400 s", [&] {
    options->search.silence_seconds = silence_seconds;
    options->search.maximum_seconds = maximum_seconds;
  });
}

int32_t auricle_stream_options_set_unsure_endpoint(auricle_stream_options* options,
                                                   double silence_seconds, float certainty) {
  if (!(certainty >= 0.0F && certainty <= 1.0F)) {
    return set(options, "certainty", certainty, false, "from 0 to 1", [] {});
  }
  return set(options, "a time of the endpoint", silence_seconds, is_time(silence_seconds),
             "from 0 to 86400 s", [&] {
               options->search.unsure_silence_seconds = silence_seconds;
               options->search.certainty = certainty;
             });
}
