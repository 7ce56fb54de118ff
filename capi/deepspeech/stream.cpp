#include <algorithm>

#include "failure.h"
#include "states.h"

namespace auricle::old {
namespace {

// A stream keeps its readings from the start, before it is known how many are wanted at the end.
constexpr uint32_t kStreamReadings = 10;
// Readings of segments are combined in pairs, so that the work grows with the square.
constexpr uint32_t kMaxReadings = 100;

// Null where memory lacks or the engine refuses a setting.
OwnedStreamOptions stream_options(const ModelState& model, uint32_t readings, bool low_latency) {
  auto made = make<OwnedStreamOptions>(auricle_stream_options_create);
  if (made == nullptr) return nullptr;
  auricle_stream_options* options = made.get();
  int32_t status = auricle_stream_options_set_beam_width(options, model.beam_width);
  const auto set = [&](auto setter, auto... values) {
    if (status == AURICLE_OK) status = setter(options, values...);
  };
  set(auricle_stream_options_set_alternatives, readings);
  set(auricle_stream_options_set_low_latency, low_latency ? 1 : 0);
  set(auricle_stream_options_set_use_scorer, model.uses_scorer ? 1 : 0);
  if (model.alpha) set(auricle_stream_options_set_alpha, *model.alpha);
  if (model.beta) set(auricle_stream_options_set_beta, *model.beta);
  for (const auto& [word, boost] : model.hot_words) {
    set(auricle_stream_options_add_hot_word, word.c_str(), boost);
  }
  return status == AURICLE_OK ? std::move(made) : nullptr;
}

OwnedStream begin(const ModelState* model, uint32_t readings, bool low_latency) {
  if (model == nullptr) {
    report(DS_ERR_FAIL_CREATE_STREAM, "the model is NULL");
    return nullptr;
  }
  OwnedStream stream;
  const OwnedStreamOptions options = stream_options(*model, readings, low_latency);
  if (options != nullptr) {
    stream = make<OwnedStream>(auricle_stream_create, model->model.get(), options.get());
  }
  if (stream == nullptr) report_engine(DS_ERR_FAIL_CREATE_STREAM);
  return stream;
}

OwnedTranscript finish(auricle_stream* stream) {
  auto transcript = make<OwnedTranscript>(auricle_stream_finish, stream);
  if (transcript == nullptr) report_engine(DS_ERR_FAIL_RUN_SESS);
  return transcript;
}

OwnedTranscript partial(const StreamingState* stream) {
  auto transcript = make<OwnedTranscript>(auricle_stream_partial,
                                          stream == nullptr ? nullptr : stream->stream.get());
  if (transcript == nullptr) report_engine(DS_ERR_FAIL_RUN_SESS);
  return transcript;
}

OwnedTranscript transcribe(const ModelState* model, const short* samples, uint32_t count,
                           uint32_t readings) {
  const OwnedStream stream = begin(model, readings, false);
  if (stream == nullptr) return nullptr;
  if (auricle_stream_feed_int16(stream.get(), samples, count) != AURICLE_OK) {
    report_engine(DS_ERR_FAIL_RUN_SESS);
    return nullptr;
  }
  return finish(stream.get());
}

char* text_of(const OwnedTranscript& transcript) {
  return copy(auricle_transcript_text(transcript.get()));
}

Metadata* metadata_of(const OwnedTranscript& transcript, uint32_t num_results) {
  if (transcript == nullptr) return nullptr;
  try {
    return make_metadata(*transcript, num_results);
  } catch (...) {
    report(DS_ERR_FAIL_RUN_SESS, "there is not enough memory");
    return nullptr;
  }
}

}  // namespace
}  // namespace auricle::old

namespace old = auricle::old;

char* DS_SpeechToText(ModelState* model, const short* samples, unsigned int count) {
  return old::text_of(old::transcribe(model, samples, count, 1));
}

Metadata* DS_SpeechToTextWithMetadata(ModelState* model, const short* samples, unsigned int count,
                                      unsigned int num_results) {
  // One reading alone is not listed.
  const uint32_t readings = std::clamp(num_results, 2U, old::kMaxReadings);
  return old::metadata_of(old::transcribe(model, samples, count, readings), num_results);
}

int DS_CreateStream(ModelState* model, StreamingState** stream) {
  return old::guarded(DS_ERR_FAIL_CREATE_STREAM, [&]() -> int {
    if (stream == nullptr) return old::report(DS_ERR_FAIL_CREATE_STREAM, "the pointer is NULL");
    *stream = nullptr;
    old::OwnedStream made = old::begin(model, old::kStreamReadings, true);
    if (made == nullptr) return DS_ERR_FAIL_CREATE_STREAM;
    *stream = new StreamingState{std::move(made)};
    return DS_ERR_OK;
  });
}

void DS_FeedAudioContent(StreamingState* stream, const short* samples, unsigned int count) {
  // A stream that failed in it gives nothing when it is finished.
  if (stream != nullptr) auricle_stream_feed_int16(stream->stream.get(), samples, count);
}

char* DS_IntermediateDecode(const StreamingState* stream) {
  return old::text_of(old::partial(stream));
}

Metadata* DS_IntermediateDecodeWithMetadata(const StreamingState* stream,
                                            unsigned int num_results) {
  return old::metadata_of(old::partial(stream), num_results);
}

char* DS_FinishStream(StreamingState* stream) {
  const std::unique_ptr<StreamingState> owned(stream);
  return old::text_of(old::finish(stream == nullptr ? nullptr : stream->stream.get()));
}

Metadata* DS_FinishStreamWithMetadata(StreamingState* stream, unsigned int num_results) {
  const std::unique_ptr<StreamingState> owned(stream);
  return old::metadata_of(old::finish(stream == nullptr ? nullptr : stream->stream.get()),
                          num_results);
}

void DS_FreeStream(StreamingState* stream) { delete stream; }
