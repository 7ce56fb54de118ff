#include "auricle/transcript.h"

#include "auricle/json.h"

namespace auricle {
namespace {

constexpr int kTimeDecimals = 3;
constexpr int kConfidenceDecimals = 4;

void append_name(const char* name, std::string* out) {
  append_json_string(name, out);
  *out += ": ";
}

void append_text(const char* name, const std::string& text, std::string* out) {
  append_name(name, out);
  append_json_string(text, out);
}

void append_number(const char* name, double value, int decimals, std::string* out) {
  append_name(name, out);
  append_json_number(value, decimals, out);
}

// A list of values, each appended by `append`.
template <typename T, typename Append>
void append_list(const char* name, const std::vector<T>& items, const Append& append,
                 std::string* out) {
  append_name(name, out);
  *out += '[';
  for (size_t i = 0; i < items.size(); ++i) {
    if (i > 0) *out += ", ";
    append(items[i], out);
  }
  *out += ']';
}

void append_word(const Word& word, std::string* out) {
  *out += '{';
  append_text("text", word.text, out);
  *out += ", ";
  append_number("start", word.start, kTimeDecimals, out);
  *out += ", ";
  append_number("end", word.end, kTimeDecimals, out);
  *out += ", ";
  append_number("confidence", word.confidence, kConfidenceDecimals, out);
  *out += '}';
}

}  // namespace

std::string text_of(const std::vector<Word>& words, const std::string& separator) {
  std::string text;
  for (const Word& word : words) {
    if (&word != words.data()) text += separator;
    text += word.text;
  }
  return text;
}

std::string text_of(const Transcript& transcript) {
  std::string text;
  for (const Segment& segment : transcript.segments) {
    if (!text.empty()) text += transcript.separator;
    text += text_of(segment.words, transcript.separator);
  }
  return text;
}

namespace {

void append_segment(const Segment& segment, const std::string& separator, std::string* out) {
  *out += '{';
  append_text("text", text_of(segment.words, separator), out);
  *out += ", ";
  append_number("start", segment.words.front().start, kTimeDecimals, out);
  *out += ", ";
  append_number("end", segment.words.back().end, kTimeDecimals, out);
  *out += ", ";
  if (segment.confidence) {
    append_number("confidence", *segment.confidence, kConfidenceDecimals, out);
  } else {
    append_name("confidence", out);
    *out += "null";
  }
  *out += ", ";
  append_list("words", segment.words, append_word, out);
  if (segment.in_grammar) {
    *out += ", ";
    append_name("in_grammar", out);
    *out += *segment.in_grammar ? "true, " : "false, ";
    append_list("tags", segment.tags, append_json_string, out);
  }
  *out += '}';
}

}  // namespace

std::string to_json(const Transcript& transcript) {
  const std::string& separator = transcript.separator;
  std::string out = "{";
  append_text("text", text_of(transcript), &out);
  out += ", ";
  append_text("language", transcript.language, &out);
  out += ", ";
  append_number("duration", transcript.duration, kTimeDecimals, &out);
  out += ", ";
  append_text("model", transcript.model, &out);
  out += ", ";
  append_text("separator", separator, &out);
  out += ", ";
  const auto append = [&separator](const Segment& segment, std::string* to) {
    append_segment(segment, separator, to);
  };
  append_list("segments", transcript.segments, append, &out);
  out += ", ";
  const auto append_alternative = [&separator](const Alternative& alternative, std::string* to) {
    *to += '{';
    append_text("text", text_of(alternative.words, separator), to);
    *to += ", ";
    append_number("confidence", alternative.confidence, kConfidenceDecimals, to);
    *to += ", ";
    append_list("words", alternative.words, append_word, to);
    *to += '}';
  };
  append_list("alternatives", transcript.alternatives, append_alternative, &out);
  out += '}';
  return out;
}

}  // namespace auricle
