#include "auricle/key_table.h"

#include "check.h"

using auricle::KeyTable;

namespace {

// Some keys end alike, so that they meet in a small table.
uint64_t key(uint64_t number) { return (number << 32) + number % 5; }

}  // namespace

TEST(keys_have_numbers_in_the_order_in_which_they_come) {
  KeyTable table;
  CHECK_EQ(table.add(7), 0U);
  CHECK_EQ(table.add(5), 1U);
  CHECK_EQ(table.add(7), 0U);
  CHECK_EQ(table.size(), 2U);
}

TEST(a_table_that_grows_keeps_the_numbers) {
  KeyTable table;
  for (const size_t expected : {0, 1000, 3}) {
    table.clear(expected);
    CHECK_EQ(table.size(), 0U);
    for (uint32_t n = 0; n < 500; ++n) CHECK_EQ(table.add(key(n)), n);
    for (uint32_t n = 0; n < 500; ++n) CHECK_EQ(table.add(key(n)), n);
    CHECK_EQ(table.size(), 500U);
  }
}

TEST(what_an_earlier_round_held_is_forgotten) {
  KeyTable table;
  for (uint32_t n = 0; n < 300; ++n) (void)table.add(key(n));
  for (const size_t expected : {100, 0, 400}) {  // other parts of the table come into use
    table.clear(expected);
    CHECK_EQ(table.add(key(299)), 0U);
    CHECK_EQ(table.add(key(3)), 1U);
  }
}
