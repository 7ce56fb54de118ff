#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>
#include <string_view>
#include <vector>

#include "states.h"

namespace auricle::old {
namespace {

constexpr double kStepsPerSecond = 50.0;

struct Word {
  std::string_view text;
  double start, end;  // seconds
};

struct Token {
  std::string_view text;  // a character
  unsigned int timestep;
};

struct Candidate {
  std::vector<Token> tokens;
  double confidence = 0.0;
};

double logarithm(double probability) {
  return std::log(std::clamp(probability, std::numeric_limits<double>::min(), 1.0));
}

// The bytes of the character that a text begins with.
size_t first_character(std::string_view text) {
  size_t bytes = 1;
  while (bytes < text.size() && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) ++bytes;
  return bytes;
}

size_t count_characters(std::string_view text) {
  size_t count = 0;
  for (; !text.empty(); text.remove_prefix(first_character(text))) ++count;
  return count;
}

Token token_at(std::string_view text, double seconds) {
  // A little more, because 0.58 * 50 is just below 29.
  return {text, static_cast<unsigned int>(seconds * kStepsPerSecond + 1e-6)};
}

void append_word(const Word& word, std::vector<Token>* tokens) {
  const double seconds = (word.end - word.start) / static_cast<double>(count_characters(word.text));
  std::string_view rest = word.text;
  for (int place = 0; !rest.empty(); ++place) {
    const std::string_view character = rest.substr(0, first_character(rest));
    tokens->push_back(token_at(character, word.start + place * seconds));
    rest.remove_prefix(character.size());
  }
}

std::vector<Token> tokens_of(const std::vector<Word>& words, std::string_view separator) {
  std::vector<Token> tokens;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0 && !separator.empty()) tokens.push_back(token_at(separator, words[i - 1].end));
    append_word(words[i], &tokens);
  }
  return tokens;
}

std::vector<Word> words_of(const auricle_transcript& transcript, uint32_t reading) {
  std::vector<Word> words;
  for (uint32_t i = 0; i < auricle_transcript_alternative_word_count(&transcript, reading); ++i) {
    words.push_back({auricle_transcript_alternative_word_text(&transcript, reading, i),
                     auricle_transcript_alternative_word_start(&transcript, reading, i),
                     auricle_transcript_alternative_word_end(&transcript, reading, i)});
  }
  return words;
}

// Only the best reading of a segment that is still open is known; it ends every candidate.
std::vector<Candidate> candidates_of(const auricle_transcript& transcript, uint32_t num_results) {
  std::vector<Word> open_words;
  double open_confidence = 0.0;
  const uint32_t closed = auricle_transcript_alternative_word_count(&transcript, 0);
  for (uint32_t i = closed; i < auricle_transcript_word_count(&transcript); ++i) {
    open_words.push_back({auricle_transcript_word_text(&transcript, i),
                          auricle_transcript_word_start(&transcript, i),
                          auricle_transcript_word_end(&transcript, i)});
    open_confidence += logarithm(auricle_transcript_word_confidence(&transcript, i));
  }
  std::vector<Candidate> candidates;
  const uint32_t count = std::min(num_results, auricle_transcript_alternative_count(&transcript));
  for (uint32_t reading = 0; reading < count; ++reading) {
    std::vector<Word> words = words_of(transcript, reading);
    words.insert(words.end(), open_words.begin(), open_words.end());
    candidates.push_back(
        {tokens_of(words, auricle_transcript_separator(&transcript)),
         logarithm(auricle_transcript_alternative_confidence(&transcript, reading)) +
             open_confidence});
  }
  return candidates;
}

// Hands out parts of one block of memory, in an order in which each is aligned.
class Block {
 public:
  explicit Block(size_t size) : at_(static_cast<char*>(std::malloc(size))) {}
  char* at() const { return at_; }
  char* take(size_t size) {
    char* taken = at_;
    at_ += size;
    return taken;
  }

 private:
  char* at_;
};

void put_text(std::string_view text, char* to) {
  std::memcpy(to, text.data(), text.size());
  to[text.size()] = '\0';
}

// All of it lies in one block, so that freeing it is free().
Metadata* pack(const std::vector<Candidate>& candidates) {
  size_t tokens = 0, bytes = 0;
  for (const Candidate& candidate : candidates) {
    tokens += candidate.tokens.size();
    for (const Token& token : candidate.tokens) bytes += token.text.size() + 1;
  }
  const size_t lists = candidates.size() * sizeof(CandidateTranscript);
  Block block(sizeof(Metadata) + lists + tokens * sizeof(TokenMetadata) + bytes);
  if (block.at() == nullptr) throw std::bad_alloc();
  auto* metadata = block.take(sizeof(Metadata));
  auto* transcripts = reinterpret_cast<CandidateTranscript*>(block.take(lists));
  auto* next_token = reinterpret_cast<TokenMetadata*>(block.take(tokens * sizeof(TokenMetadata)));
  CandidateTranscript* next = transcripts;
  for (const Candidate& candidate : candidates) {
    const auto count = static_cast<unsigned int>(candidate.tokens.size());
    new (next++) CandidateTranscript{next_token, count, candidate.confidence};
    for (const Token& token : candidate.tokens) {
      char* text = block.take(token.text.size() + 1);
      put_text(token.text, text);
      const float seconds = static_cast<float>(token.timestep / kStepsPerSecond);
      new (next_token++) TokenMetadata{text, token.timestep, seconds};
    }
  }
  return new (metadata) Metadata{transcripts, static_cast<unsigned int>(candidates.size())};
}

}  // namespace

Metadata* make_metadata(const auricle_transcript& transcript, uint32_t num_results) {
  return pack(candidates_of(transcript, num_results));
}

}  // namespace auricle::old

void DS_FreeMetadata(Metadata* metadata) { std::free(metadata); }
