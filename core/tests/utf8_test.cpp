#include "auricle/utf8.h"

#include "check.h"

using auricle::is_utf8;

TEST(characters_of_every_length_are_utf8) {
  CHECK(is_utf8(""));
  CHECK(is_utf8("a\xC3\xA9\xE4\xBD\xA0\xF0\x9F\x98\x80"));
  CHECK_EQ(auricle::count_characters("a\xC3\xA9\xE4\xBD\xA0"), 3U);
}

TEST(what_no_character_is_encoded_as_is_not) {
  for (const char* text : {"\x80", "\xC3", "\xE4\xBD", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80",
                           "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"}) {
    CHECK(!is_utf8(text));
  }
}

TEST(the_beginning_of_a_character_is_cut_off) {
  std::string text = "a\xE4\xBD";
  auricle::cut_character(&text);
  CHECK_EQ(text, "a");
}
