#include <algorithm>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "auricle.h"
#include "failure.h"
#include "handles.h"

namespace auricle::capi {
namespace {

// Samples that wait for the graph at a time, so that a whole recording given at once is not copied.
constexpr size_t kPieceSamples = 1 << 16;

Status refuse_null(std::string* detail) {
  return fail(Status::kInvalidArgument, detail, "a pointer is NULL");
}

Status run_chunks(auricle_stream* handle, std::string* detail) {
  Stream& stream = handle->stream;
  while (const float* chunk = stream.chunk()) {
    std::span<const float> log_probs;
    Status status =
        handle->run.run({chunk, stream.chunk_samples()}, stream.course(), &log_probs, detail);
    if (status == Status::kOk) status = stream.take(log_probs, detail);
    if (status == Status::kNotFinite) status = Status::kGraphRun;
    if (status != Status::kOk) return status;
  }
  return Status::kOk;
}

// Does work that changes the stream; a failure in it is remembered.
template <typename Work>
int32_t changed(auricle_stream* handle, const Work& work) {
  if (handle == nullptr) return guarded(refuse_null);
  if (handle->failed != Status::kOk) {
    return report(handle->failed, "the stream failed before; reset it");
  }
  // Until the work is done, want of memory may end it at any place.
  handle->failed = Status::kOutOfMemory;
  const int32_t code = guarded([&](std::string* detail) {
    const Status status = work(detail);
    const bool harmless = status == Status::kOk || status == Status::kNotFinite ||
                          status == Status::kStreamFinished || status == Status::kInvalidArgument;
    handle->failed = harmless ? Status::kOk : status;
    return status;
  });
  return code;
}

template <typename Sample>
int32_t feed(auricle_stream* handle, const Sample* samples, size_t count) {
  return changed(handle, [&](std::string* detail) {
    if (samples == nullptr && count > 0) return refuse_null(detail);
    std::span<const Sample> rest(samples, count);
    if constexpr (std::is_same_v<Sample, float>) {
      const Status status = check_samples(rest, detail);
      if (status != Status::kOk) return status;
    }
    do {
      const auto piece = rest.subspan(0, std::min(rest.size(), kPieceSamples));
      rest = rest.subspan(piece.size());
      Status status = handle->stream.feed(piece, detail);
      if (status == Status::kOk) status = run_chunks(handle, detail);
      if (status != Status::kOk) return status;
    } while (!rest.empty());
    return Status::kOk;
  });
}

std::unique_ptr<auricle_transcript> make_transcript(Transcript content) {
  auto made = std::make_unique<auricle_transcript>();
  made->content = std::move(content);
  const Transcript& kept = made->content;
  made->text = text_of(kept);
  made->json = to_json(kept);
  for (const Segment& segment : kept.segments) {
    made->first_words.push_back(static_cast<uint32_t>(made->words.size()));
    made->segment_texts.push_back(text_of(segment.words, kept.separator));
    for (const Word& word : segment.words) made->words.push_back(&word);
  }
  for (const Alternative& alternative : kept.alternatives) {
    made->alternative_texts.push_back(text_of(alternative.words, kept.separator));
  }
  return made;
}

}  // namespace
}  // namespace auricle::capi

using auricle::Status;
using auricle::Stream;
namespace capi = auricle::capi;

int32_t auricle_stream_create(const auricle_model* model, const auricle_stream_options* options,
                              auricle_stream** stream) {
  return capi::guarded([&](std::string* detail) {
    if (model == nullptr || stream == nullptr) return capi::refuse_null(detail);
    *stream = nullptr;
    const auricle_stream_options chosen = options == nullptr ? auricle_stream_options() : *options;
    const std::shared_ptr<const capi::LoadedModel>& loaded = model->loaded;
    std::optional<Stream> made;
    const Status status = auricle::create_stream(loaded->search, chosen.search, &made, detail);
    if (status != Status::kOk) return status;
    *stream = new auricle_stream{loaded, std::move(*made), capi::OnnxRun(loaded->graph)};
    return Status::kOk;
  });
}

void auricle_stream_free(auricle_stream* stream) { delete stream; }

int32_t auricle_stream_feed_int16(auricle_stream* stream, const int16_t* samples, size_t count) {
  return capi::feed(stream, samples, count);
}

int32_t auricle_stream_feed_float(auricle_stream* stream, const float* samples, size_t count) {
  return capi::feed(stream, samples, count);
}

int32_t auricle_stream_partial(const auricle_stream* stream, auricle_transcript** transcript) {
  return capi::guarded([&](std::string* detail) {
    if (stream == nullptr || transcript == nullptr) return capi::refuse_null(detail);
    *transcript = nullptr;
    if (stream->failed != Status::kOk) {
      return auricle::fail(stream->failed, detail, "the stream failed before; reset it");
    }
    *transcript = capi::make_transcript(stream->stream.partial()).release();
    return Status::kOk;
  });
}

uint32_t auricle_stream_segment_count(const auricle_stream* stream) {
  return stream == nullptr ? 0 : static_cast<uint32_t>(stream->stream.segments());
}

int32_t auricle_stream_flush(auricle_stream* stream) {
  return capi::changed(stream, [&](std::string* detail) {
    const Status status = stream->stream.flush();
    return status == Status::kOk ? capi::run_chunks(stream, detail) : status;
  });
}

int32_t auricle_stream_finish(auricle_stream* stream, auricle_transcript** transcript) {
  if (transcript != nullptr) *transcript = nullptr;
  return capi::changed(stream, [&](std::string* detail) {
    Status status = stream->stream.finish();
    if (status == Status::kOk) status = capi::run_chunks(stream, detail);
    if (status != Status::kOk || transcript == nullptr) return status;
    *transcript = capi::make_transcript(stream->stream.transcript()).release();
    return Status::kOk;
  });
}

int32_t auricle_stream_reset(auricle_stream* stream) {
  return capi::guarded([&](std::string* detail) {
    if (stream == nullptr) return capi::refuse_null(detail);
    stream->failed = Status::kOutOfMemory;  // unless what follows succeeds
    stream->stream.reset();
    stream->run.reset();
    stream->failed = Status::kOk;
    return Status::kOk;
  });
}
