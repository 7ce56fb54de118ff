// Status: what every fallible call of the core returns. The core never prints, exits or throws.
//
// One table serves C++, Python, C and JavaScript. Codes never change once released; new ones are
// added. The hundreds digit is the subject: 1 arguments, 2 vocabulary and lexicon, 3 language
// model, 4 decoder and stream, 5 text to align, 6 model package and acoustic graph, 9 system.
#pragma once

#include <cstdint>
#include <string>

namespace auricle {

// X(name, code, sentence)
#define AURICLE_STATUS_TABLE(X)                                                           \
  X(kOk, 0, "success")                                                                    \
  X(kInvalidArgument, 100, "an argument is outside its allowed range")                    \
  X(kInvalidShape, 101, "an array does not have the expected shape")                      \
  X(kNotFinite, 102, "an array holds a value that is not a number or is infinite")        \
  X(kNoSpelling, 103, "a word has no spelling in the model's units")                      \
  X(kGrammarNotFound, 110, "the grammar file cannot be opened")                           \
  X(kGrammarSyntax, 111, "the grammar is not well formed")                                \
  X(kGrammarUnsupported, 112, "the grammar uses what is not supported")                   \
  X(kGrammarUndefined, 113, "the grammar uses a rule that it does not define")            \
  X(kGrammarRecursion, 114, "a rule of the grammar is used within itself")                \
  X(kGrammarTooLarge, 115, "the grammar is too large")                                    \
  X(kGrammarEmpty, 116, "the grammar gives no text")                                      \
  X(kVocabularyEmpty, 200, "the vocabulary has no tokens")                                \
  X(kVocabularyDuplicate, 201, "the vocabulary holds a token twice")                      \
  X(kVocabularyBlank, 202, "the blank index does not name a token of the vocabulary")     \
  X(kVocabularyNoSeparator, 203, "the vocabulary has no token that separates words")      \
  X(kVocabularyNeedsLexicon, 204, "the vocabulary's tokens make words by a lexicon only") \
  X(kVocabularySpells, 205, "the vocabulary's tokens spell words themselves")             \
  X(kLexiconNotFound, 210, "the lexicon file cannot be opened")                           \
  X(kLexiconSyntax, 211, "a line of the lexicon is not a word and its units")             \
  X(kLexiconUnit, 212, "the lexicon uses a unit that the vocabulary lacks")               \
  X(kLexiconTooLong, 213, "a word or its spelling is too long for a lexicon")             \
  X(kLexiconEmpty, 214, "the lexicon has no words")                                       \
  X(kLexiconBadVersion, 215, "the lexicon's format version is not supported")             \
  X(kLexiconTruncated, 216, "the lexicon file is shorter than its header says")           \
  X(kLexiconCorrupt, 217, "the lexicon's tables contradict each other")                   \
  X(kLexiconChecksum, 218, "the lexicon's checksum does not match its contents")          \
  X(kLexiconVocabularyMismatch, 219, "the lexicon was packed for another vocabulary")     \
  X(kScorerNotFound, 300, "the scorer file cannot be opened")                             \
  X(kScorerBadMagic, 301, "the file is not an Auricle scorer")                            \
  X(kScorerBadVersion, 302, "the scorer's format version is not supported")               \
  X(kScorerTruncated, 303, "the scorer file is shorter than its header says")             \
  X(kScorerCorrupt, 304, "the scorer's tables contradict each other")                     \
  X(kScorerChecksum, 305, "the scorer's checksum does not match its contents")            \
  X(kScorerVocabularyMismatch, 306, "the scorer was built for another vocabulary")        \
  X(kArpaSyntax, 320, "the ARPA file is not well formed")                                 \
  X(kArpaCounts, 321, "the ARPA file's counts do not match its n-grams")                  \
  X(kArpaOrder, 322, "the ARPA file's order is not supported")                            \
  X(kCorpusEmpty, 330, "the text holds no words to count")                                \
  X(kDiscountFallback, 331, "the text is too small to estimate the discounts")            \
  X(kDecoderFinished, 400, "the decoder is finished; begin a new utterance first")        \
  X(kStreamFinished, 401, "the stream is finished; reset it or begin a new one")          \
  X(kTextEmpty, 500, "the text has no words")                                             \
  X(kTextUnspellable, 501, "a word cannot be spelled in the units of the model")          \
  X(kTextTooLong, 502, "the text has more units than the recording has frames")           \
  X(kPackageNotFound, 600, "there is no model package at this place")                     \
  X(kPackageArchive, 601, "the file is not a packed model package")                       \
  X(kPackageDescription, 602, "auricle.json is not a package description")                \
  X(kPackageFormat, 603, "the package's format is not supported")                         \
  X(kPackageFileMissing, 604, "a file of the package is missing")                         \
  X(kPackageChecksum, 605, "a file of the package is corrupt: its checksum differs")      \
  X(kGraphInvalid, 610, "the acoustic model is not an ONNX graph that runs here")         \
  X(kGraphContract, 611, "the acoustic graph does not fit its auricle.json")              \
  X(kGraphRun, 612, "the acoustic graph failed while it ran")                             \
  X(kRuntimeVersion, 613, "the installed ONNX Runtime is too old")                        \
  X(kFileWrite, 900, "a file cannot be written")                                          \
  X(kFileRead, 901, "a file cannot be read")                                              \
  X(kInterrupted, 902, "the work was interrupted")                                        \
  X(kOutOfMemory, 903, "there is not enough memory")

enum class Status : int32_t {
#define AURICLE_STATUS_ENUM(name, code, sentence) name = code,
  AURICLE_STATUS_TABLE(AURICLE_STATUS_ENUM)
#undef AURICLE_STATUS_ENUM
};

// The name without its k ("ScorerTruncated") and the sentence of a status.
const char* status_name(Status status);
const char* status_sentence(Status status);

// What is shown to users: the sentence, the detail if there is one, and what to do.
std::string status_message(Status status, const std::string& detail);

// Writes to *detail where the caller wants to know more (a line number, a word), and returns the
// status.
inline Status fail(Status status, std::string* detail, std::string text) {
  if (detail != nullptr) *detail = std::move(text);
  return status;
}

}  // namespace auricle
