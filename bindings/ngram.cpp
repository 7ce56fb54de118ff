#include <nanobind/nanobind.h>
void bind_ngram(nanobind::module_&){}
