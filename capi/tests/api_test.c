/* The interface as a strict C99 program uses it:  c_api_test MODEL_FOLDER PACKED_MODEL SAMPLES.raw
 *
 * Every function is called, with what it takes and with what it refuses.
 */
#include <auricle.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures = 0;

#define CHECK(condition)                                                                   \
  do {                                                                                     \
    if (!(condition)) {                                                                    \
      printf("%s:%d: %s [%s]\n", __FILE__, __LINE__, #condition, auricle_error_message()); \
      ++failures;                                                                          \
    }                                                                                      \
  } while (0)

typedef struct {
  int16_t* samples;
  size_t count;
} recording;

static void* read_file(const char* path, size_t* bytes) {
  FILE* file = fopen(path, "rb");
  char* content = NULL;
  *bytes = 0;
  if (file == NULL) return NULL;
  if (fseek(file, 0, SEEK_END) == 0) {
    const long size = ftell(file);
    rewind(file);
    content = malloc((size_t)size + 1);
    if (content != NULL) *bytes = fread(content, 1, (size_t)size, file);
  }
  fclose(file);
  return content;
}

static auricle_stream* new_stream(const auricle_model* model,
                                  const auricle_stream_options* options) {
  auricle_stream* stream = NULL;
  CHECK(auricle_stream_create(model, options, &stream) == AURICLE_OK);
  return stream;
}

/* What a finished stream heard, as JSON; the caller's to free(). */
static char* finished_json(auricle_stream* stream) {
  auricle_transcript* transcript = NULL;
  char* json = NULL;
  CHECK(auricle_stream_finish(stream, &transcript) == AURICLE_OK);
  if (transcript != NULL) {
    json = malloc(strlen(auricle_transcript_json(transcript)) + 1);
    if (json != NULL) strcpy(json, auricle_transcript_json(transcript));
  }
  auricle_transcript_free(transcript);
  return json;
}

static char* transcribe(const auricle_model* model, const recording* audio) {
  auricle_stream* stream = new_stream(model, NULL);
  char* json;
  CHECK(auricle_stream_feed_int16(stream, audio->samples, audio->count) == AURICLE_OK);
  json = finished_json(stream);
  auricle_stream_free(stream);
  return json;
}

static void statuses_have_names_and_sentences(void) {
  CHECK(strcmp(auricle_status_name(AURICLE_OK), "Ok") == 0);
  CHECK(strcmp(auricle_status_name(AURICLE_MODEL_CORRUPT), "PackageChecksum") == 0);
  CHECK(strlen(auricle_status_sentence(AURICLE_OUT_OF_MEMORY)) > 10);
  CHECK(strcmp(auricle_status_name(-7), "Unknown") == 0);
  CHECK(strchr(auricle_version(), '.') != NULL);
}

static void null_is_refused_and_freeing_it_is_nothing(void) {
  const int16_t sample = 0;
  CHECK(auricle_model_open(NULL, NULL, NULL) == AURICLE_INVALID_ARGUMENT);
  CHECK(auricle_model_open_memory(NULL, 0, NULL, NULL) == AURICLE_INVALID_ARGUMENT);
  CHECK(auricle_stream_create(NULL, NULL, NULL) == AURICLE_INVALID_ARGUMENT);
  CHECK(auricle_stream_feed_int16(NULL, &sample, 1) == AURICLE_INVALID_ARGUMENT);
  CHECK(auricle_stream_feed_float(NULL, NULL, 1) == AURICLE_INVALID_ARGUMENT);
  CHECK(auricle_stream_partial(NULL, NULL) == AURICLE_INVALID_ARGUMENT);
  CHECK(auricle_stream_flush(NULL) == AURICLE_INVALID_ARGUMENT);
  CHECK(auricle_stream_finish(NULL, NULL) == AURICLE_INVALID_ARGUMENT);
  CHECK(auricle_stream_reset(NULL) == AURICLE_INVALID_ARGUMENT);
  CHECK(auricle_stream_segment_count(NULL) == 0);
  CHECK(auricle_model_options_create(NULL) == AURICLE_INVALID_ARGUMENT);
  CHECK(auricle_stream_options_set_alpha(NULL, 1.0f) == AURICLE_INVALID_ARGUMENT);
  CHECK(auricle_model_sample_rate(NULL) == 0);
  CHECK(auricle_model_name(NULL) == NULL && auricle_model_language(NULL) == NULL);
  CHECK(auricle_model_description(NULL) == NULL && auricle_model_has_scorer(NULL) == 0);
  CHECK(auricle_transcript_text(NULL) == NULL && auricle_transcript_json(NULL) == NULL);
  CHECK(auricle_transcript_word_count(NULL) == 0);
  CHECK(auricle_transcript_word_text(NULL, 0) == NULL);
  CHECK(auricle_transcript_alternative_text(NULL, 0) == NULL);
  auricle_model_free(NULL);
  auricle_model_options_free(NULL);
  auricle_stream_free(NULL);
  auricle_stream_options_free(NULL);
  auricle_transcript_free(NULL);
}

static void a_failure_says_what_and_what_to_do(void) {
  auricle_model* model = (auricle_model*)1;
  CHECK(auricle_model_open("no/such/model", NULL, &model) == AURICLE_MODEL_NOT_FOUND);
  CHECK(model == NULL);
  CHECK(strstr(auricle_error_message(), "no/such/model") != NULL);
  CHECK(strstr(auricle_error_message(), "give the path") != NULL);
}

static void options_outside_of_their_range_are_refused(void) {
  auricle_model_options* loading = NULL;
  auricle_stream_options* options = NULL;
  CHECK(auricle_model_options_create(&loading) == AURICLE_OK);
  CHECK(auricle_model_options_set_threads(loading, 0) == AURICLE_INVALID_ARGUMENT);
  CHECK(strstr(auricle_error_message(), "threads is 0") != NULL);
  CHECK(auricle_model_options_set_threads(loading, 2) == AURICLE_OK);
  CHECK(auricle_model_options_set_scorer(loading, NULL) == AURICLE_INVALID_ARGUMENT);
  auricle_model_options_free(loading);

  CHECK(auricle_stream_options_create(&options) == AURICLE_OK);
  CHECK(auricle_stream_options_set_beam_width(options, 0) == AURICLE_INVALID_ARGUMENT);
  CHECK(auricle_stream_options_set_beam_width(options, 10001) == AURICLE_INVALID_ARGUMENT);
  CHECK(auricle_stream_options_set_alternatives(options, 0) == AURICLE_INVALID_ARGUMENT);
  CHECK(auricle_stream_options_set_top_tokens(options, 0) == AURICLE_INVALID_ARGUMENT);
  CHECK(auricle_stream_options_set_alpha(options, -1.0f) == AURICLE_INVALID_ARGUMENT);
  CHECK(auricle_stream_options_set_beta(options, (float)INFINITY) == AURICLE_INVALID_ARGUMENT);
  CHECK(auricle_stream_options_set_unknown_penalty(options, (float)NAN) ==
        AURICLE_INVALID_ARGUMENT);
  CHECK(auricle_stream_options_set_beam_margin(options, 0.0f) == AURICLE_INVALID_ARGUMENT);
  CHECK(auricle_stream_options_set_token_margin(options, (float)NAN) == AURICLE_INVALID_ARGUMENT);
  CHECK(auricle_stream_options_set_endpoint(options, -1.0, 30.0) == AURICLE_INVALID_ARGUMENT);
  CHECK(auricle_stream_options_set_endpoint(options, 0.5, 1e9) == AURICLE_INVALID_ARGUMENT);
  CHECK(auricle_stream_options_set_unsure_endpoint(options, -1.0, 0.5f) ==
        AURICLE_INVALID_ARGUMENT);
  CHECK(auricle_stream_options_set_unsure_endpoint(options, 1.0, 2.0f) == AURICLE_INVALID_ARGUMENT);
  CHECK(auricle_stream_options_set_unsure_endpoint(options, 2.0, 0.5f) == AURICLE_OK);
  CHECK(auricle_stream_options_add_hot_word(options, "", 1.0f) == AURICLE_INVALID_ARGUMENT);
  CHECK(auricle_stream_options_add_hot_word(options, "word", (float)NAN) ==
        AURICLE_INVALID_ARGUMENT);
  CHECK(auricle_stream_options_set_closed_vocabulary(options, 0) == AURICLE_OK);
  CHECK(auricle_stream_options_set_use_scorer(options, 1) == AURICLE_OK);
  CHECK(auricle_stream_options_set_low_latency(options, 0) == AURICLE_OK);
  CHECK(auricle_stream_options_set_low_latency(NULL, 0) == AURICLE_INVALID_ARGUMENT);
  auricle_stream_options_free(options);
}

static void a_model_describes_itself(const auricle_model* model) {
  CHECK(auricle_model_sample_rate(model) == 16000);
  CHECK(strcmp(auricle_model_name(model), "en") == 0);
  CHECK(strcmp(auricle_model_language(model), "en") == 0);
  CHECK(strstr(auricle_model_description(model), "\"licence\"") != NULL);
  CHECK(auricle_model_has_scorer(model) == 1);
}

static void every_way_to_open_gives_the_same_model(const auricle_model* model, const char* packed,
                                                   const recording* audio) {
  size_t size = 0;
  void* bytes = read_file(packed, &size);
  auricle_model* from_file = NULL;
  auricle_model* from_memory = NULL;
  char* expected = transcribe(model, audio);
  char* first;
  char* second;
  CHECK(auricle_model_open(packed, NULL, &from_file) == AURICLE_OK);
  CHECK(auricle_model_open_memory(bytes, size, NULL, &from_memory) == AURICLE_OK);
  free(bytes);
  first = transcribe(from_file, audio);
  second = transcribe(from_memory, audio);
  CHECK(expected != NULL && first != NULL && strcmp(expected, first) == 0);
  CHECK(expected != NULL && second != NULL && strcmp(expected, second) == 0);
  free(expected);
  free(first);
  free(second);
  auricle_model_free(from_file);
  auricle_model_free(from_memory);
}

static void a_stream_outlives_its_model(const char* folder, const recording* audio) {
  auricle_model* model = NULL;
  auricle_stream* stream;
  CHECK(auricle_model_open(folder, NULL, &model) == AURICLE_OK);
  stream = new_stream(model, NULL);
  auricle_model_free(model);
  CHECK(auricle_stream_feed_int16(stream, audio->samples, audio->count) == AURICLE_OK);
  CHECK(auricle_stream_finish(stream, NULL) == AURICLE_OK);
  auricle_stream_free(stream);
}

static void floats_are_heard_like_int16(const auricle_model* model, const recording* audio) {
  auricle_stream* stream = new_stream(model, NULL);
  float* samples = malloc((audio->count + 1) * sizeof *samples);
  char* expected = transcribe(model, audio);
  char* given;
  size_t i;
  for (i = 0; i < audio->count; ++i) samples[i] = (float)audio->samples[i] / 32768.0f;
  CHECK(auricle_stream_feed_float(stream, samples, audio->count) == AURICLE_OK);
  given = finished_json(stream);
  CHECK(expected != NULL && given != NULL && strcmp(expected, given) == 0);
  free(expected);
  free(given);
  free(samples);
  auricle_stream_free(stream);
}

static void a_sample_that_is_not_a_number_is_refused_and_loses_nothing(const auricle_model* model,
                                                                       const recording* audio) {
  const float broken[3] = {0.0f, (float)NAN, 0.0f};
  auricle_stream* stream = new_stream(model, NULL);
  const size_t half = audio->count / 2;
  char* expected = transcribe(model, audio);
  char* given;
  CHECK(auricle_stream_feed_int16(stream, audio->samples, half) == AURICLE_OK);
  CHECK(auricle_stream_feed_float(stream, broken, 3) == AURICLE_NOT_FINITE);
  CHECK(strstr(auricle_error_message(), "sample 1") != NULL);
  CHECK(auricle_stream_feed_int16(stream, NULL, 5) == AURICLE_INVALID_ARGUMENT);
  CHECK(auricle_stream_feed_int16(stream, audio->samples + half, audio->count - half) ==
        AURICLE_OK);
  given = finished_json(stream);
  CHECK(expected != NULL && given != NULL && strcmp(expected, given) == 0);
  free(expected);
  free(given);
  auricle_stream_free(stream);
}

static void a_finished_stream_takes_nothing_until_it_is_reset(const auricle_model* model,
                                                              const recording* audio) {
  auricle_stream* stream = new_stream(model, NULL);
  auricle_transcript* transcript = (auricle_transcript*)1;
  char* expected = transcribe(model, audio);
  char* given;
  CHECK(auricle_stream_feed_int16(stream, audio->samples, 20000) == AURICLE_OK);
  CHECK(auricle_stream_finish(stream, NULL) == AURICLE_OK);
  CHECK(auricle_stream_finish(stream, &transcript) == AURICLE_STREAM_FINISHED);
  CHECK(transcript == NULL);
  CHECK(auricle_stream_feed_int16(stream, audio->samples, 1) == AURICLE_STREAM_FINISHED);
  CHECK(auricle_stream_flush(stream) == AURICLE_STREAM_FINISHED);
  CHECK(auricle_stream_reset(stream) == AURICLE_OK);
  CHECK(auricle_stream_feed_int16(stream, audio->samples, audio->count) == AURICLE_OK);
  given = finished_json(stream);
  CHECK(expected != NULL && given != NULL && strcmp(expected, given) == 0);
  free(expected);
  free(given);
  auricle_stream_free(stream);
}

static void a_pause_and_a_flush_close_segments(const auricle_model* model, const recording* audio) {
  static const int16_t silence[32000];
  auricle_stream* stream = new_stream(model, NULL);
  auricle_transcript* partial = NULL;
  CHECK(auricle_stream_feed_int16(stream, audio->samples, audio->count) == AURICLE_OK);
  CHECK(auricle_stream_feed_int16(stream, silence, 32000) == AURICLE_OK);
  CHECK(auricle_stream_segment_count(stream) == 1);
  CHECK(auricle_stream_feed_int16(stream, audio->samples, audio->count) == AURICLE_OK);
  CHECK(auricle_stream_segment_count(stream) == 1);
  CHECK(auricle_stream_flush(stream) == AURICLE_OK);
  CHECK(auricle_stream_segment_count(stream) == 2);
  CHECK(auricle_stream_partial(stream, &partial) == AURICLE_OK);
  CHECK(auricle_transcript_segment_count(partial) == 2);
  CHECK(auricle_transcript_segment_first_word(partial, 1) ==
        auricle_transcript_segment_word_count(partial, 0));
  CHECK(strlen(auricle_transcript_segment_text(partial, 1)) > 0);
  CHECK(auricle_transcript_segment_text(partial, 2) == NULL);
  auricle_transcript_free(partial);
  auricle_stream_free(stream);
}

static void less_certain_text_waits_for_a_longer_silence(const auricle_model* model) {
  auricle_stream_options* options = NULL;
  auricle_stream* stream = (auricle_stream*)1;
  CHECK(auricle_stream_options_create(&options) == AURICLE_OK);
  CHECK(auricle_stream_options_set_endpoint(options, 1.0, 30.0) == AURICLE_OK);
  CHECK(auricle_stream_options_set_unsure_endpoint(options, 0.25, 0.5f) == AURICLE_OK);
  CHECK(auricle_stream_create(model, options, &stream) == AURICLE_INVALID_ARGUMENT);
  CHECK(strstr(auricle_error_message(), "0.25 s, shorter than") != NULL);
  CHECK(stream == NULL);
  CHECK(auricle_stream_options_set_unsure_endpoint(options, 2.0, 0.5f) == AURICLE_OK);
  CHECK(auricle_stream_create(model, options, &stream) == AURICLE_OK);
  auricle_stream_free(stream);
  auricle_stream_options_free(options);
}

static void a_transcript_is_read_through_functions(const auricle_model* model,
                                                   const recording* audio) {
  auricle_stream_options* options = NULL;
  auricle_stream* stream;
  auricle_transcript* heard = NULL;
  uint32_t i;
  CHECK(auricle_stream_options_create(&options) == AURICLE_OK);
  CHECK(auricle_stream_options_set_alternatives(options, 3) == AURICLE_OK);
  CHECK(auricle_stream_options_set_endpoint(options, 1.0, 0.0) == AURICLE_OK);
  CHECK(auricle_stream_options_add_hot_word(options, "voice", 2.0f) == AURICLE_OK);
  stream = new_stream(model, options);
  auricle_stream_options_free(options);
  CHECK(auricle_stream_feed_int16(stream, audio->samples, audio->count) == AURICLE_OK);
  CHECK(auricle_stream_finish(stream, &heard) == AURICLE_OK);
  CHECK(auricle_transcript_word_count(heard) > 2);
  for (i = 0; i < auricle_transcript_word_count(heard); ++i) {
    CHECK(auricle_transcript_word_start(heard, i) <= auricle_transcript_word_end(heard, i));
    CHECK(auricle_transcript_word_end(heard, i) <= auricle_transcript_duration(heard));
    CHECK(auricle_transcript_word_confidence(heard, i) >= 0.0);
    CHECK(auricle_transcript_word_confidence(heard, i) <= 1.0);
    CHECK(strstr(auricle_transcript_text(heard), auricle_transcript_word_text(heard, i)) != NULL);
  }
  CHECK(auricle_transcript_word_text(heard, i) == NULL);
  CHECK(auricle_transcript_word_start(heard, i) == 0.0);
  CHECK(auricle_transcript_alternative_count(heard) == 3);
  CHECK(strcmp(auricle_transcript_alternative_text(heard, 0), auricle_transcript_text(heard)) == 0);
  CHECK(auricle_transcript_alternative_confidence(heard, 0) > 0.0);
  CHECK(auricle_transcript_alternative_text(heard, 3) == NULL);
  auricle_transcript_free(heard);
  auricle_stream_free(stream);
}

static void a_grammar_lets_only_its_phrases_out(const auricle_model* model,
                                                const recording* audio) {
  auricle_stream_options* options = NULL;
  auricle_stream* stream;
  auricle_transcript* heard = NULL;
  CHECK(auricle_stream_options_create(&options) == AURICLE_OK);
  CHECK(auricle_stream_options_set_grammar(options, "#JSGF V1.0;\ngrammar x;\npublic <a> = (;",
                                           1.0f) == 111);
  CHECK(auricle_stream_options_set_grammar(options, "a voice", -1.0f) == AURICLE_INVALID_ARGUMENT);
  CHECK(auricle_stream_options_set_grammar(options, "a voice\nturn on the lights",
                                           (float)INFINITY) == AURICLE_OK);
  stream = new_stream(model, options);
  auricle_stream_options_free(options);
  CHECK(auricle_stream_feed_int16(stream, audio->samples, audio->count) == AURICLE_OK);
  CHECK(auricle_stream_finish(stream, &heard) == AURICLE_OK);
  CHECK(strcmp(auricle_transcript_text(heard), "a voice") == 0);
  CHECK(strstr(auricle_transcript_json(heard), "\"in_grammar\": true, \"tags\": []") != NULL);
  auricle_transcript_free(heard);
  auricle_stream_free(stream);
}

static void count_messages(int32_t level, const char* message, void* user) {
  CHECK(level >= AURICLE_LOG_INFO && level <= AURICLE_LOG_ERROR);
  CHECK(strlen(message) > 0);
  ++*(int*)user;
}

static void messages_go_to_the_log_function(const char* folder) {
  auricle_model* model = NULL;
  int messages = 0;
  auricle_log_set(count_messages, &messages);
  CHECK(auricle_model_open(folder, NULL, &model) == AURICLE_OK);
  auricle_model_free(model);
  auricle_log_set(NULL, NULL);
  CHECK(messages >= 1);
}

int main(int argc, char** argv) {
  auricle_model* model = NULL;
  recording audio;
  size_t bytes = 0;
  if (argc != 4) return EXIT_FAILURE;
  audio.samples = read_file(argv[3], &bytes);
  audio.count = bytes / sizeof(int16_t);
  statuses_have_names_and_sentences();
  null_is_refused_and_freeing_it_is_nothing();
  a_failure_says_what_and_what_to_do();
  options_outside_of_their_range_are_refused();
  messages_go_to_the_log_function(argv[1]);
  CHECK(auricle_model_open(argv[1], NULL, &model) == AURICLE_OK);
  if (model == NULL) return EXIT_FAILURE;
  a_model_describes_itself(model);
  every_way_to_open_gives_the_same_model(model, argv[2], &audio);
  a_stream_outlives_its_model(argv[1], &audio);
  floats_are_heard_like_int16(model, &audio);
  a_sample_that_is_not_a_number_is_refused_and_loses_nothing(model, &audio);
  a_finished_stream_takes_nothing_until_it_is_reset(model, &audio);
  a_pause_and_a_flush_close_segments(model, &audio);
  less_certain_text_waits_for_a_longer_silence(model);
  a_transcript_is_read_through_functions(model, &audio);
  a_grammar_lets_only_its_phrases_out(model, &audio);
  auricle_model_free(model);
  free(audio.samples);
  printf("c_api_test: %d failures\n", failures);
  return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
