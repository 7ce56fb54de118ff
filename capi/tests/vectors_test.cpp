// The shared test vectors through the C interface:
//     c_vectors_test MODEL tests/data/vectors/en.json FOLDER_OF_RAW_AUDIO
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "auricle.h"
#include "auricle/json.h"

namespace {

using auricle::Json;

int failures = 0;

void expect(bool holds, const std::string& vector, const std::string& what) {
  if (holds) return;
  std::printf("%s: %s\n", vector.c_str(), what.c_str());
  ++failures;
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

const Json& member(const Json& object, const char* name) {
  static const Json nothing;
  const Json* found = object.find(name);
  return found == nullptr ? nothing : *found;
}

// Sets what the vector's options say; false for a name that is not known here.
bool set_option(auricle_stream_options* options, const std::string& name, const Json& value) {
  const auto count = static_cast<uint32_t>(value.number());
  const auto number = static_cast<float>(value.number());
  int32_t status = AURICLE_OK;
  if (name == "use_scorer") {
    status = auricle_stream_options_set_use_scorer(options, value.boolean());
  } else if (name == "low_latency") {
    status = auricle_stream_options_set_low_latency(options, value.boolean());
  } else if (name == "closed_vocabulary") {
    status = auricle_stream_options_set_closed_vocabulary(options, value.boolean());
  } else if (name == "alternatives") {
    status = auricle_stream_options_set_alternatives(options, count);
  } else if (name == "beam_width") {
    status = auricle_stream_options_set_beam_width(options, count);
  } else if (name == "top_tokens") {
    status = auricle_stream_options_set_top_tokens(options, count);
  } else if (name == "beam_margin") {
    status = auricle_stream_options_set_beam_margin(options, number);
  } else if (name == "token_margin") {
    status = auricle_stream_options_set_token_margin(options, number);
  } else if (name == "alpha") {
    status = auricle_stream_options_set_alpha(options, number);
  } else if (name == "beta") {
    status = auricle_stream_options_set_beta(options, number);
  } else if (name == "unknown_penalty") {
    status = auricle_stream_options_set_unknown_penalty(options, number);
  } else if (name == "hot_words") {
    for (size_t i = 0; i < value.items().size() && status == AURICLE_OK; ++i) {
      status = auricle_stream_options_add_hot_word(options, value.names()[i].c_str(),
                                                   static_cast<float>(value.items()[i].number()));
    }
  } else {
    return false;
  }
  return status == AURICLE_OK;
}

auricle_stream* begin(const auricle_model* model, const Json& vector, const std::string& name) {
  auricle_stream_options* options = nullptr;
  auricle_stream* stream = nullptr;
  auricle_stream_options_create(&options);
  const Json& given = member(vector, "options");
  for (size_t i = 0; i < given.items().size(); ++i) {
    expect(set_option(options, given.names()[i], given.items()[i]), name,
           "option " + given.names()[i] + " cannot be set");
  }
  expect(auricle_stream_create(model, options, &stream) == AURICLE_OK, name,
         auricle_error_message());
  auricle_stream_options_free(options);
  return stream;
}

// Feeds the parts of a vector, which follow each other in the raw audio.
void feed(auricle_stream* stream, const Json& vector, const std::string& name,
          const std::string& folder) {
  const std::string bytes = read_file(folder + "/" + name + ".raw");
  std::vector<int16_t> samples(bytes.size() / sizeof(int16_t));
  std::copy_n(bytes.data(), samples.size() * sizeof(int16_t),
              reinterpret_cast<char*>(samples.data()));
  const auto block = static_cast<size_t>(member(vector, "block_samples").number());
  const auto flush_at = static_cast<size_t>(member(vector, "flush_sample").number());
  for (size_t at = 0; at < samples.size();) {
    const size_t limit = at < flush_at ? flush_at : samples.size();
    const size_t count = std::min(block, limit - at);
    expect(auricle_stream_feed_int16(stream, samples.data() + at, count) == AURICLE_OK, name,
           auricle_error_message());
    at += count;
    if (at == flush_at) auricle_stream_flush(stream);
  }
}

void compare_number(const Json& given, const Json& wanted, double tolerance,
                    const std::string& vector, const char* what) {
  expect(std::abs(given.number() - wanted.number()) <= tolerance, vector,
         std::string(what) + " is " + std::to_string(given.number()) + ", not " +
             std::to_string(wanted.number()));
}

void compare_words(const Json& given, const Json& wanted, const Json& tolerances,
                   const std::string& vector) {
  const double seconds = member(tolerances, "seconds").number();
  const double confidence = member(tolerances, "confidence").number();
  const auto& words = member(given, "words").items();
  const auto& expected = member(wanted, "words").items();
  expect(words.size() == expected.size(), vector, "the number of words differs");
  for (size_t i = 0; i < std::min(words.size(), expected.size()); ++i) {
    const std::string& text = member(words[i], "text").string();
    expect(text == member(expected[i], "text").string(), vector, "the word " + text + " differs");
    for (const char* name : {"start", "end"}) {
      compare_number(member(words[i], name), member(expected[i], name), seconds, vector, name);
    }
    compare_number(member(words[i], "confidence"), member(expected[i], "confidence"), confidence,
                   vector, "confidence");
  }
}

void run(const auricle_model* model, const Json& vector, const Json& tolerances,
         const std::string& folder) {
  const std::string& name = member(vector, "name").string();
  auricle_stream* stream = begin(model, vector, name);
  if (stream == nullptr) return;
  feed(stream, vector, name, folder);
  auricle_transcript* transcript = nullptr;
  expect(auricle_stream_finish(stream, &transcript) == AURICLE_OK, name, auricle_error_message());
  auricle_stream_free(stream);
  Json given;
  std::string error;
  if (transcript != nullptr) {
    expect(Json::parse(auricle_transcript_json(transcript), &given, &error), name, error);
  }
  const Json& wanted = member(vector, "expected");
  for (const char* key : {"text", "language", "model", "separator"}) {
    expect(member(given, key).string() == member(wanted, key).string(), name,
           std::string(key) + " is " + member(given, key).string() + ", not " +
               member(wanted, key).string());
  }
  compare_number(member(given, "duration"), member(wanted, "duration"), 0.0, name, "duration");
  for (const char* list : {"segments", "alternatives"}) {
    const auto& items = member(given, list).items();
    const auto& expected = member(wanted, list).items();
    expect(items.size() == expected.size(), name,
           std::string("the number of ") + list + " differs");
    for (size_t i = 0; i < std::min(items.size(), expected.size()); ++i) {
      compare_words(items[i], expected[i], tolerances, name);
    }
  }
  auricle_transcript_free(transcript);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 1;
  Json file;
  std::string error;
  auricle_model* model = nullptr;
  if (!Json::parse(read_file(argv[2]), &file, &error) ||
      auricle_model_open(argv[1], nullptr, &model) != AURICLE_OK) {
    std::printf("%s %s\n", error.c_str(), auricle_error_message());
    return 1;
  }
  const auto& vectors = member(file, "vectors").items();
  for (const Json& vector : vectors) run(model, vector, member(file, "tolerances"), argv[3]);
  auricle_model_free(model);
  std::printf("c_vectors_test: %zu vectors, %d failures\n", vectors.size(), failures);
  return failures == 0 && !vectors.empty() ? 0 : 1;
}
