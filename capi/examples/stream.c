/* Writes what is said while it is said:  arecord -q -t raw -f S16_LE -r 16000 | stream MODEL
 *
 * Reads raw samples (int16, native byte order, mono, at the model's rate) from standard input. The
 * open segment is written over and over on one line; a pause ends the line.
 */
#include <auricle.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 1600 }; /* 0.1 s at 16 kHz: how often the line is written anew */

/* What has been written: segments with their line's end, and bytes of the one on the last line. */
typedef struct {
  uint32_t segments;
  int bytes;
} written;

/* Writes over what stands on the last line, with spaces where that was longer. */
static void write_over(written* shown, const char* text, int closed) {
  printf("\r%-*s%s", shown->bytes, text, closed ? "\n" : "");
  shown->bytes = closed ? 0 : (int)strlen(text);
}

/* Writes what is new, each segment on its line, the open one without the line's end. */
static int32_t show(const auricle_stream* stream, written* shown) {
  auricle_transcript* transcript = NULL;
  const uint32_t closed = auricle_stream_segment_count(stream);
  const int32_t status = auricle_stream_partial(stream, &transcript);
  const uint32_t segments = auricle_transcript_segment_count(transcript);
  uint32_t i;
  for (i = shown->segments; i < segments; ++i) {
    write_over(shown, auricle_transcript_segment_text(transcript, i), i < closed);
  }
  fflush(stdout);
  shown->segments = closed;
  auricle_transcript_free(transcript);
  return status;
}

int main(int argc, char** argv) {
  static int16_t block[BLOCK];
  auricle_model* model = NULL;
  auricle_stream* stream = NULL;
  written shown = {0, 0};
  size_t count;
  int32_t status = auricle_model_open(argc == 2 ? argv[1] : NULL, NULL, &model);
  if (status == AURICLE_OK) status = auricle_stream_create(model, NULL, &stream);
  while (status == AURICLE_OK && (count = fread(block, sizeof block[0], BLOCK, stdin)) > 0) {
    status = auricle_stream_feed_int16(stream, block, count);
    if (status == AURICLE_OK) status = show(stream, &shown);
  }
  if (status == AURICLE_OK) status = auricle_stream_finish(stream, NULL);
  if (status == AURICLE_OK) status = show(stream, &shown);
  if (status != AURICLE_OK) {
    fprintf(stderr, "stream: %s\nusage: stream MODEL <samples\n", auricle_error_message());
  }
  auricle_stream_free(stream);
  auricle_model_free(model);
  return status == AURICLE_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
