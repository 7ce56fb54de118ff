#include <cstdio>
#include <cstring>

#include "check.h"

namespace check {
namespace {

Test* first = nullptr;
Test** last = &first;
const Test* running = nullptr;
bool running_failed = false;

}  // namespace

Test::Test(const char* test_name, void (*test_body)())
    : name(test_name), body(test_body), next(nullptr) {
  *last = this;
  last = &next;
}

void report(const char* file, int line, const std::string& what) {
  running_failed = true;
  std::fprintf(stderr, "%s:%d: %s: %s\n", file, line, running->name, what.c_str());
}

}  // namespace check

int main(int argc, char** argv) {
  int passed = 0;
  int failed = 0;
  for (const check::Test* test = check::first; test != nullptr; test = test->next) {
    if (argc > 1 && std::strstr(test->name, argv[1]) == nullptr) continue;
    check::running = test;
    check::running_failed = false;
    test->body();
    ++(check::running_failed ? failed : passed);
  }
  std::printf("%d passed, %d failed\n", passed, failed);
  return failed == 0 && passed > 0 ? 0 : 1;
}
