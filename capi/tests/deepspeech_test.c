/* DeepSpeech's interface as its programs used it:
 *
 *     c_deepspeech_test MODEL_FOLDER PACKED_MODEL SAMPLES.raw
 *
 * The calls are those of the old documentation and of the old command, in their order; then what
 * the functions refuse. tests/c_library compares the results with those of Python's drop-in.
 */
#include <deepspeech.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures = 0;

#define CHECK(condition)                                     \
  do {                                                       \
    if (!(condition)) {                                      \
      printf("%s:%d: %s\n", __FILE__, __LINE__, #condition); \
      ++failures;                                            \
    }                                                        \
  } while (0)

enum { MAX_TEXT = 4096 };

typedef struct {
  short* samples;
  unsigned int count;
} recording;

static recording read_recording(const char* path) {
  recording audio = {NULL, 0};
  FILE* file = fopen(path, "rb");
  if (file == NULL) return audio;
  if (fseek(file, 0, SEEK_END) == 0) {
    const long size = ftell(file);
    rewind(file);
    audio.samples = malloc((size_t)size + 1);
    if (audio.samples != NULL) {
      audio.count = (unsigned int)(fread(audio.samples, 1, (size_t)size, file) / sizeof(short));
    }
  }
  fclose(file);
  return audio;
}

/* The characters of a reading on one line, as the old command put them together. */
static void spell(const CandidateTranscript* candidate, char text[MAX_TEXT]) {
  unsigned int i;
  text[0] = '\0';
  for (i = 0; i < candidate->num_tokens; ++i) strcat(text, candidate->tokens[i].text);
}

static int spells(const CandidateTranscript* candidate, const char* text) {
  char spelled[MAX_TEXT];
  spell(candidate, spelled);
  return strcmp(spelled, text) == 0;
}

/* Whether the sentence of a code names something, such as a file. */
static int message_names(int code, const char* something) {
  char* message = DS_ErrorCodeToErrorMessage(code);
  const int names = message != NULL && strstr(message, something) != NULL;
  DS_FreeString(message);
  return names;
}

static ModelState* open_model(const char* path) {
  ModelState* model = NULL;
  CHECK(DS_CreateModel(path, &model) == DS_ERR_OK);
  return model;
}

static void the_command_of_old(const char* model_path, const char* scorer_path,
                               const recording* audio) {
  ModelState* ctx;
  char* text;
  Metadata* extended;
  Metadata* readings;
  int status = DS_CreateModel(model_path, &ctx);
  CHECK(status == 0);
  if (status != 0) return;
  CHECK(DS_SetModelBeamWidth(ctx, 100) == 0);
  CHECK(DS_EnableExternalScorer(ctx, scorer_path) == 0);
  CHECK(DS_SetScorerAlphaBeta(ctx, 0.9f, 1.2f) == 0);
  CHECK(DS_AddHotWord(ctx, "friend", 1.5f) == 0);
  CHECK(DS_AddHotWord(ctx, "enemy", -20.4f) == 0);
  CHECK(DS_GetModelSampleRate(ctx) == 16000);

  text = DS_SpeechToText(ctx, audio->samples, audio->count);
  extended = DS_SpeechToTextWithMetadata(ctx, audio->samples, audio->count, 1);
  readings = DS_SpeechToTextWithMetadata(ctx, audio->samples, audio->count, 3);
  CHECK(text != NULL && strlen(text) > 5);
  CHECK(extended != NULL && extended->num_transcripts == 1);
  CHECK(readings != NULL && readings->num_transcripts == 3);
  if (text != NULL && extended != NULL && readings != NULL) {
    CHECK(spells(&extended->transcripts[0], text));
    CHECK(readings->transcripts[0].confidence >= readings->transcripts[2].confidence);
    CHECK(readings->transcripts[0].confidence <= 0.0);
  }
  DS_FreeMetadata(readings);
  DS_FreeMetadata(extended);
  DS_FreeString(text);
  DS_FreeModel(ctx);
}

/* The text of a stream that is given the whole recording; the stream is gone afterwards. */
static char* finished(StreamingState* stream, const recording* audio) {
  DS_FeedAudioContent(stream, audio->samples, audio->count);
  return DS_FinishStream(stream);
}

static void a_stream_shows_texts_until_its_end(ModelState* model, const recording* audio) {
  StreamingState* ctx = NULL;
  const unsigned int block = 1600;
  unsigned int off = 0;
  int changes = 0;
  char* last = NULL;
  char* whole = NULL;
  CHECK(DS_CreateStream(model, &ctx) == DS_ERR_OK);
  whole = finished(ctx, audio);
  CHECK(DS_CreateStream(model, &ctx) == DS_ERR_OK);
  while (off < audio->count) {
    const unsigned int cur = audio->count - off > block ? block : audio->count - off;
    char* partial;
    Metadata* result;
    DS_FeedAudioContent(ctx, audio->samples + off, cur);
    off += cur;
    partial = DS_IntermediateDecode(ctx);
    result = DS_IntermediateDecodeWithMetadata(ctx, 1);
    CHECK(partial != NULL && result != NULL && spells(&result->transcripts[0], partial));
    DS_FreeMetadata(result);
    if (last == NULL || (partial != NULL && strcmp(last, partial) != 0)) ++changes;
    DS_FreeString(last);
    last = partial;
  }
  DS_FreeString(last);
  CHECK(changes > 3);
  last = DS_FinishStream(ctx);
  CHECK(last != NULL && whole != NULL && strcmp(last, whole) == 0);
  free(last); /* as the old command did */
  DS_FreeString(whole);
}

static void tokens_are_in_the_order_of_time(ModelState* model, const recording* audio) {
  StreamingState* ctx = NULL;
  Metadata* result;
  unsigned int i;
  CHECK(DS_CreateStream(model, &ctx) == DS_ERR_OK);
  DS_FeedAudioContent(ctx, audio->samples, audio->count);
  result = DS_FinishStreamWithMetadata(ctx, 2);
  CHECK(result != NULL && result->num_transcripts == 2);
  for (i = 0; result != NULL && i < result->transcripts[0].num_tokens; ++i) {
    const TokenMetadata* token = &result->transcripts[0].tokens[i];
    CHECK(strlen(token->text) == 1);
    CHECK(fabs(token->start_time - 0.02 * token->timestep) < 1e-4);
    CHECK(token->start_time <= (float)audio->count / 16000.0f);
    CHECK(i == 0 || token->timestep >= token[-1].timestep);
  }
  DS_FreeMetadata(result);
}

static void settings_are_kept_by_streams_that_have_begun(const char* folder,
                                                         const recording* audio) {
  ModelState* model = open_model(folder);
  StreamingState* stream = NULL;
  StreamingState* begun = NULL;
  char* before;
  char* begun_before;
  char* after;
  CHECK(DS_GetModelBeamWidth(model) == 100);
  CHECK(DS_CreateStream(model, &stream) == DS_ERR_OK);
  before = finished(stream, audio);
  CHECK(DS_CreateStream(model, &begun) == DS_ERR_OK);
  CHECK(DS_EnableExternalScorer(model, folder) == DS_ERR_OK); /* the package's own */
  CHECK(DS_SetModelBeamWidth(model, 64) == DS_ERR_OK && DS_GetModelBeamWidth(model) == 64);
  CHECK(DS_CreateStream(model, &stream) == DS_ERR_OK);
  after = finished(stream, audio);
  DS_FreeModel(model);
  begun_before = finished(begun, audio);
  CHECK(before != NULL && begun_before != NULL && strcmp(before, begun_before) == 0);
  CHECK(before != NULL && after != NULL && strcmp(before, after) != 0);
  DS_FreeString(before);
  DS_FreeString(begun_before);
  DS_FreeString(after);
}

static void a_model_has_no_scorer_until_one_is_enabled(const char* folder) {
  ModelState* model = open_model(folder);
  CHECK(DS_SetScorerAlphaBeta(model, 0.5f, 1.0f) == DS_ERR_SCORER_NOT_ENABLED);
  CHECK(DS_DisableExternalScorer(model) == DS_ERR_SCORER_NOT_ENABLED);
  CHECK(DS_EnableExternalScorer(model, "no/such.lm") == DS_ERR_INVALID_SCORER);
  CHECK(message_names(DS_ERR_INVALID_SCORER, "no/such.lm"));
  CHECK(!message_names(DS_ERR_NO_MODEL, "no/such.lm"));
  CHECK(DS_EnableExternalScorer(model, "old.scorer") == DS_ERR_INVALID_SCORER);
  CHECK(message_names(DS_ERR_INVALID_SCORER, "lm build"));
  CHECK(DS_DisableExternalScorer(model) == DS_ERR_SCORER_NOT_ENABLED);
  CHECK(DS_EnableExternalScorer(model, folder) == DS_ERR_OK);
  CHECK(DS_SetScorerAlphaBeta(model, 0.5f, 1.0f) == DS_ERR_OK);
  CHECK(DS_SetScorerAlphaBeta(model, -1.0f, 1.0f) == DS_ERR_INVALID_SCORER);
  CHECK(DS_SetScorerAlphaBeta(model, 0.5f, (float)NAN) == DS_ERR_INVALID_SCORER);
  CHECK(DS_DisableExternalScorer(model) == DS_ERR_OK);
  CHECK(DS_DisableExternalScorer(model) == DS_ERR_SCORER_NOT_ENABLED);
  DS_FreeModel(model);
}

static void hot_words_are_added_once_and_change_the_text(const char* folder,
                                                         const recording* audio) {
  ModelState* model = open_model(folder);
  char* plain = DS_SpeechToText(model, audio->samples, audio->count);
  char* avoided;
  char* again;
  char word[MAX_TEXT];
  CHECK(plain != NULL && sscanf(plain, "%*s %4000s", word) == 1);
  CHECK(DS_AddHotWord(model, word, -50.0f) == DS_ERR_OK);
  CHECK(DS_AddHotWord(model, word, 7.5f) == DS_ERR_FAIL_INSERT_HOTWORD);
  CHECK(message_names(DS_ERR_FAIL_INSERT_HOTWORD, word));
  avoided = DS_SpeechToText(model, audio->samples, audio->count);
  CHECK(avoided != NULL && plain != NULL && strcmp(avoided, plain) != 0);
  CHECK(DS_EraseHotWord(model, word) == DS_ERR_OK);
  CHECK(DS_EraseHotWord(model, word) == DS_ERR_FAIL_ERASE_HOTWORD);
  CHECK(DS_AddHotWord(model, "", 1.0f) == DS_ERR_FAIL_INSERT_HOTWORD);
  CHECK(DS_AddHotWord(model, "word", (float)INFINITY) == DS_ERR_FAIL_INSERT_HOTWORD);
  CHECK(DS_AddHotWord(model, "a phrase", 5.0f) == DS_ERR_OK);
  CHECK(DS_ClearHotWords(model) == DS_ERR_OK);
  again = DS_SpeechToText(model, audio->samples, audio->count);
  CHECK(again != NULL && plain != NULL && strcmp(again, plain) == 0);
  DS_FreeString(plain);
  DS_FreeString(avoided);
  DS_FreeString(again);
  DS_FreeModel(model);
}

static void models_that_cannot_be_opened_have_codes(void) {
  ModelState* model = (ModelState*)1;
  CHECK(DS_CreateModel("no/such/model", &model) == DS_ERR_FAIL_INIT_MMAP);
  CHECK(model == NULL);
  CHECK(message_names(DS_ERR_FAIL_INIT_MMAP, "no/such/model"));
  CHECK(DS_CreateModel("deepspeech-0.9.3-models.pbmm", &model) == DS_ERR_MODEL_INCOMPATIBLE);
  CHECK(DS_CreateModel("model.TFLITE", &model) == DS_ERR_MODEL_INCOMPATIBLE);
  CHECK(DS_CreateModel("", &model) == DS_ERR_NO_MODEL);
  CHECK(DS_CreateModel(NULL, &model) == DS_ERR_NO_MODEL);
  CHECK(DS_CreateModel("no/such/model", NULL) == DS_ERR_FAIL_CREATE_MODEL);
}

static void beams_that_are_none_are_refused(ModelState* model) {
  const unsigned int before = DS_GetModelBeamWidth(model);
  CHECK(DS_SetModelBeamWidth(model, 0) != DS_ERR_OK);
  CHECK(DS_SetModelBeamWidth(model, 10001) != DS_ERR_OK);
  CHECK(DS_GetModelBeamWidth(model) == before);
}

static void a_packed_model_is_the_same(ModelState* model, const char* packed,
                                       const recording* audio) {
  ModelState* other = open_model(packed);
  char* expected = DS_SpeechToText(model, audio->samples, audio->count);
  char* given = DS_SpeechToText(other, audio->samples, audio->count);
  CHECK(expected != NULL && given != NULL && strcmp(expected, given) == 0);
  CHECK(DS_EnableExternalScorer(other, packed) == DS_ERR_OK);
  DS_FreeString(expected);
  DS_FreeString(given);
  DS_FreeModel(other);
}

static void no_audio_is_no_text(ModelState* model) {
  char* text = DS_SpeechToText(model, NULL, 0);
  Metadata* empty = DS_SpeechToTextWithMetadata(model, NULL, 0, 1);
  Metadata* none = DS_SpeechToTextWithMetadata(model, NULL, 0, 0);
  CHECK(text != NULL && strcmp(text, "") == 0);
  CHECK(empty != NULL && empty->num_transcripts == 1 && empty->transcripts[0].num_tokens == 0);
  CHECK(none != NULL && none->num_transcripts == 0);
  DS_FreeString(text);
  DS_FreeMetadata(empty);
  DS_FreeMetadata(none);
}

static void null_is_an_error_like_others(ModelState* model) {
  StreamingState* stream = (StreamingState*)1;
  const short sample = 0;
  CHECK(DS_GetModelSampleRate(NULL) == 0 && DS_GetModelBeamWidth(NULL) == 0);
  CHECK(DS_SetModelBeamWidth(NULL, 1) != DS_ERR_OK);
  CHECK(DS_EnableExternalScorer(NULL, "x") != DS_ERR_OK);
  CHECK(DS_EnableExternalScorer(model, NULL) == DS_ERR_INVALID_SCORER);
  CHECK(DS_DisableExternalScorer(NULL) != DS_ERR_OK);
  CHECK(DS_SetScorerAlphaBeta(NULL, 1.0f, 1.0f) != DS_ERR_OK);
  CHECK(DS_AddHotWord(NULL, "x", 1.0f) != DS_ERR_OK && DS_AddHotWord(model, NULL, 1.0f) != 0);
  CHECK(DS_EraseHotWord(NULL, "x") != DS_ERR_OK && DS_ClearHotWords(NULL) != DS_ERR_OK);
  CHECK(DS_SpeechToText(NULL, &sample, 1) == NULL);
  CHECK(DS_SpeechToText(model, NULL, 1) == NULL);
  CHECK(DS_SpeechToTextWithMetadata(NULL, &sample, 1, 1) == NULL);
  CHECK(DS_CreateStream(NULL, &stream) == DS_ERR_FAIL_CREATE_STREAM);
  CHECK(stream == NULL);
  CHECK(DS_CreateStream(model, NULL) == DS_ERR_FAIL_CREATE_STREAM);
  DS_FeedAudioContent(NULL, &sample, 1);
  CHECK(DS_IntermediateDecode(NULL) == NULL);
  CHECK(DS_IntermediateDecodeWithMetadata(NULL, 1) == NULL);
  CHECK(DS_FinishStream(NULL) == NULL && DS_FinishStreamWithMetadata(NULL, 1) == NULL);
  DS_FreeStream(NULL);
  DS_FreeMetadata(NULL);
  DS_FreeString(NULL);
  DS_FreeModel(NULL);
}

static void codes_have_their_old_numbers_and_sentences(void) {
  char* version = DS_Version();
  CHECK(version != NULL && strncmp(version, "0.9.3+auricle.", 14) == 0);
  DS_FreeString(version);
  CHECK(DS_ERR_OK == 0 && DS_ERR_NO_MODEL == 0x1000 && DS_ERR_INVALID_ALPHABET == 0x2000);
  CHECK(DS_ERR_SCORER_VERSION_MISMATCH == 0x2009 && DS_ERR_FAIL_INIT_MMAP == 0x3000);
  CHECK(DS_ERR_FAIL_CREATE_MODEL == 0x3007 && DS_ERR_FAIL_ERASE_HOTWORD == 0x3010);
#define CHECK_SENTENCE(name, code, sentence) \
  CHECK((name) == (code) && message_names(name, sentence));
  DS_FOR_EACH_ERROR(CHECK_SENTENCE)
#undef CHECK_SENTENCE
  CHECK(message_names(12345, "none of the error codes"));
}

int main(int argc, char** argv) {
  recording audio;
  ModelState* model;
  char scorer[MAX_TEXT];
  if (argc != 4 || strlen(argv[1]) > 4000) return EXIT_FAILURE;
  strcpy(scorer, argv[1]);
  strcat(scorer, "/scorer.lm");
  audio = read_recording(argv[3]);
  codes_have_their_old_numbers_and_sentences();
  the_command_of_old(argv[1], scorer, &audio);
  models_that_cannot_be_opened_have_codes();
  a_model_has_no_scorer_until_one_is_enabled(argv[1]);
  settings_are_kept_by_streams_that_have_begun(argv[1], &audio);
  hot_words_are_added_once_and_change_the_text(argv[1], &audio);
  model = open_model(argv[1]);
  a_stream_shows_texts_until_its_end(model, &audio);
  tokens_are_in_the_order_of_time(model, &audio);
  beams_that_are_none_are_refused(model);
  a_packed_model_is_the_same(model, argv[2], &audio);
  no_audio_is_no_text(model);
  null_is_an_error_like_others(model);
  DS_FreeModel(model);
  free(audio.samples);
  printf("c_deepspeech_test: %d failures\n", failures);
  return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
