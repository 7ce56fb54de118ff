/* Auricle in C: offline speech recognition, in files and live.
 *
 *   #include <auricle.h>
 *   #include <stdio.h>
 *
 *   // Prints what is said in one second of samples and more: cc hello.c -lauricle
 *   int hello(const int16_t *samples, size_t count) {
 *     auricle_model *model = NULL;
 *     auricle_stream *stream = NULL;
 *     auricle_transcript *transcript = NULL;
 *     int32_t status = auricle_model_open("models/en", NULL, &model);
 *     if (status == AURICLE_OK) status = auricle_stream_create(model, NULL, &stream);
 *     if (status == AURICLE_OK) status = auricle_stream_feed_int16(stream, samples, count);
 *     if (status == AURICLE_OK) status = auricle_stream_finish(stream, &transcript);
 *     if (status == AURICLE_OK) {
 *       puts(auricle_transcript_text(transcript));
 *     } else {
 *       fprintf(stderr, "error %d: %s\n", (int)status, auricle_error_message());
 *     }
 *     auricle_transcript_free(transcript);
 *     auricle_stream_free(stream);
 *     auricle_model_free(model);
 *     return status == AURICLE_OK ? 0 : 1;
 *   }
 *
 * The whole interface in five rules:
 *
 * 1. Errors. A call that can fail returns a status: AURICLE_OK or a code of the table below. Then
 *    auricle_error_message() says what was wrong and what to do. Nothing makes the library abort,
 *    neither a corrupt model nor a null pointer nor want of memory.
 * 2. Ownership. What `_create`, `_open` or an `auricle_..._finish` gives through its last parameter
 *    is yours; give it back to the `_free` of its type, which takes NULL too. On failure that
 *    parameter is set to NULL. Strings belong to the object they were read from.
 * 3. Threads. "Any thread" stands at functions that any number of threads may call at once, also
 *    for the same object: a model and a transcript do not change. "One thread" stands where no
 *    other thread may use the object meanwhile.
 * 4. Audio is mono at auricle_model_sample_rate(): int16, or float in [-1, 1]. Nothing resamples.
 * 5. Text is UTF-8 and ends with a zero byte. Paths are UTF-8 on every system. Times are seconds
 *    from the beginning of the stream, confidences lie between 0 and 1.
 */
#ifndef AURICLE_H
#define AURICLE_H

#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32) && defined(AURICLE_BUILDING)
#define AURICLE_API __declspec(dllexport)
#elif defined(_WIN32)
#define AURICLE_API __declspec(dllimport)
#else
#define AURICLE_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef struct auricle_model auricle_model;
typedef struct auricle_model_options auricle_model_options;
typedef struct auricle_stream auricle_stream;
typedef struct auricle_stream_options auricle_stream_options;
typedef struct auricle_transcript auricle_transcript;

/* --- Errors and version ------------------------------------------------------------------------
 */

/* The codes that a program may want to tell apart. The full table, shared with Python and
 * JavaScript, is core/include/auricle/status.h; codes never change, new ones are added. The
 * hundreds digit is the subject: 1 arguments, 2 vocabulary, 3 scorer, 4 stream, 6 model, 9 system.
 */
#define AURICLE_OK 0
#define AURICLE_INVALID_ARGUMENT 100 /* an argument is outside its allowed range */
#define AURICLE_NOT_FINITE 102       /* a sample is not a number or is infinite */
#define AURICLE_SCORER_NOT_FOUND 300 /* the scorer file cannot be opened */
#define AURICLE_SCORER_MISMATCH 306  /* the scorer was built for another vocabulary */
#define AURICLE_STREAM_FINISHED 401  /* the stream is finished; reset it or begin a new one */
#define AURICLE_MODEL_NOT_FOUND 600  /* there is no model package at this place */
#define AURICLE_MODEL_FORMAT 603     /* the package's format is not supported */
#define AURICLE_MODEL_CORRUPT 605    /* a file of the package is corrupt */
#define AURICLE_RUNTIME_VERSION 613  /* the installed ONNX Runtime is too old */
#define AURICLE_OUT_OF_MEMORY 903    /* there is not enough memory */

/* What went wrong in the last call of this thread that returned a status other than AURICLE_OK.
 * Never NULL. Valid until this thread's next failing call. Any thread. */
AURICLE_API const char* auricle_error_message(void);

/* The name of a status ("ScorerTruncated") and the sentence that explains it. Never NULL, valid for
 * ever. Any thread. */
AURICLE_API const char* auricle_status_name(int32_t status);
AURICLE_API const char* auricle_status_sentence(int32_t status);

/* The version of this library, "MAJOR.MINOR.PATCH". Valid for ever. Any thread. */
AURICLE_API const char* auricle_version(void);

/* --- Log ---------------------------------------------------------------------------------------
 */

enum { AURICLE_LOG_INFO = 1, AURICLE_LOG_WARNING = 2, AURICLE_LOG_ERROR = 3 };

/* Called with a message that is valid during the call. May be called from any thread that uses the
 * library, so it must be safe for several at once, and must not call the library back. */
typedef void (*auricle_log_function)(int32_t level, const char* message, void* user);

/* Hands all messages of the library and of ONNX Runtime to a function; NULL, as at the beginning,
 * drops them. `user` is passed on. Any thread. The function before may still be running when this
 * returns. Nothing is ever printed. */
AURICLE_API void auricle_log_set(auricle_log_function function, void* user);

/* --- Models ------------------------------------------------------------------------------------
 */

/* How to open a model. Yours; free it when the model is open. One thread. */
AURICLE_API int32_t auricle_model_options_create(auricle_model_options** options);
AURICLE_API void auricle_model_options_free(auricle_model_options* options);

/* Threads that one stream's acoustic model may use, 1 to 64; 1 if not set. One thread. */
AURICLE_API int32_t auricle_model_options_set_threads(auricle_model_options* options,
                                                      uint32_t threads);

/* Whether to compare the package's files with their SHA-256 sums; 1 if not set. One thread. */
AURICLE_API int32_t auricle_model_options_set_verify(auricle_model_options* options,
                                                     int32_t verify);

/* Another scorer.lm to use instead of the package's. The path is copied. One thread. */
AURICLE_API int32_t auricle_model_options_set_scorer(auricle_model_options* options,
                                                     const char* path);

/* Opens a model package: a folder or a packed .auricle file. `options` may be NULL. The scorer of a
 * folder stays mapped, so leave its file in place while the model lives. The model is yours:
 * auricle_model_free(). Any thread, while none changes the options. */
AURICLE_API int32_t auricle_model_open(const char* path, const auricle_model_options* options,
                                       auricle_model** model);

/* The same from the bytes of a .auricle file, which are not needed after the call. The model is
 * yours. Any thread, while none changes the options. */
AURICLE_API int32_t auricle_model_open_memory(const void* bytes, size_t count,
                                              const auricle_model_options* options,
                                              auricle_model** model);

/* Gives up the model. Streams made from it may outlive it. One thread. */
AURICLE_API void auricle_model_free(auricle_model* model);

/* Samples a second that a stream takes, Hz; 0 for NULL. Any thread. */
AURICLE_API uint32_t auricle_model_sample_rate(const auricle_model* model);

/* The name ("en"), the language (BCP 47) and the whole description (auricle.json) of the package.
 * They belong to the model; NULL for NULL. Any thread. */
AURICLE_API const char* auricle_model_name(const auricle_model* model);
AURICLE_API const char* auricle_model_language(const auricle_model* model);
AURICLE_API const char* auricle_model_description(const auricle_model* model);

/* Whether the model has a scorer. Any thread. */
AURICLE_API int32_t auricle_model_has_scorer(const auricle_model* model);

/* --- How a stream listens ----------------------------------------------------------------------
 */

/* All settings have good defaults; set what you want to change. Values outside of the range given
 * are refused with AURICLE_INVALID_ARGUMENT and change nothing. Yours; one object may serve for any
 * number of streams, each of which copies it. One thread. */
AURICLE_API int32_t auricle_stream_options_create(auricle_stream_options** options);
AURICLE_API void auricle_stream_options_free(auricle_stream_options* options);

/* Prefers a word or phrase, or avoids it where the boost is negative. Boosts are natural
 * logarithms; 2 to 8 are usual. The same phrase given again takes its new boost. Phrases are
 * copied. One thread. */
AURICLE_API int32_t auricle_stream_options_add_hot_word(auricle_stream_options* options,
                                                        const char* phrase, float boost);

/* Readings of the whole in the result, 1 to 10000; 1 if not set, which leaves the list empty. One
 * thread. */
AURICLE_API int32_t auricle_stream_options_set_alternatives(auricle_stream_options* options,
                                                            uint32_t alternatives);

/* Whether to use the model's scorer; 1 if not set. One thread. */
AURICLE_API int32_t auricle_stream_options_set_use_scorer(auricle_stream_options* options,
                                                          int32_t use_scorer);

/* Whether the graph hears short chunks, so that words show while they are spoken; 1 if not set. 0
 * is for recordings: longer chunks, where the package has them, at a fraction of the cost; some
 * models make fewer errors there. One thread. */
AURICLE_API int32_t auricle_stream_options_set_low_latency(auricle_stream_options* options,
                                                           int32_t low_latency);

/* The scorer's weights; those that its file holds if not set. `alpha`, at least 0, multiplies its
 * log-probabilities; `beta` is added for each word; for each word that it lacks `unknown_penalty`
 * is taken off, and `unknown_unit_penalty` for each of its characters. Natural logarithms. One
 * thread. */
AURICLE_API int32_t auricle_stream_options_set_alpha(auricle_stream_options* options, float alpha);
AURICLE_API int32_t auricle_stream_options_set_beta(auricle_stream_options* options, float beta);
AURICLE_API int32_t auricle_stream_options_set_unknown_penalty(auricle_stream_options* options,
                                                               float unknown_penalty);
AURICLE_API int32_t auricle_stream_options_set_unknown_unit_penalty(auricle_stream_options* options,
                                                                    float unknown_unit_penalty);

/* What may be said: the text of a grammar (a subset of JSGF; core/include/auricle/grammar.h tells
 * which), or phrases, one a line. The cost, 0 or more, is taken off a text that the grammar does
 * not give, natural log; INFINITY lets no such text out. Segments then say in the JSON whether they
 * are `in_grammar`, and their `tags`. The text is copied. One thread. */
AURICLE_API int32_t auricle_stream_options_set_grammar(auricle_stream_options* options,
                                                       const char* grammar,
                                                       float unknown_phrase_cost);

/* Whether only the scorer's words and the hot words may come out; 0 if not set. One thread. */
AURICLE_API int32_t auricle_stream_options_set_closed_vocabulary(auricle_stream_options* options,
                                                                 int32_t closed_vocabulary);

/* Hypotheses that the search keeps after each frame, 1 to 10000; 100 if not set. More are slower
 * and a little more accurate. What is not set, of the margins below too, may be in the package. One
 * thread. */
AURICLE_API int32_t auricle_stream_options_set_beam_width(auricle_stream_options* options,
                                                          uint32_t beam_width);

/* Drop hypotheses so far below the best (above 0; 10 if not set), and skip tokens of a frame so far
 * below its best (above 0; 8 if not set). Natural logarithms. One thread. */
AURICLE_API int32_t auricle_stream_options_set_beam_margin(auricle_stream_options* options,
                                                           float beam_margin);
AURICLE_API int32_t auricle_stream_options_set_token_margin(auricle_stream_options* options,
                                                            float token_margin);

/* Look at so many tokens of a frame at most, 1 to 10000; 40 if not set. One thread. */
AURICLE_API int32_t auricle_stream_options_set_top_tokens(auricle_stream_options* options,
                                                          uint32_t top_tokens);

/* Seconds of silence that close a segment, and seconds of a segment after which a short pause does;
 * 0 for never, at most 86400. What the model's description says if not set. One thread. */
AURICLE_API int32_t auricle_stream_options_set_endpoint(auricle_stream_options* options,
                                                        double silence_seconds,
                                                        double maximum_seconds);

/* Where the best text's share of the search is below `certainty` (0 to 1), only a silence of so
 * many seconds closes a segment: longer than the other, or auricle_stream_create() refuses it. 0
 * switches the rule off, as it is if not set. One thread. */
AURICLE_API int32_t auricle_stream_options_set_unsure_endpoint(auricle_stream_options* options,
                                                               double silence_seconds,
                                                               float certainty);

/* --- Streams -----------------------------------------------------------------------------------
 */

/* Begins a stream: one speaker. `options` may be NULL. The stream is yours: auricle_stream_free().
 * Any thread, while none changes the options; giving it up is for one thread. */
AURICLE_API int32_t auricle_stream_create(const auricle_model* model,
                                          const auricle_stream_options* options,
                                          auricle_stream** stream);
AURICLE_API void auricle_stream_free(auricle_stream* stream);

/* Takes the next samples, in blocks of any length: block sizes do not change the result. Returns
 * when they are recognised as far as their context is known. AURICLE_NOT_FINITE where a sample is
 * not a number; nothing of the block was taken then. The samples stay yours. One thread. */
AURICLE_API int32_t auricle_stream_feed_int16(auricle_stream* stream, const int16_t* samples,
                                              size_t count);
AURICLE_API int32_t auricle_stream_feed_float(auricle_stream* stream, const float* samples,
                                              size_t count);

/* What has been heard so far. Words of closed segments stay as they are, later ones may change.
 * Yours: auricle_transcript_free(). One thread. */
AURICLE_API int32_t auricle_stream_partial(const auricle_stream* stream,
                                           auricle_transcript** transcript);

/* How many segments are closed: when the number has grown, the speaker has paused (an endpoint),
 * and the new segments' words are final. 0 for NULL. One thread. */
AURICLE_API uint32_t auricle_stream_segment_count(const auricle_stream* stream);

/* Recognises everything that was fed and closes the open segment; the stream goes on, and what
 * follows is searched as the beginning of a new sentence. For the end of a turn, such as a released
 * push-to-talk key. One thread. */
AURICLE_API int32_t auricle_stream_flush(auricle_stream* stream);

/* Ends the stream and gives everything that was heard. Afterwards only reset and free are allowed.
 * `transcript` may be NULL. Yours: auricle_transcript_free(). One thread. */
AURICLE_API int32_t auricle_stream_finish(auricle_stream* stream, auricle_transcript** transcript);

/* Forgets everything that was heard: as a new stream with the same options. Allowed at any time,
 * also after finish and after an error. One thread. */
AURICLE_API int32_t auricle_stream_reset(auricle_stream* stream);

/* --- Transcripts -------------------------------------------------------------------------------
 */

/* A transcript does not change and does not depend on its stream. Indices count from 0. One that is
 * too large, or a transcript that is NULL, gives NULL, 0 or 0.0. Strings belong to the transcript.
 * All that reads one is for any thread; this, which gives it up, for one thread. */
AURICLE_API void auricle_transcript_free(auricle_transcript* transcript);

/* The whole text on one line; empty for silence. */
AURICLE_API const char* auricle_transcript_text(const auricle_transcript* transcript);

/* What stands between two words: a space, or nothing where words are written together. */
AURICLE_API const char* auricle_transcript_separator(const auricle_transcript* transcript);

/* Everything as one JSON object, the same as Python's Transcript.to_json() and
 * `auricle transcribe -f json`: text, language, duration, model, segments with words, alternatives.
 */
AURICLE_API const char* auricle_transcript_json(const auricle_transcript* transcript);

/* Seconds that were heard, silence included. */
AURICLE_API double auricle_transcript_duration(const auricle_transcript* transcript);

/* Words in the order of time. */
AURICLE_API uint32_t auricle_transcript_word_count(const auricle_transcript* transcript);
AURICLE_API const char* auricle_transcript_word_text(const auricle_transcript* transcript,
                                                     uint32_t word);
AURICLE_API double auricle_transcript_word_start(const auricle_transcript* transcript,
                                                 uint32_t word);
AURICLE_API double auricle_transcript_word_end(const auricle_transcript* transcript, uint32_t word);
AURICLE_API double auricle_transcript_word_confidence(const auricle_transcript* transcript,
                                                      uint32_t word);

/* Segments, between two pauses: their text, and which words they are. */
AURICLE_API uint32_t auricle_transcript_segment_count(const auricle_transcript* transcript);
AURICLE_API const char* auricle_transcript_segment_text(const auricle_transcript* transcript,
                                                        uint32_t segment);
AURICLE_API uint32_t auricle_transcript_segment_first_word(const auricle_transcript* transcript,
                                                           uint32_t segment);
AURICLE_API uint32_t auricle_transcript_segment_word_count(const auricle_transcript* transcript,
                                                           uint32_t segment);

/* Readings of all closed segments, best first; none unless more than one was asked for. */
AURICLE_API uint32_t auricle_transcript_alternative_count(const auricle_transcript* transcript);
AURICLE_API const char* auricle_transcript_alternative_text(const auricle_transcript* transcript,
                                                            uint32_t alternative);
AURICLE_API double auricle_transcript_alternative_confidence(const auricle_transcript* transcript,
                                                             uint32_t alternative);
AURICLE_API uint32_t auricle_transcript_alternative_word_count(const auricle_transcript* transcript,
                                                               uint32_t alternative);
AURICLE_API const char* auricle_transcript_alternative_word_text(
    const auricle_transcript* transcript, uint32_t alternative, uint32_t word);
AURICLE_API double auricle_transcript_alternative_word_start(const auricle_transcript* transcript,
                                                             uint32_t alternative, uint32_t word);
AURICLE_API double auricle_transcript_alternative_word_end(const auricle_transcript* transcript,
                                                           uint32_t alternative, uint32_t word);
AURICLE_API double auricle_transcript_alternative_word_confidence(
    const auricle_transcript* transcript, uint32_t alternative, uint32_t word);

#ifdef __cplusplus
}
#endif

#endif /* AURICLE_H */
