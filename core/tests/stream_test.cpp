#include "auricle/stream.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "check.h"

namespace {

using auricle::Decoder;
using auricle::Status;
using auricle::Stream;
using auricle::Transcript;
using auricle::Vocabulary;

constexpr uint32_t kRate = 100;  // Hz
constexpr uint32_t kFrameSamples = 10;
constexpr uint32_t kChunkFrames = 4;
constexpr uint32_t kDelayFrames = 3;
constexpr uint32_t kTokens = 4;  // blank, separator, a, b

// An acoustic graph that hears sample values: each frame's first sample is its token, which comes
// out kDelayFrames later.
class Graph {
 public:
  std::vector<float> run(std::span<const float> chunk, Stream::Course course) {
    std::vector<uint32_t> delayed = course == Stream::Course::kFurtherAhead ? ahead_ : on_;
    std::vector<float> log_probs;
    for (size_t frame = 0; frame < chunk.size() / kFrameSamples; ++frame) {
      delayed.push_back(static_cast<uint32_t>(chunk[frame * kFrameSamples]));
      for (uint32_t token = 0; token < kTokens; ++token) {
        log_probs.push_back(std::log(token == delayed.front() ? 0.97F : 0.01F));
      }
      delayed.erase(delayed.begin());
    }
    (course == Stream::Course::kOn ? on_ : ahead_) = delayed;
    return log_probs;
  }

 private:
  std::vector<uint32_t> on_ = std::vector<uint32_t>(kDelayFrames, 0);
  std::vector<uint32_t> ahead_;
};

// Samples whose frames are these tokens.
std::vector<float> spoken(const std::vector<uint32_t>& tokens) {
  std::vector<float> samples;
  for (const uint32_t token : tokens) {
    samples.insert(samples.end(), kFrameSamples, static_cast<float>(token));
  }
  return samples;
}

struct Heard {
  explicit Heard(uint32_t alternatives = 1, uint32_t pause_frames = 0, uint32_t chunk_frames = 0) {
    auto model = std::make_shared<auricle::StreamModel>();
    model->contract.sample_rate = kRate;
    model->contract.frame_samples = kFrameSamples;
    model->contract.chunk_frames = kChunkFrames;
    model->contract.delay_frames = kDelayFrames;
    model->separator = " ";
    std::shared_ptr<const Vocabulary> vocabulary;
    Vocabulary::create({"-", " ", "a", "b"}, 0, auricle::WordBoundary::kSeparator, &vocabulary);
    auricle::DecoderOptions options;
    options.alternatives = alternatives;
    options.endpoint.silence_frames = pause_frames;
    std::unique_ptr<Decoder> decoder;
    auricle::DecoderKnowledge knowledge;
    knowledge.vocabulary = vocabulary;
    Decoder::create(std::move(knowledge), options, {}, &decoder);
    stream = std::make_unique<Stream>(model, std::move(decoder),
                                      auricle::StreamOptions{alternatives, false, chunk_frames});
  }

  void run() {
    while (const float* chunk = stream->chunk()) {
      const std::vector<float> log_probs =
          graph.run({chunk, stream->chunk_samples()}, stream->course());
      CHECK_EQ(stream->take(log_probs, nullptr), Status::kOk);
    }
  }

  void feed(const std::vector<float>& samples, size_t block) {
    for (size_t at = 0; at < samples.size(); at += block) {
      const auto piece = std::span(samples).subspan(at, std::min(block, samples.size() - at));
      CHECK_EQ(stream->feed(piece, nullptr), Status::kOk);
      run();
    }
  }

  Transcript finish() {
    CHECK_EQ(stream->finish(), Status::kOk);
    run();
    return stream->transcript();
  }

  std::unique_ptr<Stream> stream;
  Graph graph;
};

const std::vector<uint32_t> kWords = {0, 2, 0, 1, 3, 3, 0, 0, 0, 2, 0};  // "a b" and, later, "a"

}  // namespace

TEST(samples_after_the_end_are_negative_zeros_and_none_before) {
  Heard heard;
  const std::vector<float> samples = {1.0F, 0.0F, -0.0F};
  CHECK_EQ(heard.stream->feed(samples, nullptr), Status::kOk);
  CHECK_EQ(heard.stream->finish(), Status::kOk);
  while (const float* chunk = heard.stream->chunk()) {
    const bool first = heard.stream->course() == Stream::Course::kAhead;
    for (size_t k = 0; k < kChunkFrames * kFrameSamples; ++k) {
      CHECK_EQ(std::signbit(chunk[k]), !first || k >= samples.size());
    }
    const auto log_probs =
        heard.graph.run({chunk, heard.stream->chunk_samples()}, heard.stream->course());
    CHECK_EQ(heard.stream->take(log_probs, nullptr), Status::kOk);
  }
}

TEST(stream_gives_words_with_their_times) {
  Heard heard;
  heard.feed(spoken(kWords), 1000);
  const Transcript transcript = heard.finish();
  CHECK_EQ(auricle::text_of(transcript), "a ba");
  REQUIRE(transcript.segments.size() == 1);
  const auto& words = transcript.segments[0].words;
  CHECK_NEAR(words[0].start, 0.1, 1e-9);
  CHECK_NEAR(words[0].end, 0.2, 1e-9);
  CHECK_NEAR(words[1].start, 0.4, 1e-9);
  CHECK_NEAR(transcript.duration, 1.1, 1e-9);
}

TEST(stream_hears_the_same_in_blocks_of_any_size) {
  Heard whole;
  whole.feed(spoken(kWords), 1000);
  const std::string expected = auricle::to_json(whole.finish());
  for (const size_t block : {1U, 7U, 39U, 40U, 41U}) {
    Heard pieces;
    pieces.feed(spoken(kWords), block);
    CHECK_EQ(auricle::to_json(pieces.finish()), expected);
  }
}

TEST(stream_hears_the_same_in_longer_chunks) {
  Heard usual;
  usual.feed(spoken(kWords), 1000);
  Heard longer(1, 0, 3 * kChunkFrames);
  CHECK_EQ(longer.stream->chunk_samples(), size_t{3} * kChunkFrames * kFrameSamples);
  longer.feed(spoken(kWords), 7);
  CHECK_EQ(auricle::to_json(longer.finish()), auricle::to_json(usual.finish()));
}

TEST(stream_tells_listeners_what_they_have_not_heard) {
  Heard heard(2, 3);
  heard.feed(spoken({0, 2, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 2, 0, 0, 0}), 1000);
  REQUIRE(heard.stream->segments() == 2);
  const Transcript all = heard.stream->partial();
  for (size_t first = 0; first <= 4; ++first) {
    const Transcript rest = heard.stream->partial_since(first);
    const size_t told = std::min<size_t>(first, 2);
    CHECK_EQ(rest.segments.size(), all.segments.size() - told);
    CHECK_EQ(rest.alternatives.size(), size_t{0});
    CHECK_EQ(rest.duration, all.duration);
    if (!rest.segments.empty()) {
      CHECK_EQ(rest.segments[0].words[0].start, all.segments[told].words[0].start);
    }
  }
}

TEST(stream_hears_the_last_frame_which_samples_only_begin) {
  Heard heard;
  std::vector<float> samples = spoken({0, 0, 0, 2});
  samples.resize(31);
  heard.feed(samples, 1000);
  const Transcript transcript = heard.finish();
  CHECK_EQ(auricle::text_of(transcript), "a");
  CHECK_NEAR(transcript.segments[0].words[0].end, 0.31, 1e-9);  // not after the recording
}

TEST(stream_of_nothing_is_empty) {
  Heard heard;
  const Transcript transcript = heard.finish();
  CHECK_EQ(auricle::to_json(transcript),
           R"({"text": "", "language": "", "duration": 0.0, "model": "", "separator": " ", )"
           R"("segments": [], "alternatives": []})");
  CHECK(heard.stream->finished());
}

TEST(stream_flushed_closes_the_segment_and_goes_on_as_if_it_had_not) {
  Heard heard;
  std::vector<float> samples = spoken({0, 2, 0, 3, 0});
  heard.feed({samples.begin(), samples.begin() + 15}, 1000);  // half of the frame of "a"
  CHECK_EQ(heard.stream->segments(), size_t{0});
  CHECK_EQ(heard.stream->flush(), Status::kOk);
  heard.run();
  CHECK_EQ(heard.stream->segments(), size_t{1});
  CHECK_EQ(auricle::text_of(heard.stream->partial()), "a");
  heard.feed({samples.begin() + 15, samples.end()}, 1000);
  const Transcript transcript = heard.finish();
  CHECK_EQ(auricle::text_of(transcript), "a b");
  CHECK_NEAR(transcript.segments[0].words[0].end, 0.15, 1e-9);
  CHECK_NEAR(transcript.segments[1].words[0].start, 0.3, 1e-9);
  CHECK_NEAR(transcript.duration, 0.5, 1e-9);
}

TEST(stream_flushed_between_words_hears_the_same_words) {
  Heard plain, flushed;
  plain.feed(spoken(kWords), 1000);
  const std::vector<float> samples = spoken(kWords);
  flushed.feed({samples.begin(), samples.begin() + 37}, 1000);
  CHECK_EQ(flushed.stream->flush(), Status::kOk);
  flushed.run();
  CHECK_EQ(flushed.stream->flush(), Status::kOk);
  flushed.run();
  flushed.feed({samples.begin() + 37, samples.end()}, 1000);
  CHECK_EQ(auricle::text_of(flushed.finish()), auricle::text_of(plain.finish()));
}

TEST(stream_closes_segments_at_pauses) {
  Heard heard(1, 3);
  heard.feed(spoken({2, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0}), 10);
  CHECK_EQ(heard.stream->segments(), size_t{1});
  const Transcript transcript = heard.finish();
  CHECK_EQ(transcript.segments.size(), size_t{2});
}

TEST(stream_combines_the_readings_of_its_segments) {
  Heard heard(3, 3);
  heard.feed(spoken({2, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0}), 10);
  const Transcript transcript = heard.finish();
  REQUIRE(transcript.alternatives.size() == 3);
  CHECK_EQ(auricle::text_of(transcript.alternatives[0].words, " "), auricle::text_of(transcript));
  CHECK(transcript.alternatives[0].confidence >= transcript.alternatives[1].confidence);
}

TEST(stream_refuses_samples_that_are_no_numbers_and_takes_none_of_them) {
  Heard heard;
  const std::vector<float> wrong = {0.0F, std::numeric_limits<float>::quiet_NaN()};
  std::string detail;
  CHECK_EQ(heard.stream->feed(wrong, &detail), Status::kNotFinite);
  CHECK_EQ(detail, "sample 1 of the block");
  CHECK_EQ(heard.finish().duration, 0.0);
}

TEST(stream_takes_what_a_chunk_gives_and_nothing_else) {
  Heard heard;
  const std::vector<float> row(kChunkFrames * kTokens, -1.0F);
  CHECK_EQ(heard.stream->take(row, nullptr), Status::kInvalidShape);  // no chunk is due
  CHECK_EQ(heard.stream->feed(std::vector<float>(40), nullptr), Status::kOk);
  CHECK_EQ(heard.stream->take(std::span(row).subspan(1), nullptr), Status::kInvalidShape);
  CHECK_EQ(heard.stream->finish(), Status::kInvalidArgument);  // the chunk goes first
  CHECK_EQ(heard.stream->take(row, nullptr), Status::kOk);
}

TEST(stream_that_has_finished_can_be_reset) {
  Heard heard;
  heard.feed(spoken(kWords), 40);
  const std::string expected = auricle::to_json(heard.finish());
  CHECK_EQ(heard.stream->feed(std::vector<float>(1), nullptr), Status::kStreamFinished);
  CHECK_EQ(heard.stream->flush(), Status::kStreamFinished);
  CHECK_EQ(heard.stream->finish(), Status::kStreamFinished);
  heard.stream->reset();
  heard.graph = Graph();
  heard.feed(spoken(kWords), 1000);
  CHECK_EQ(auricle::to_json(heard.finish()), expected);
}
