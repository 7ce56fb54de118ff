// JSON (RFC 8259): a reader for descriptions, and the spelling of texts and numbers for results.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace auricle {

// A value that has been read. Numbers are doubles; of a name that an object repeats, the last value
// counts.
class Json {
 public:
  enum class Kind : uint8_t { kNull, kBoolean, kNumber, kString, kArray, kObject };

  // Reads one value, which is the whole text, nested 64 deep at most; false, with the place and the
  // reason in *error, where it is not JSON.
  static bool parse(std::string_view text, Json* out, std::string* error);

  Kind kind() const { return kind_; }
  bool boolean() const { return boolean_; }
  double number() const { return number_; }
  const std::string& string() const { return string_; }

  // Of an array, or the values of an object, which `names` names.
  const std::vector<Json>& items() const { return items_; }
  const std::vector<std::string>& names() const { return names_; }

  // The value of a name, or null where this is no object that has it.
  const Json* find(std::string_view name) const;

 private:
  friend class JsonReader;

  Kind kind_ = Kind::kNull;
  bool boolean_ = false;
  double number_ = 0.0;
  std::string string_;
  std::vector<Json> items_;
  std::vector<std::string> names_;
};

// Appends a text in quotation marks. Bytes that are not UTF-8 become U+FFFD.
void append_json_string(std::string_view text, std::string* out);

// Appends a number rounded to `decimals` (to even where it is halfway), without needless zeros; one
// decimal at least. Numbers of 9e15 / 10^decimals and more come out as that.
void append_json_number(double value, int decimals, std::string* out);

}  // namespace auricle
