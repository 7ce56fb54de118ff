// Want of memory is an error like any other:  c_memory_test MODEL_FOLDER SAMPLES.raw
//
// This program's operator new, which the library takes for its own too, fails at one allocation:
// the first, the second, and so on. Each call then returns AURICLE_OUT_OF_MEMORY or succeeds,
// nothing leaks (asan and valgrind look), and a stream that was reset works as if nothing had
// happened. ONNX Runtime's allocations do not fail: what it does then is its own affair.
#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <new>
#include <string>
#include <vector>

#include "auricle.h"

namespace {

long countdown = -1;  // allocations until one fails; below 0 none does
bool failed = false;
int failures = 0;

// Whether the code at an address is the library's own.
bool in_library(void* address) {
  Dl_info info;
  return dladdr(address, &info) != 0 && std::strstr(info.dli_fname, "libauricle") != nullptr;
}

bool fails_now(void* caller) {
  if (countdown < 0 || !in_library(caller)) return false;
  if (countdown-- > 0) return false;
  failed = true;
  return true;
}

void expect(bool holds, const char* what, long at) {
  if (holds) return;
  std::printf("allocation %ld: %s [%s]\n", at, what, auricle_error_message());
  ++failures;
}

// Runs a call with its first, second, ... allocation failing, until it needs no more; `after` looks
// at what is left.
template <typename Call, typename After>
void starve(const char* what, long step, const Call& call, const After& after) {
  long at = 0;
  for (;; at += step) {
    countdown = at;
    failed = false;
    const int32_t status = call();
    countdown = -1;
    if (!failed) {
      expect(status == AURICLE_OK, what, at);
      after(status, at);
      break;
    }
    expect(status == AURICLE_OUT_OF_MEMORY, what, at);
    expect(std::strlen(auricle_error_message()) > 0, "there is no message", at);
    after(status, at);
  }
  expect(at > 0, "none failed: is this program's operator new not the library's?", at);
  std::printf("%s: %ld allocations\n", what, at);
}

std::vector<int16_t> read_samples(const char* path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> bytes(std::istreambuf_iterator<char>(file), {});
  std::vector<int16_t> samples(bytes.size() / sizeof(int16_t));
  std::memcpy(samples.data(), bytes.data(), samples.size() * sizeof(int16_t));
  return samples;
}

std::string finish(auricle_stream* stream) {
  auricle_transcript* transcript = nullptr;
  expect(auricle_stream_finish(stream, &transcript) == AURICLE_OK, "finish", 0);
  std::string json = transcript == nullptr ? "" : auricle_transcript_json(transcript);
  auricle_transcript_free(transcript);
  return json;
}

}  // namespace

// GCC takes free() of what this operator new gave for a mistake where it inlines both.
__attribute__((noinline)) void* operator new(std::size_t size) {
  void* memory = fails_now(__builtin_return_address(0)) ? nullptr : std::malloc(size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
// Who asks so has another way to go on, so that this one never fails here.
__attribute__((noinline)) void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return std::malloc(size);
}
__attribute__((noinline)) void operator delete(void* memory) noexcept { std::free(memory); }
__attribute__((noinline)) void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

int main(int argc, char** argv) {
  if (argc != 3) return 1;
  const std::vector<int16_t> samples = read_samples(argv[2]);
  auricle_model_options* options = nullptr;
  auricle_model_options_create(&options);
  auricle_model_options_set_verify(options, 0);

  auricle_model* model = nullptr;
  // Every allocation of opening would take a minute under asan.
  starve(
      "open", 11, [&] { return auricle_model_open(argv[1], options, &model); },
      [&](int32_t status, long at) {
        expect((model != nullptr) == (status == AURICLE_OK), "a model is there or not", at);
      });
  auricle_model_options_free(options);

  auricle_stream* stream = nullptr;
  starve(
      "create", 1, [&] { return auricle_stream_create(model, nullptr, &stream); },
      [&](int32_t status, long at) {
        expect((stream != nullptr) == (status == AURICLE_OK), "a stream is there or not", at);
      });
  if (stream == nullptr) return 1;

  auricle_stream_feed_int16(stream, samples.data(), samples.size());
  const std::string expected = finish(stream);
  starve(
      "feed", 23,
      [&] {
        auricle_stream_reset(stream);
        return auricle_stream_feed_int16(stream, samples.data(), 16000);
      },
      [&](int32_t status, long at) {
        if (status == AURICLE_OK) return;
        expect(auricle_stream_feed_int16(stream, samples.data(), 1) == AURICLE_OUT_OF_MEMORY,
               "a stream that failed takes samples", at);
        expect(auricle_stream_finish(stream, nullptr) == AURICLE_OUT_OF_MEMORY,
               "a stream that failed finishes", at);
      });
  auricle_transcript* partial = nullptr;
  starve(
      "partial", 1,
      [&] {
        auricle_transcript_free(partial);
        return auricle_stream_partial(stream, &partial);
      },
      [](int32_t, long) {});
  auricle_transcript_free(partial);

  expect(auricle_stream_reset(stream) == AURICLE_OK, "reset", 0);
  auricle_stream_feed_int16(stream, samples.data(), samples.size());
  expect(finish(stream) == expected, "a reset stream hears something else", 0);
  auricle_stream_free(stream);
  auricle_model_free(model);
  std::printf("c_memory_test: %d failures\n", failures);
  return failures == 0 ? 0 : 1;
}
