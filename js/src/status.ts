// Made by scripts/status.mjs from core/include/auricle/status.h; do not edit.

/** The codes of errors, shared with Python and C. They never change; new ones are added. */
export const Status = {
  /** success */
  Ok: 0,
  /** an argument is outside its allowed range */
  InvalidArgument: 100,
  /** an array does not have the expected shape */
  InvalidShape: 101,
  /** an array holds a value that is not a number or is infinite */
  NotFinite: 102,
  /** a word has no spelling in the model's units */
  NoSpelling: 103,
  /** the grammar file cannot be opened */
  GrammarNotFound: 110,
  /** the grammar is not well formed */
  GrammarSyntax: 111,
  /** the grammar uses what is not supported */
  GrammarUnsupported: 112,
  /** the grammar uses a rule that it does not define */
  GrammarUndefined: 113,
  /** a rule of the grammar is used within itself */
  GrammarRecursion: 114,
  /** the grammar is too large */
  GrammarTooLarge: 115,
  /** the grammar gives no text */
  GrammarEmpty: 116,
  /** the vocabulary has no tokens */
  VocabularyEmpty: 200,
  /** the vocabulary holds a token twice */
  VocabularyDuplicate: 201,
  /** the blank index does not name a token of the vocabulary */
  VocabularyBlank: 202,
  /** the vocabulary has no token that separates words */
  VocabularyNoSeparator: 203,
  /** the vocabulary's tokens make words by a lexicon only */
  VocabularyNeedsLexicon: 204,
  /** the vocabulary's tokens spell words themselves */
  VocabularySpells: 205,
  /** the lexicon file cannot be opened */
  LexiconNotFound: 210,
  /** a line of the lexicon is not a word and its units */
  LexiconSyntax: 211,
  /** the lexicon uses a unit that the vocabulary lacks */
  LexiconUnit: 212,
  /** a word or its spelling is too long for a lexicon */
  LexiconTooLong: 213,
  /** the lexicon has no words */
  LexiconEmpty: 214,
  /** the lexicon's format version is not supported */
  LexiconBadVersion: 215,
  /** the lexicon file is shorter than its header says */
  LexiconTruncated: 216,
  /** the lexicon's tables contradict each other */
  LexiconCorrupt: 217,
  /** the lexicon's checksum does not match its contents */
  LexiconChecksum: 218,
  /** the lexicon was packed for another vocabulary */
  LexiconVocabularyMismatch: 219,
  /** the scorer file cannot be opened */
  ScorerNotFound: 300,
  /** the file is not an Auricle scorer */
  ScorerBadMagic: 301,
  /** the scorer's format version is not supported */
  ScorerBadVersion: 302,
  /** the scorer file is shorter than its header says */
  ScorerTruncated: 303,
  /** the scorer's tables contradict each other */
  ScorerCorrupt: 304,
  /** the scorer's checksum does not match its contents */
  ScorerChecksum: 305,
  /** the scorer was built for another vocabulary */
  ScorerVocabularyMismatch: 306,
  /** the ARPA file is not well formed */
  ArpaSyntax: 320,
  /** the ARPA file's counts do not match its n-grams */
  ArpaCounts: 321,
  /** the ARPA file's order is not supported */
  ArpaOrder: 322,
  /** the text holds no words to count */
  CorpusEmpty: 330,
  /** the text is too small to estimate the discounts */
  DiscountFallback: 331,
  /** the decoder is finished; begin a new utterance first */
  DecoderFinished: 400,
  /** the stream is finished; reset it or begin a new one */
  StreamFinished: 401,
  /** the text has no words */
  TextEmpty: 500,
  /** a word cannot be spelled in the units of the model */
  TextUnspellable: 501,
  /** the text has more units than the recording has frames */
  TextTooLong: 502,
  /** there is no model package at this place */
  PackageNotFound: 600,
  /** the file is not a packed model package */
  PackageArchive: 601,
  /** auricle.json is not a package description */
  PackageDescription: 602,
  /** the package's format is not supported */
  PackageFormat: 603,
  /** a file of the package is missing */
  PackageFileMissing: 604,
  /** a file of the package is corrupt: its checksum differs */
  PackageChecksum: 605,
  /** the acoustic model is not an ONNX graph that runs here */
  GraphInvalid: 610,
  /** the acoustic graph does not fit its auricle.json */
  GraphContract: 611,
  /** the acoustic graph failed while it ran */
  GraphRun: 612,
  /** the installed ONNX Runtime is too old */
  RuntimeVersion: 613,
  /** a file cannot be written */
  FileWrite: 900,
  /** a file cannot be read */
  FileRead: 901,
  /** the work was interrupted */
  Interrupted: 902,
  /** there is not enough memory */
  OutOfMemory: 903,
} as const;
