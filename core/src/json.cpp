#include "auricle/json.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "auricle/utf8.h"

namespace auricle {
namespace {

// The bytes of the character that a text begins with, or 0 where it is not UTF-8.
size_t character_bytes(std::string_view text) {
  Utf8State state = Utf8State::kBoundary;
  for (size_t i = 0; i < text.size() && state != Utf8State::kBroken; ++i) {
    state = utf8_advance(state, static_cast<uint8_t>(text[i]));
    if (state == Utf8State::kBoundary) return i + 1;
  }
  return 0;
}

void append_utf8(uint32_t code, std::string* out) {
  const auto add = [out](uint32_t byte) { out->push_back(static_cast<char>(byte)); };
  const auto follow = [&add, code](int shift) { add(0x80 | ((code >> shift) & 0x3F)); };
  if (code < 0x80) {
    add(code);
  } else if (code < 0x800) {
    add(0xC0 | (code >> 6));
    follow(0);
  } else if (code < 0x10000) {
    add(0xE0 | (code >> 12));
    follow(6);
    follow(0);
  } else {
    add(0xF0 | (code >> 18));
    follow(12);
    follow(6);
    follow(0);
  }
}

}  // namespace

class JsonReader {
 public:
  explicit JsonReader(std::string_view text) : text_(text) {}

  bool read_document(Json* out) {
    skip_space();
    if (!read_value(out, 0)) return false;
    skip_space();
    return at_ == text_.size() || refuse("text follows the value");
  }

  std::string error() const { return "byte " + std::to_string(at_) + ": " + reason_; }

 private:
  static constexpr int kDeepest = 64;

  bool refuse(const char* reason) {
    reason_ = reason;
    return false;
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  bool take(char wanted) {
    if (peek() != wanted || at_ >= text_.size()) return false;
    ++at_;
    return true;
  }

  void skip_space() {
    while (at_ < text_.size() && std::string_view(" \t\n\r").find(text_[at_]) != text_.npos) ++at_;
  }

  bool read_value(Json* out, int depth) {
    switch (peek()) {
      case '{':
        return read_object(out, depth);
      case '[':
        return read_array(out, depth);
      case '"':
        out->kind_ = Json::Kind::kString;
        return read_string(&out->string_);
      case 't':
        return read_word("true", Json::Kind::kBoolean, true, out);
      case 'f':
        return read_word("false", Json::Kind::kBoolean, false, out);
      case 'n':
        return read_word("null", Json::Kind::kNull, false, out);
      default:
        return read_number(out);
    }
  }

  bool read_word(std::string_view word, Json::Kind kind, bool boolean, Json* out) {
    if (text_.substr(at_, word.size()) != word) return refuse("a value is expected");
    at_ += word.size();
    out->kind_ = kind;
    out->boolean_ = boolean;
    return true;
  }

  bool read_array(Json* out, int depth) {
    if (depth >= kDeepest) return refuse("values are nested too deep");
    out->kind_ = Json::Kind::kArray;
    ++at_;
    skip_space();
    if (take(']')) return true;
    while (true) {
      skip_space();
      if (!read_value(&out->items_.emplace_back(), depth + 1)) return false;
      skip_space();
      if (take(']')) return true;
      if (!take(',')) return refuse("a comma or ] is expected");
    }
  }

  bool read_object(Json* out, int depth) {
    if (depth >= kDeepest) return refuse("values are nested too deep");
    out->kind_ = Json::Kind::kObject;
    ++at_;
    skip_space();
    if (take('}')) return true;
    while (true) {
      skip_space();
      if (peek() != '"') return refuse("a name in quotation marks is expected");
      if (!read_string(&out->names_.emplace_back())) return false;
      skip_space();
      if (!take(':')) return refuse("a colon is expected");
      skip_space();
      if (!read_value(&out->items_.emplace_back(), depth + 1)) return false;
      skip_space();
      if (take('}')) return true;
      if (!take(',')) return refuse("a comma or } is expected");
    }
  }

  bool read_string(std::string* out) {
    ++at_;
    while (at_ < text_.size()) {
      const char byte = text_[at_++];
      if (byte == '"') return true;
      if (static_cast<unsigned char>(byte) < 0x20) return refuse("a control character in a text");
      if (byte != '\\') {
        out->push_back(byte);
      } else if (!read_escape(out)) {
        return false;
      }
    }
    return refuse("a text does not end");
  }

  bool read_escape(std::string* out) {
    constexpr std::string_view kLetters = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    const char letter = peek();
    ++at_;
    if (letter == 'u') return read_code_point(out);
    const size_t place = kLetters.find(letter);
    if (place == kLetters.npos || letter == '\0') return refuse("an unknown escape");
    out->push_back(kMeanings[place]);
    return true;
  }

  bool read_hex(uint32_t* out) {
    const std::string_view digits = text_.substr(std::min(at_, text_.size()), 4);
    const char* const end = digits.data() + digits.size();
    const auto result = std::from_chars(digits.data(), end, *out, 16);
    if (digits.size() != 4 || result.ec != std::errc() || result.ptr != end) {
      return refuse("four hexadecimal digits are expected");
    }
    at_ += 4;
    return true;
  }

  // A code point, or both halves of a surrogate pair; a lone half becomes U+FFFD.
  bool read_code_point(std::string* out) {
    uint32_t code = 0;
    if (!read_hex(&code)) return false;
    if (code >= 0xD800 && code < 0xDC00 && text_.substr(at_, 2) == "\\u") {
      at_ += 2;
      uint32_t low = 0;
      if (!read_hex(&low)) return false;
      const bool pair = low >= 0xDC00 && low < 0xE000;
      code = pair ? 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00) : 0xFFFD;
    }
    append_utf8(code >= 0xD800 && code < 0xE000 ? 0xFFFD : code, out);
    return true;
  }

  // Digits are summed up in a double: std::from_chars for doubles is missing in some standard
  // libraries, and strtod depends on the locale. Exact for whole numbers below 2^53.
  bool read_number(Json* out) {
    const bool negative = take('-');
    double value = 0.0;
    int exponent = 0;
    const size_t begin = at_;
    if (!read_digits(&value)) return refuse("a value is expected");
    if (text_[begin] == '0' && at_ > begin + 1) return refuse("a number begins with zero");
    if (take('.')) {
      const size_t first = at_;
      if (!read_digits(&value)) return refuse("a digit is expected");
      exponent -= static_cast<int>(std::min<size_t>(at_ - first, 100'000));
    }
    if (peek() == 'e' || peek() == 'E') {
      ++at_;
      const bool shrinks = peek() == '-';
      if (shrinks || peek() == '+') ++at_;
      double given = 0.0;
      if (!read_digits(&given)) return refuse("a digit is expected");
      const int bounded = static_cast<int>(std::min(given, 100'000.0));
      exponent += shrinks ? -bounded : bounded;
    }
    // Dividing by a power of ten that is exact rounds once, as strtod does.
    value = exponent < 0 ? value / std::pow(10.0, -exponent) : value * std::pow(10.0, exponent);
    out->kind_ = Json::Kind::kNumber;
    out->number_ = negative ? -value : value;
    return std::isfinite(value) || refuse("a number is too large");
  }

  bool read_digits(double* value) {
    const size_t begin = at_;
    for (; peek() >= '0' && peek() <= '9'; ++at_) *value = *value * 10.0 + (peek() - '0');
    return at_ > begin;
  }

  std::string_view text_;
  size_t at_ = 0;
  const char* reason_ = "";
};

bool Json::parse(std::string_view text, Json* out, std::string* error) {
  JsonReader reader(text);
  *out = Json();
  if (reader.read_document(out)) return true;
  *error = reader.error();
  return false;
}

const Json* Json::find(std::string_view name) const {
  for (size_t i = names_.size(); i > 0; --i) {
    if (names_[i - 1] == name) return &items_[i - 1];
  }
  return nullptr;
}

void append_json_string(std::string_view text, std::string* out) {
  out->push_back('"');
  while (!text.empty()) {
    const size_t length = character_bytes(text);
    const char first = text.front();
    if (length == 0) {
      append_utf8(0xFFFD, out);
    } else if (first == '"' || first == '\\') {
      out->push_back('\\');
      out->push_back(first);
    } else if (static_cast<unsigned char>(first) < 0x20) {
      constexpr char kHex[] = "0123456789abcdef";
      *out += "\\u00";
      out->push_back(kHex[first >> 4]);
      out->push_back(kHex[first & 15]);
    } else {
      out->append(text.substr(0, length));
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  out->push_back('"');
}

// No time and no confidence comes near: up to here doubles hold every whole number.
constexpr double kMostDigits = 9e15;

// Not by std::to_chars, whose tables for doubles have 100 kB, a quarter of the WebAssembly module.
void append_json_number(double value, int decimals, std::string* out) {
  double power = 1.0;
  for (int i = 0; i < decimals; ++i) power *= 10.0;
  double scaled = std::abs(value) * power;
  if (!(scaled < kMostDigits)) scaled = kMostDigits;
  // The product is rounded; what that took decides where it lies in the middle of two numbers.
  const double lost = std::fma(std::abs(value), power, -scaled);
  double rounded = std::nearbyint(scaled);
  const double rest = scaled - rounded;
  if (rest == 0.5 && lost > 0.0) rounded += 1.0;
  if (rest == -0.5 && lost < 0.0) rounded -= 1.0;

  std::string digits = std::to_string(static_cast<int64_t>(rounded));
  const auto places = static_cast<size_t>(decimals);
  if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
  digits.insert(digits.size() - places, 1, '.');
  while (digits.back() == '0' && digits[digits.size() - 2] != '.') digits.pop_back();
  if (std::signbit(value)) out->push_back('-');
  *out += digits;
}

}  // namespace auricle
