// Threads that share what may be shared:  c_threads_test MODEL_FOLDER SAMPLES.raw
//
// One model serves several threads, each with its own streams; models are opened and freed,
// failures asked for and log functions set meanwhile. What each thread hears is what one alone
// hears, and each sees its own failures. Run it under the thread sanitizer to see more.
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "auricle.h"

namespace {

constexpr int kThreads = 4;
constexpr int kRounds = 3;

std::atomic<int> failures = 0;
std::atomic<int> messages = 0;

void expect(bool holds, const char* what) {
  if (holds) return;
  std::printf("%s [%s]\n", what, auricle_error_message());
  ++failures;
}

std::vector<int16_t> read_samples(const char* path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> bytes(std::istreambuf_iterator<char>(file), {});
  std::vector<int16_t> samples(bytes.size() / sizeof(int16_t));
  std::memcpy(samples.data(), bytes.data(), samples.size() * sizeof(int16_t));
  return samples;
}

std::string transcribe(const auricle_model* model, const std::vector<int16_t>& samples) {
  auricle_stream* stream = nullptr;
  auricle_transcript* transcript = nullptr;
  expect(auricle_stream_create(model, nullptr, &stream) == AURICLE_OK, "create");
  expect(auricle_stream_feed_int16(stream, samples.data(), samples.size()) == AURICLE_OK, "feed");
  expect(auricle_stream_finish(stream, &transcript) == AURICLE_OK, "finish");
  std::string json = transcript == nullptr ? "" : auricle_transcript_json(transcript);
  auricle_transcript_free(transcript);
  auricle_stream_free(stream);
  return json;
}

void count_message(int32_t, const char*, void* user) { ++*static_cast<std::atomic<int>*>(user); }

void open_and_fail(const char* folder, int thread) {
  auricle_model* model = nullptr;
  expect(auricle_model_open(folder, nullptr, &model) == AURICLE_OK, "open");
  auricle_model_free(model);
  const std::string missing = "missing-" + std::to_string(thread);
  expect(auricle_model_open(missing.c_str(), nullptr, &model) == AURICLE_MODEL_NOT_FOUND,
         "missing");
  expect(std::strstr(auricle_error_message(), missing.c_str()) != nullptr,
         "a thread sees another one's failure");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 1;
  const std::vector<int16_t> samples = read_samples(argv[2]);
  auricle_model* model = nullptr;
  expect(auricle_model_open(argv[1], nullptr, &model) == AURICLE_OK, "open");
  const std::string expected = transcribe(model, samples);

  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int round = 0; round < kRounds; ++round) {
        auricle_log_set(round % 2 == 0 ? count_message : nullptr, &messages);
        expect(transcribe(model, samples) == expected, "a thread hears something else");
        if (thread == 0) open_and_fail(argv[1], thread);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  auricle_log_set(nullptr, nullptr);
  auricle_model_free(model);
  std::printf("c_threads_test: %d failures, %d messages\n", failures.load(), messages.load());
  return failures == 0 ? 0 : 1;
}
