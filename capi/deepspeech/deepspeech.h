/* The C interface of Mozilla DeepSpeech 0.9.3 over Auricle, for programs that were written for it.
 *
 *   #include <deepspeech.h>
 *   #include <stdio.h>
 *
 *   // Prints what is said in samples:  cc old.c -ldeepspeech
 *   int recognise(const short *samples, unsigned int count) {
 *     ModelState *model;
 *     int status = DS_CreateModel("models/en", &model);
 *     if (status == DS_ERR_OK) {
 *       DS_EnableExternalScorer(model, "models/en/scorer.lm");
 *       char *text = DS_SpeechToText(model, samples, count);
 *       if (text != NULL) puts(text);
 *       DS_FreeString(text);
 *       DS_FreeModel(model);
 *     } else {
 *       char *message = DS_ErrorCodeToErrorMessage(status);
 *       fprintf(stderr, "error 0x%x: %s\n", (unsigned int)status, message);
 *       DS_FreeString(message);
 *     }
 *     return status;
 *   }
 *
 * All 24 functions have the names, the types and the meaning that they had; models and scorers are
 * those of Auricle, under any file name. docs/from-deepspeech.md tells what differs. New programs
 * do better with auricle.h.
 *
 * Errors. A status is DS_ERR_OK or a code of the table below. A function that gives a pointer gives
 * NULL where it failed. Null pointers, corrupt files and want of memory are errors like others.
 * Nothing is printed; DS_ErrorCodeToErrorMessage() tells the details.
 *
 * Ownership. What a function gives is yours: give it back to the function that frees its kind, all
 * of which take NULL too.
 *
 * Threads. Any number may transcribe and make streams with one model while none changes its
 * settings. A stream belongs to one thread at a time.
 *
 * Audio is int16, mono, at DS_GetModelSampleRate(); nothing resamples. Text is UTF-8.
 */
#ifndef DEEPSPEECH_H
#define DEEPSPEECH_H

#if defined(_WIN32) && defined(DEEPSPEECH_BUILDING)
#define DEEPSPEECH_EXPORT __declspec(dllexport)
#elif defined(_WIN32)
#define DEEPSPEECH_EXPORT __declspec(dllimport)
#else
#define DEEPSPEECH_EXPORT __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ModelState ModelState;
typedef struct StreamingState StreamingState;

/* A character and when it begins. Words are timed; a word's characters lie evenly in it, and the
 * space after it stands at its end. */
typedef struct TokenMetadata {
  const char* const text;
  const unsigned int timestep; /* in units of 20 ms */
  const float start_time;      /* the same in seconds */
} TokenMetadata;

/* A reading of the whole, character by character. Its confidence is the natural logarithm of its
 * share among the readings that the search kept: 0 is certainty. */
typedef struct CandidateTranscript {
  const TokenMetadata* const tokens;
  const unsigned int num_tokens;
  const double confidence;
} CandidateTranscript;

/* Readings, best first. */
typedef struct Metadata {
  const CandidateTranscript* const transcripts;
  const unsigned int num_transcripts;
} Metadata;

/* --- Errors and version ------------------------------------------------------------------------
 */

/* APPLY(name, code, sentence): the whole table, so that old programs compile. What is given today
 * is what the functions below name, and DS_ERR_FAIL_CREATE_MODEL where memory lacks. */
/* clang-format off */
#define DS_FOR_EACH_ERROR(APPLY)                                                              \
  APPLY(DS_ERR_OK,                      0x0000, "All went well")                              \
  APPLY(DS_ERR_NO_MODEL,                0x1000, "No model is named")                          \
  APPLY(DS_ERR_INVALID_ALPHABET,        0x2000, "The model's alphabet cannot be used")        \
  APPLY(DS_ERR_INVALID_SHAPE,           0x2001, "The model has another shape")                \
  APPLY(DS_ERR_INVALID_SCORER,          0x2002, "The scorer cannot be used")                  \
  APPLY(DS_ERR_MODEL_INCOMPATIBLE,      0x2003, "The model is of another engine")             \
  APPLY(DS_ERR_SCORER_NOT_ENABLED,      0x2004, "No scorer is enabled")                       \
  APPLY(DS_ERR_SCORER_UNREADABLE,       0x2005, "The scorer cannot be read")                  \
  APPLY(DS_ERR_SCORER_INVALID_LM,       0x2006, "The scorer has no language model")           \
  APPLY(DS_ERR_SCORER_NO_TRIE,          0x2007, "The scorer has no word list")                \
  APPLY(DS_ERR_SCORER_INVALID_TRIE,     0x2008, "The scorer's word list is damaged")          \
  APPLY(DS_ERR_SCORER_VERSION_MISMATCH, 0x2009, "The scorer has another version")             \
  APPLY(DS_ERR_FAIL_INIT_MMAP,          0x3000, "The model cannot be opened")                 \
  APPLY(DS_ERR_FAIL_INIT_SESS,          0x3001, "The model cannot be prepared")               \
  APPLY(DS_ERR_FAIL_INTERPRETER,        0x3002, "The model's interpreter failed")             \
  APPLY(DS_ERR_FAIL_RUN_SESS,           0x3003, "The model failed while it ran")              \
  APPLY(DS_ERR_FAIL_CREATE_STREAM,      0x3004, "No stream can be made")                      \
  APPLY(DS_ERR_FAIL_READ_PROTOBUF,      0x3005, "The model file cannot be read")              \
  APPLY(DS_ERR_FAIL_CREATE_SESS,        0x3006, "The model cannot be started")                \
  APPLY(DS_ERR_FAIL_CREATE_MODEL,       0x3007, "There is not enough memory for the model")   \
  APPLY(DS_ERR_FAIL_INSERT_HOTWORD,     0x3008, "The hot word cannot be added")               \
  APPLY(DS_ERR_FAIL_CLEAR_HOTWORD,      0x3009, "The hot words cannot be cleared")            \
  APPLY(DS_ERR_FAIL_ERASE_HOTWORD,      0x3010, "The hot word cannot be erased")
/* clang-format on */

enum DeepSpeech_Error_Codes {
#define DS_ENUMERATE(name, code, sentence) name = code,
  DS_FOR_EACH_ERROR(DS_ENUMERATE)
#undef DS_ENUMERATE
};

/* The sentence of a code; with the details where the last failure of this thread had it, and the
 * remedy. Yours: DS_FreeString(). Any thread. */
DEEPSPEECH_EXPORT char* DS_ErrorCodeToErrorMessage(int code);

/* The version of this interface and that of the engine: "0.9.3+auricle.MAJOR.MINOR.PATCH". Yours:
 * DS_FreeString(). Any thread. */
DEEPSPEECH_EXPORT char* DS_Version(void);

/* --- Models ------------------------------------------------------------------------------------
 */

/* Opens a package of Auricle: a folder or a packed file. No scorer is in use at first, and 100
 * hypotheses are kept. Yours: DS_FreeModel(). DS_ERR_NO_MODEL for no path,
 * DS_ERR_MODEL_INCOMPATIBLE for a model of DeepSpeech, DS_ERR_FAIL_INIT_MMAP for one that is
 * missing or corrupt. */
DEEPSPEECH_EXPORT int DS_CreateModel(const char* path, ModelState** model);

/* Gives up the model. Streams made from it may outlive it. */
DEEPSPEECH_EXPORT void DS_FreeModel(ModelState* model);

/* Samples a second that the model hears, Hz; 0 for NULL. */
DEEPSPEECH_EXPORT int DS_GetModelSampleRate(const ModelState* model);

/* The settings below hold for what is transcribed later; a stream keeps those it began with. */

/* Hypotheses that the search keeps, 1 to 10000; others are refused. */
DEEPSPEECH_EXPORT unsigned int DS_GetModelBeamWidth(const ModelState* model);
DEEPSPEECH_EXPORT int DS_SetModelBeamWidth(ModelState* model, unsigned int beam_width);

/* Uses a scorer.lm, with the weights in it; or, where the path is that of the model, the scorer of
 * its package. On failure, DS_ERR_INVALID_SCORER, the model stays as it was. */
DEEPSPEECH_EXPORT int DS_EnableExternalScorer(ModelState* model, const char* path);

/* DS_ERR_SCORER_NOT_ENABLED where there is none. */
DEEPSPEECH_EXPORT int DS_DisableExternalScorer(ModelState* model);

/* The scorer's weights: `alpha`, at least 0, multiplies its log-probabilities, `beta` is added for
 * each word; natural logarithms. */
DEEPSPEECH_EXPORT int DS_SetScorerAlphaBeta(ModelState* model, float alpha, float beta);

/* Prefers a word or phrase, or avoids it where the boost, a natural logarithm, is negative; with
 * and without a scorer. Adding a word again is an error, and so is erasing one that is none. */
DEEPSPEECH_EXPORT int DS_AddHotWord(ModelState* model, const char* word, float boost);
DEEPSPEECH_EXPORT int DS_EraseHotWord(ModelState* model, const char* word);
DEEPSPEECH_EXPORT int DS_ClearHotWords(ModelState* model);

/* --- Transcribing ------------------------------------------------------------------------------
 */

/* The text of samples. Yours: DS_FreeString(). */
DEEPSPEECH_EXPORT char* DS_SpeechToText(ModelState* model, const short* samples,
                                        unsigned int count);

/* Up to `num_results` readings of samples, 100 at most. Yours: DS_FreeMetadata(). */
DEEPSPEECH_EXPORT Metadata* DS_SpeechToTextWithMetadata(ModelState* model, const short* samples,
                                                        unsigned int count,
                                                        unsigned int num_results);

/* Begins a stream. Yours: DS_FreeStream(), or one of the two that finish it. */
DEEPSPEECH_EXPORT int DS_CreateStream(ModelState* model, StreamingState** stream);

/* Takes the next samples, in blocks of any length. Where that fails the stream takes no more, and
 * what finishes it gives NULL. */
DEEPSPEECH_EXPORT void DS_FeedAudioContent(StreamingState* stream, const short* samples,
                                           unsigned int count);

/* What has been heard so far. The readings, ten at most, differ in the segments that have ended. */
DEEPSPEECH_EXPORT char* DS_IntermediateDecode(const StreamingState* stream);
DEEPSPEECH_EXPORT Metadata* DS_IntermediateDecodeWithMetadata(const StreamingState* stream,
                                                              unsigned int num_results);

/* Ends the stream, gives what was heard and frees the stream, also where it fails. */
DEEPSPEECH_EXPORT char* DS_FinishStream(StreamingState* stream);
DEEPSPEECH_EXPORT Metadata* DS_FinishStreamWithMetadata(StreamingState* stream,
                                                        unsigned int num_results);

/* Ends a stream without a result. */
DEEPSPEECH_EXPORT void DS_FreeStream(StreamingState* stream);

/* Strings may also go to free(), as many programs do. */
DEEPSPEECH_EXPORT void DS_FreeMetadata(Metadata* metadata);
DEEPSPEECH_EXPORT void DS_FreeString(char* text);

#ifdef __cplusplus
}
#endif

#endif /* DEEPSPEECH_H */
