// The test harness of the core: a TEST registers itself, CHECK records a failure and goes on.
//
//   TEST(addition_commutes) { CHECK_EQ(1 + 2, 2 + 1); }
//
// core_tests runs every test, or those whose name holds its argument; it prints failures and a
// summary and returns 1 if anything failed. REQUIRE leaves the test at once, for what the rest
// depends on.
#pragma once

#include <cmath>
#include <cstdio>
#include <sstream>
#include <string>
#include <type_traits>

namespace check {

struct Test {
  Test(const char* test_name, void (*test_body)());
  const char* name;
  void (*body)();
  Test* next;
};

// Reports a failure of the running test.
void report(const char* file, int line, const std::string& what);

template <typename T>
std::string show(const T& value) {
  std::ostringstream out;
  if constexpr (std::is_enum_v<T>) {
    out << static_cast<long long>(value);
  } else if constexpr (requires { out << value; }) {
    out << value;
  } else {
    out << "(value)";
  }
  return out.str();
}

template <typename A, typename B>
bool equal(const A& a, const B& b, const char* text, const char* file, int line) {
  if (a == b) return true;
  report(file, line, std::string(text) + ": " + show(a) + " is not " + show(b));
  return false;
}

inline bool near(double a, double b, double tolerance, const char* text, const char* file,
                 int line) {
  if (std::abs(a - b) <= tolerance) return true;
  report(
      file, line,
      std::string(text) + ": " + show(a) + " is not within " + show(tolerance) + " of " + show(b));
  return false;
}

}  // namespace check

#define TEST(name)                                                \
  static void test_##name();                                      \
  static const check::Test registered_##name(#name, test_##name); \
  static void test_##name()

#define CHECK(condition)                                             \
  do {                                                               \
    if (!(condition)) check::report(__FILE__, __LINE__, #condition); \
  } while (false)

#define CHECK_EQ(a, b) (void)check::equal((a), (b), #a " == " #b, __FILE__, __LINE__)
#define CHECK_NEAR(a, b, tolerance) \
  (void)check::near((a), (b), (tolerance), #a " ~ " #b, __FILE__, __LINE__)

#define REQUIRE(condition)                           \
  do {                                               \
    if (!(condition)) {                              \
      check::report(__FILE__, __LINE__, #condition); \
      return;                                        \
    }                                                \
  } while (false)
