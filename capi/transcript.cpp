#include "auricle.h"
#include "handles.h"

namespace {

// The element of a list, or null where there is none.
template <typename T>
const T* at(const std::vector<T>& list, uint32_t index) {
  return index < list.size() ? &list[index] : nullptr;
}

const auricle::Word* word_at(const auricle_transcript* transcript, uint32_t index) {
  if (transcript == nullptr) return nullptr;
  const auto* word = at(transcript->words, index);
  return word == nullptr ? nullptr : *word;
}

const auricle::Alternative* alternative_at(const auricle_transcript* transcript, uint32_t index) {
  return transcript == nullptr ? nullptr : at(transcript->content.alternatives, index);
}

const auricle::Word* word_at(const auricle_transcript* transcript, uint32_t alternative,
                             uint32_t index) {
  const auricle::Alternative* found = alternative_at(transcript, alternative);
  return found == nullptr ? nullptr : at(found->words, index);
}

const char* text_of(const auricle::Word* word) {
  return word == nullptr ? nullptr : word->text.c_str();
}

double start_of(const auricle::Word* word) { return word == nullptr ? 0.0 : word->start; }

double end_of(const auricle::Word* word) { return word == nullptr ? 0.0 : word->end; }

double confidence_of(const auricle::Word* word) { return word == nullptr ? 0.0 : word->confidence; }

const char* text_or_null(const std::string* text) {
  return text == nullptr ? nullptr : text->c_str();
}

template <typename T>
uint32_t count(const std::vector<T>& list) {
  return static_cast<uint32_t>(list.size());
}

}  // namespace

void auricle_transcript_free(auricle_transcript* transcript) { delete transcript; }

const char* auricle_transcript_text(const auricle_transcript* transcript) {
  return transcript == nullptr ? nullptr : transcript->text.c_str();
}

const char* auricle_transcript_json(const auricle_transcript* transcript) {
  return transcript == nullptr ? nullptr : transcript->json.c_str();
}

const char* auricle_transcript_separator(const auricle_transcript* transcript) {
  return transcript == nullptr ? nullptr : transcript->content.separator.c_str();
}

double auricle_transcript_duration(const auricle_transcript* transcript) {
  return transcript == nullptr ? 0.0 : transcript->content.duration;
}

uint32_t auricle_transcript_word_count(const auricle_transcript* transcript) {
  return transcript == nullptr ? 0 : count(transcript->words);
}

const char* auricle_transcript_word_text(const auricle_transcript* transcript, uint32_t word) {
  return text_of(word_at(transcript, word));
}

double auricle_transcript_word_start(const auricle_transcript* transcript, uint32_t word) {
  return start_of(word_at(transcript, word));
}

double auricle_transcript_word_end(const auricle_transcript* transcript, uint32_t word) {
  return end_of(word_at(transcript, word));
}

double auricle_transcript_word_confidence(const auricle_transcript* transcript, uint32_t word) {
  return confidence_of(word_at(transcript, word));
}

uint32_t auricle_transcript_segment_count(const auricle_transcript* transcript) {
  return transcript == nullptr ? 0 : count(transcript->content.segments);
}

const char* auricle_transcript_segment_text(const auricle_transcript* transcript,
                                            uint32_t segment) {
  return transcript == nullptr ? nullptr : text_or_null(at(transcript->segment_texts, segment));
}

uint32_t auricle_transcript_segment_first_word(const auricle_transcript* transcript,
                                               uint32_t segment) {
  const uint32_t* first = transcript == nullptr ? nullptr : at(transcript->first_words, segment);
  return first == nullptr ? 0 : *first;
}

uint32_t auricle_transcript_segment_word_count(const auricle_transcript* transcript,
                                               uint32_t segment) {
  const auricle::Segment* found =
      transcript == nullptr ? nullptr : at(transcript->content.segments, segment);
  return found == nullptr ? 0 : count(found->words);
}

uint32_t auricle_transcript_alternative_count(const auricle_transcript* transcript) {
  return transcript == nullptr ? 0 : count(transcript->content.alternatives);
}

const char* auricle_transcript_alternative_text(const auricle_transcript* transcript,
                                                uint32_t alternative) {
  return transcript == nullptr ? nullptr
                               : text_or_null(at(transcript->alternative_texts, alternative));
}

double auricle_transcript_alternative_confidence(const auricle_transcript* transcript,
                                                 uint32_t alternative) {
  const auricle::Alternative* found = alternative_at(transcript, alternative);
  return found == nullptr ? 0.0 : found->confidence;
}

uint32_t auricle_transcript_alternative_word_count(const auricle_transcript* transcript,
                                                   uint32_t alternative) {
  const auricle::Alternative* found = alternative_at(transcript, alternative);
  return found == nullptr ? 0 : count(found->words);
}

const char* auricle_transcript_alternative_word_text(const auricle_transcript* transcript,
                                                     uint32_t alternative, uint32_t word) {
  return text_of(word_at(transcript, alternative, word));
}

double auricle_transcript_alternative_word_start(const auricle_transcript* transcript,
                                                 uint32_t alternative, uint32_t word) {
  return start_of(word_at(transcript, alternative, word));
}

double auricle_transcript_alternative_word_end(const auricle_transcript* transcript,
                                               uint32_t alternative, uint32_t word) {
  return end_of(word_at(transcript, alternative, word));
}

double auricle_transcript_alternative_word_confidence(const auricle_transcript* transcript,
                                                      uint32_t alternative, uint32_t word) {
  return confidence_of(word_at(transcript, alternative, word));
}
