#include "auricle/search_model.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "auricle/json.h"

namespace auricle {

Status SearchModel::load(Package& package, SearchModel* out, std::string* detail) {
  const PackageDescription& description = package.description();
  Status status = Vocabulary::create(description.tokens, description.blank, description.boundary,
                                     &out->vocabulary, detail, description.spaces,
                                     description.single_separators);
  if (status == Status::kOk) status = out->vocabulary->check_lexicon(!description.lexicon.empty());
  if (status == Status::kOk) {
    status = package.open_lexicon(*out->vocabulary, &out->lexicon, detail);
  }
  if (status == Status::kOk) status = package.open_second_pass(&out->second_pass, detail);
  if (status != Status::kOk) return status;
  out->common = std::make_shared<StreamModel>(StreamModel{
      description.acoustic, description.name, description.language, out->vocabulary->separator()});
  out->description = package.json();
  out->silence_seconds = description.endpoint_seconds;
  out->maximum_seconds = description.maximum_seconds;
  out->beam_width = description.beam_width;
  out->beam_margin = description.beam_margin;
  out->token_margin = description.token_margin;
  out->calibration = description.calibration;
  return Status::kOk;
}

Status SearchModel::set_scorer(std::unique_ptr<Ngram> ngram, std::string* detail) {
  if (ngram == nullptr) {
    scorer = nullptr;
    return Status::kOk;
  }
  return Scorer::create(std::move(ngram), *vocabulary, lexicon, &scorer, detail);
}

namespace {

// What follows is made of its parts, as auricle.decoder.Decoder of Python makes it.
DecoderOptions decoder_options(const SearchModel& model, const SearchOptions& options) {
  DecoderOptions made = options.decoder;
  if (model.scorer != nullptr) {
    made.weights = model.scorer->default_weights();
    made.weights.alpha = options.alpha.value_or(made.weights.alpha);
    made.weights.beta = options.beta.value_or(made.weights.beta);
    made.weights.unknown_penalty = options.unknown_penalty.value_or(made.weights.unknown_penalty);
    made.weights.unknown_unit_penalty =
        options.unknown_unit_penalty.value_or(made.weights.unknown_unit_penalty);
  }
  const auto width = [](const auto& asked, const auto& of_package, auto own) {
    return asked.value_or(of_package.value_or(own));
  };
  made.beam_width = width(options.beam_width, model.beam_width, made.beam_width);
  made.beam_margin = width(options.beam_margin, model.beam_margin, made.beam_margin);
  made.token_margin = width(options.token_margin, model.token_margin, made.token_margin);
  const double frame_seconds = model.common->contract.frame_seconds();
  const auto frames = [frame_seconds](double seconds) {
    if (!(seconds > 0.0)) return uint32_t{0};
    return std::max(uint32_t{1}, static_cast<uint32_t>(std::nearbyint(seconds / frame_seconds)));
  };
  made.endpoint.silence_frames = frames(options.silence_seconds.value_or(model.silence_seconds));
  made.endpoint.maximum_frames = frames(options.maximum_seconds.value_or(model.maximum_seconds));
  made.endpoint.unsure_silence_frames = frames(options.unsure_silence_seconds);
  made.endpoint.certainty = options.certainty;
  made.times = model.calibration.times(frame_seconds);
  made.confidence = model.calibration.maps;
  return made;
}

// A longer silence is asked for where the text is uncertain, or none.
Status check_silences(const SearchModel& model, const SearchOptions& options, std::string* detail) {
  const double silence = options.silence_seconds.value_or(model.silence_seconds);
  const double unsure = options.unsure_silence_seconds;
  if (!(unsure > 0.0 && unsure < silence)) return Status::kOk;
  std::string what = "the silence after uncertain text is ";
  append_json_number(unsure, 3, &what);
  what += " s, shorter than that after certain text, ";
  append_json_number(silence, 3, &what);
  return fail(Status::kInvalidArgument, detail, what + " s; it must be longer, or 0");
}

}  // namespace

Status create_stream(const SearchModel& model, const SearchOptions& options,
                     std::optional<Stream>* out, std::string* detail) {
  DecoderKnowledge knowledge{model.vocabulary, model.lexicon,
                             nullptr,          options.use_scorer ? model.scorer : nullptr,
                             options.grammar,  model.second_pass};
  std::unique_ptr<Decoder> decoder;
  Status status = check_silences(model, options, detail);
  if (status != Status::kOk) return status;
  status = Decoder::create(std::move(knowledge), decoder_options(model, options), options.hot_words,
                           &decoder, detail);
  if (status != Status::kOk) return status;
  const AcousticContract& contract = model.common->contract;
  out->emplace(
      model.common, std::move(decoder),
      StreamOptions{options.decoder.alternatives, options.grammar != nullptr,
                    options.low_latency ? contract.chunk_frames : contract.file_chunk_frames});
  return Status::kOk;
}

}  // namespace auricle
