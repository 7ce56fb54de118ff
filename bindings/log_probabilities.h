// Arrays of log-probabilities, as they come from Python.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <string>

#include "status.h"

using LogProbs =
    nanobind::ndarray<const float, nanobind::ndim<2>, nanobind::c_contig, nanobind::device::cpu>;

// Raises where an array (T, V) has not as many columns as there are tokens.
inline void check_columns(const LogProbs& log_probs, size_t tokens) {
  if (log_probs.shape(1) == tokens) return;
  raise_for_status(auricle::Status::kInvalidShape,
                   "log_probs has " + std::to_string(log_probs.shape(1)) +
                       " columns, the vocabulary " + std::to_string(tokens) + " tokens");
}
