// The decoder core as JavaScript sees it: one instance of the WebAssembly module is one model.
//
//   allocate, JavaScript writes bytes -> add_file / open_archive, open_files -> load, use_scorer
//   -> file: where the graph's bytes lie, which JavaScript copies -> close_package
//   -> stream_create -> stream_feed ... stream_finish, each with the loop of stream.h around it:
//      while (stream_chunk) stream_take(the graph's answer)
//
// Calls that can fail return a status. What a call has to tell beside it, a message or JSON, lies
// at text() until the next call. Where memory ends the module traps: its instance is dead then.
#include <cstdlib>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auricle/package.h"
#include "auricle/search_model.h"
#include "auricle/status.h"
#include "auricle/stream.h"
#include "auricle/transcript.h"
#include "options.h"

#define AURICLE_EXPORT(name) extern "C" __attribute__((export_name(#name)))

namespace {

using auricle::Status;
using auricle::Stream;

// A stream, and whether it failed in the middle of its work, so that only reset and free help.
struct StreamHandle {
  std::optional<Stream> stream;
  Status failed = Status::kOk;
};

auricle::Archive::Members files;
std::unique_ptr<auricle::Package> package;
auricle::SearchModel model;
std::string kept_text;
std::span<const uint8_t> found_file;

// Keeps the message of a failure, and returns its code.
int32_t report(Status status, const std::string& detail) {
  kept_text = status == Status::kOk ? std::string() : auricle::status_message(status, detail);
  return static_cast<int32_t>(status);
}

template <typename Work>
int32_t reported(const Work& work) {
  std::string detail;
  const Status status = work(&detail);
  return report(status, detail);
}

// Does work that changes the stream; a failure in it is remembered.
template <typename Work>
int32_t changed(StreamHandle* handle, const Work& work) {
  if (handle->failed != Status::kOk) {
    return report(handle->failed, "the stream failed before; reset it");
  }
  return reported([&](std::string* detail) {
    const Status status = work(*handle->stream, detail);
    const bool harmless = status == Status::kOk || status == Status::kNotFinite ||
                          status == Status::kStreamFinished || status == Status::kInvalidArgument;
    if (!harmless) handle->failed = status;
    return status;
  });
}

void tell(const auricle::Transcript& transcript) { kept_text = auricle::to_json(transcript); }

}  // namespace

AURICLE_EXPORT(allocate) void* allocate(size_t bytes) { return std::malloc(bytes); }

AURICLE_EXPORT(release) void release(void* memory) { std::free(memory); }

AURICLE_EXPORT(text) const char* text() { return kept_text.data(); }

AURICLE_EXPORT(text_bytes) size_t text_bytes() { return kept_text.size(); }

// The name of a status, at text().
AURICLE_EXPORT(status_name) void status_name(int32_t status) {
  kept_text = auricle::status_name(static_cast<Status>(status));
}

AURICLE_EXPORT(version) void version() { kept_text = AURICLE_VERSION; }

// --- Packages: what is added must stay where it is until close_package()
// ---------------------------

AURICLE_EXPORT(add_file)
void add_file(const char* name, size_t name_bytes, const uint8_t* bytes, size_t count) {
  files[std::string(name, name_bytes)] = {bytes, count};
}

AURICLE_EXPORT(open_files) int32_t open_files() {
  return reported([](std::string* detail) {
    return auricle::Package::from_files(std::move(files), &package, detail);
  });
}

AURICLE_EXPORT(open_archive) int32_t open_archive(const uint8_t* bytes, size_t count) {
  return reported([&](std::string* detail) {
    return auricle::Package::from_bytes({bytes, count}, &package, detail);
  });
}

// Makes the model of the open package.
AURICLE_EXPORT(load) int32_t load(int32_t verify) {
  return reported([&](std::string* detail) {
    Status status = verify != 0 ? package->verify(detail) : Status::kOk;
    if (status == Status::kOk) status = auricle::SearchModel::load(*package, &model, detail);
    return status;
  });
}

// Takes the package's own scorer, if it has one.
AURICLE_EXPORT(use_own_scorer) int32_t use_own_scorer() {
  return reported([](std::string* detail) {
    std::unique_ptr<auricle::Ngram> ngram;
    const Status status = package->open_scorer(&ngram, detail);
    return status == Status::kOk ? model.set_scorer(std::move(ngram), detail) : status;
  });
}

// For the streams that begin later: no scorer, or another one, whose bytes are copied.
AURICLE_EXPORT(drop_scorer) void drop_scorer() { model.scorer = nullptr; }

AURICLE_EXPORT(use_scorer) int32_t use_scorer(const uint8_t* bytes, size_t count) {
  return reported([&](std::string* detail) {
    std::unique_ptr<auricle::Ngram> ngram;
    const Status status =
        auricle::Ngram::from_bytes(std::vector(bytes, bytes + count), &ngram, detail);
    return status == Status::kOk ? model.set_scorer(std::move(ngram), detail) : status;
  });
}

// Finds the graph's file in the open package: file(), of file_bytes().
AURICLE_EXPORT(find_graph) int32_t find_graph() {
  return reported([](std::string* detail) {
    return package->file(package->description().acoustic.file, &found_file, detail);
  });
}

AURICLE_EXPORT(file) const uint8_t* file() { return found_file.data(); }

AURICLE_EXPORT(file_bytes) size_t file_bytes() { return found_file.size(); }

AURICLE_EXPORT(close_package) void close_package() {
  package.reset();
  files.clear();
  found_file = {};
}

// --- The model
// -------------------------------------------------------------------------------------

// auricle.json, at text().
AURICLE_EXPORT(description) void description() { kept_text = model.description; }

AURICLE_EXPORT(columns) uint32_t columns() { return model.columns(); }

AURICLE_EXPORT(has_scorer) int32_t has_scorer() { return model.scorer != nullptr ? 1 : 0; }

// --- Streams
// ---------------------------------------------------------------------------------------

AURICLE_EXPORT(stream_create)
int32_t stream_create(const char* options, size_t option_bytes, StreamHandle** out) {
  return reported([&](std::string* detail) {
    auricle::SearchOptions chosen;
    Status status = auricle::js::read_options({options, option_bytes}, &chosen, detail);
    auto handle = std::make_unique<StreamHandle>();
    if (status == Status::kOk) status = create_stream(model, chosen, &handle->stream, detail);
    *out = status == Status::kOk ? handle.release() : nullptr;
    return status;
  });
}

AURICLE_EXPORT(stream_free) void stream_free(StreamHandle* handle) { delete handle; }

AURICLE_EXPORT(stream_feed_float)
int32_t stream_feed_float(StreamHandle* handle, const float* samples, size_t count) {
  return changed(handle, [&](Stream& stream, std::string* detail) {
    return stream.feed(std::span(samples, count), detail);
  });
}

AURICLE_EXPORT(stream_feed_int16)
int32_t stream_feed_int16(StreamHandle* handle, const int16_t* samples, size_t count) {
  return changed(handle, [&](Stream& stream, std::string* detail) {
    return stream.feed(std::span(samples, count), detail);
  });
}

// The samples for the graph, or null; valid until the next call that changes the stream.
AURICLE_EXPORT(stream_chunk) const float* stream_chunk(const StreamHandle* handle) {
  return handle->failed == Status::kOk ? handle->stream->chunk() : nullptr;
}

AURICLE_EXPORT(stream_chunk_samples) size_t stream_chunk_samples(const StreamHandle* handle) {
  return handle->stream->chunk_samples();
}

AURICLE_EXPORT(stream_course) uint32_t stream_course(const StreamHandle* handle) {
  return static_cast<uint32_t>(handle->stream->course());
}

AURICLE_EXPORT(stream_take)
int32_t stream_take(StreamHandle* handle, const float* log_probs, size_t count) {
  return changed(handle, [&](Stream& stream, std::string* detail) {
    const Status status = stream.take({log_probs, count}, detail);
    return status == Status::kNotFinite ? Status::kGraphRun : status;
  });
}

AURICLE_EXPORT(stream_flush) int32_t stream_flush(StreamHandle* handle) {
  return changed(handle, [](Stream& stream, std::string*) { return stream.flush(); });
}

AURICLE_EXPORT(stream_finish) int32_t stream_finish(StreamHandle* handle) {
  return changed(handle, [](Stream& stream, std::string*) { return stream.finish(); });
}

AURICLE_EXPORT(stream_reset) void stream_reset(StreamHandle* handle) {
  handle->stream->reset();
  handle->failed = Status::kOk;
}

AURICLE_EXPORT(stream_segments) uint32_t stream_segments(const StreamHandle* handle) {
  return static_cast<uint32_t>(handle->stream->segments());
}

// Transcripts as JSON, at text(): everything so far; from a segment on, for listeners; what is
// closed.
AURICLE_EXPORT(stream_partial) void stream_partial(const StreamHandle* handle) {
  tell(handle->stream->partial());
}

AURICLE_EXPORT(stream_partial_since)
void stream_partial_since(const StreamHandle* handle, uint32_t first_segment) {
  tell(handle->stream->partial_since(first_segment));
}

AURICLE_EXPORT(stream_transcript) void stream_transcript(const StreamHandle* handle) {
  tell(handle->stream->transcript());
}
