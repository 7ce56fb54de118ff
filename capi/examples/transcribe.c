/* Transcribes a recording as JSON:  transcribe MODEL RECORDING
 *
 * MODEL is a package folder or a .auricle file. RECORDING is a file of raw samples: int16,
 * little-endian, mono, at the model's rate; from any recording make one with
 *
 *     ffmpeg -i talk.mp3 -f s16le -ac 1 -ar 16000 talk.raw
 */
#include <auricle.h>
#include <stdio.h>
#include <stdlib.h>

static int fail(const char* what) {
  fprintf(stderr, "transcribe: %s\n", what);
  return EXIT_FAILURE;
}

/* Begins a stream for a recording: nobody waits for its words one by one. */
static int32_t begin(const auricle_model* model, auricle_stream** stream) {
  auricle_stream_options* options = NULL;
  int32_t status = auricle_stream_options_create(&options);
  if (status == AURICLE_OK) status = auricle_stream_options_set_low_latency(options, 0);
  if (status == AURICLE_OK) status = auricle_stream_create(model, options, stream);
  auricle_stream_options_free(options);
  return status;
}

/* Feeds a file in blocks of a second, so that recordings of any length need little memory. */
static int32_t feed_file(auricle_stream* stream, FILE* file) {
  static int16_t block[16000];
  int32_t status = AURICLE_OK;
  while (status == AURICLE_OK) {
    const size_t count = fread(block, sizeof block[0], sizeof block / sizeof block[0], file);
    if (count == 0) break;
    status = auricle_stream_feed_int16(stream, block, count);
  }
  return status;
}

int main(int argc, char** argv) {
  auricle_model* model = NULL;
  auricle_stream* stream = NULL;
  auricle_transcript* transcript = NULL;
  FILE* file;
  int32_t status;
  if (argc != 3) return fail("usage: transcribe MODEL RECORDING.raw");
  file = fopen(argv[2], "rb");
  if (file == NULL) return fail("the recording cannot be opened");

  status = auricle_model_open(argv[1], NULL, &model);
  if (status == AURICLE_OK) status = begin(model, &stream);
  if (status == AURICLE_OK) status = feed_file(stream, file);
  if (status == AURICLE_OK) status = auricle_stream_finish(stream, &transcript);
  if (status == AURICLE_OK) puts(auricle_transcript_json(transcript));
  if (status != AURICLE_OK) fail(auricle_error_message());

  auricle_transcript_free(transcript);
  auricle_stream_free(stream);
  auricle_model_free(model);
  fclose(file);
  return status == AURICLE_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
