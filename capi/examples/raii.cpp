// The C interface in C++: owners that free, statuses that throw.   raii MODEL RECORDING.raw
#include <auricle.h>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

template <auto Free>
struct Freed {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};

using Model = std::unique_ptr<auricle_model, Freed<auricle_model_free>>;
using Options = std::unique_ptr<auricle_stream_options, Freed<auricle_stream_options_free>>;
using Stream = std::unique_ptr<auricle_stream, Freed<auricle_stream_free>>;
using Transcript = std::unique_ptr<auricle_transcript, Freed<auricle_transcript_free>>;

void check(int32_t status) {
  if (status != AURICLE_OK) throw std::runtime_error(auricle_error_message());
}

// Calls a function that gives an object through its last parameter.
template <typename Owner, typename Function, typename... Arguments>
Owner make(Function function, Arguments... arguments) {
  typename Owner::pointer object = nullptr;
  check(function(arguments..., &object));
  return Owner(object);
}

std::vector<int16_t> read_samples(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(path + " cannot be opened");
  const std::vector<char> bytes(std::istreambuf_iterator<char>(file), {});
  std::vector<int16_t> samples(bytes.size() / sizeof(int16_t));
  std::copy_n(bytes.data(), samples.size() * sizeof(int16_t),
              reinterpret_cast<char*>(samples.data()));
  return samples;
}

void transcribe(const char* model_path, const char* recording) {
  const auto model = make<Model>(auricle_model_open, model_path, nullptr);
  const auto options = make<Options>(auricle_stream_options_create);
  check(auricle_stream_options_set_beam_width(options.get(), 64));
  const auto stream = make<Stream>(auricle_stream_create, model.get(), options.get());
  const std::vector<int16_t> samples = read_samples(recording);
  check(auricle_stream_feed_int16(stream.get(), samples.data(), samples.size()));
  const auto transcript = make<Transcript>(auricle_stream_finish, stream.get());
  for (uint32_t i = 0; i < auricle_transcript_word_count(transcript.get()); ++i) {
    std::cout << auricle_transcript_word_start(transcript.get(), i) << '\t'
              << auricle_transcript_word_text(transcript.get(), i) << '\n';
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 3) throw std::runtime_error("usage: raii MODEL RECORDING.raw");
    transcribe(argv[1], argv[2]);
  } catch (const std::exception& error) {
    std::cerr << "raii: " << error.what() << '\n';
    return 1;
  }
}
