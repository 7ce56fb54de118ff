#include "auricle/json.h"

#include <cmath>
#include <string>
#include <string_view>

#include "check.h"

namespace {

using auricle::Json;

Json parsed(std::string_view text) {
  Json value;
  std::string error;
  CHECK(Json::parse(text, &value, &error));
  CHECK_EQ(error, "");
  return value;
}

std::string error_of(std::string_view text) {
  Json value;
  std::string error;
  CHECK(!Json::parse(text, &value, &error));
  return error;
}

std::string spelled(double value, int decimals) {
  std::string out;
  auricle::append_json_number(value, decimals, &out);
  return out;
}

std::string quoted(std::string_view text) {
  std::string out;
  auricle::append_json_string(text, &out);
  return out;
}

}  // namespace

TEST(json_reads_values_of_every_kind) {
  const Json value = parsed(R"( {"a": [1, -2.5e1, true, false, null], "b": {"c": "d"}} )");
  const auto& items = value.find("a")->items();
  REQUIRE(items.size() == 5);
  CHECK_EQ(items[0].number(), 1.0);
  CHECK_EQ(items[1].number(), -25.0);
  CHECK(items[2].boolean() && !items[3].boolean());
  CHECK(items[4].kind() == Json::Kind::kNull);
  CHECK_EQ(value.find("b")->find("c")->string(), "d");
  CHECK(value.find("x") == nullptr);
  CHECK(items[0].find("x") == nullptr);
}

TEST(json_reads_numbers_as_strtod_does) {
  CHECK_EQ(parsed("0.8").number(), 0.8);
  CHECK_EQ(parsed("16000").number(), 16000.0);
  CHECK_EQ(parsed("1e-3").number(), 1e-3);
  CHECK_EQ(parsed("9007199254740991").number(), 9007199254740991.0);
}

TEST(json_reads_escapes_and_surrogate_pairs) {
  CHECK_EQ(parsed(R"("\"\\\/\b\f\n\r\t")").string(), "\"\\/\b\f\n\r\t");
  CHECK_EQ(parsed(R"("\u2581\u00e9\ud83d\ude00")").string(),
           "\xE2\x96\x81\xC3\xA9\xF0\x9F\x98\x80");
  CHECK_EQ(parsed(R"("\ud83d")").string(), "\xEF\xBF\xBD");
}

TEST(json_counts_the_last_value_of_a_name) {
  CHECK_EQ(parsed(R"({"a": 1, "a": 2})").find("a")->number(), 2.0);
}

TEST(json_says_where_a_text_is_not_json) {
  CHECK_EQ(error_of("[1, }"), "byte 4: a value is expected");
  for (const char* text : {"", "{", "[1", "\"a", "{\"a\" 1}", "{a: 1}", "[1,]", "1 2", "01", "1.",
                           "1e", "tru", "\"\\x\"", "\"\\u12\"", "\"\n\"", "-", "+1", "1e999"}) {
    CHECK(error_of(text).starts_with("byte "));
  }
}

TEST(json_does_not_follow_endless_nesting) {
  CHECK(error_of(std::string(100'000, '[')).ends_with("nested too deep"));
  CHECK(parsed(std::string(60, '[') + std::string(60, ']')).kind() == Json::Kind::kArray);
}

TEST(json_spells_numbers_as_python_does) {
  CHECK_EQ(spelled(0.0, 3), "0.0");
  CHECK_EQ(spelled(12.0, 3), "12.0");
  CHECK_EQ(spelled(3.44, 3), "3.44");
  CHECK_EQ(spelled(0.0625, 3), "0.062");  // halfway, to even
  CHECK_EQ(spelled(5.0149999, 3), "5.015");
  CHECK_EQ(spelled(1.0005, 3), "1.0");      // below the middle, as a double
  CHECK_EQ(spelled(0.00035, 4), "0.0003");  // below it, and its product is rounded up to it
  CHECK_EQ(spelled(-0.25, 1), "-0.2");
  CHECK_EQ(spelled(1e300, 3), "9000000000000.0");
}

TEST(json_spells_texts_so_that_they_can_be_read) {
  CHECK_EQ(quoted("a\"b\\c\n\x01"), R"("a\"b\\c\u000a\u0001")");
  CHECK_EQ(quoted("\xE4\xBD\xA0\xF0\x9F\x98\x80"), "\"\xE4\xBD\xA0\xF0\x9F\x98\x80\"");
  CHECK_EQ(quoted("\xFFx\xC3"), "\"\xEF\xBF\xBDx\xEF\xBF\xBD\"");
  CHECK_EQ(quoted("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");  // a surrogate
}
