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

double auricle_transcript_duration(const auricle_transcript* transcript) {
  return transcript == nullptr ? 0.0 : transcript->content.duration;
}

uint32_t auricle_transcript_word_count(const auricle_transcript* transcript) {
  return transcript == nullptr ? 0 : count(transcript->words);
}

const char* auricle_transcript_word_text(const auricle_transcript* transcript, uint32_t word) {
  const auricle::Word* found = word_at(transcript, word);
  return found == nullptr ? nullptr : found->text.c_str();
}

double auricle_transcript_word_start(const auricle_transcript* transcript, uint32_t word) {
  const auricle::Word* found = word_at(transcript, word);
  return found == nullptr ? 0.0 : found->start;
}

double auricle_transcript_word_end(const auricle_transcript* transcript, uint32_t word) {
  const auricle::Word* found = word_at(transcript, word);
  return found == nullptr ? 0.0 : found->end;
}

double auricle_transcript_word_confidence(const auricle_transcript* transcript, uint32_t word) {
  const auricle::Word* found = word_at(transcript, word);
  return found == nullptr ? 0.0 : found->confidence;
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
  const auricle::Alternative* found =
      transcript == nullptr ? nullptr : at(transcript->content.alternatives, alternative);
  return found == nullptr ? 0.0 : found->confidence;
}
