#include "auricle/ctc_loss.h"

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <cmath>

#include "status.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace {

using auricle::Status;
using LogProbs = nb::ndarray<const float, nb::ndim<3>, nb::c_contig, nb::device::cpu>;
using Gradient = nb::ndarray<float, nb::ndim<3>, nb::c_contig, nb::device::cpu>;
using Counts = nb::ndarray<const std::int64_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Tokens = nb::ndarray<const std::int32_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Losses = nb::ndarray<float, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

void check_arrays(const LogProbs& log_probs, const Counts& frames, const Tokens& tokens,
                  const Counts& token_counts, const Gradient& gradient, const Losses& losses) {
  const std::size_t rows = log_probs.shape(0);
  bool right = frames.shape(0) == rows && token_counts.shape(0) == rows && losses.shape(0) == rows;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    right = right && gradient.shape(axis) == log_probs.shape(axis);
  }
  std::size_t total = 0;
  for (std::size_t row = 0; right && row < rows; ++row) {
    right = frames.data()[row] >= 0 && token_counts.data()[row] >= 0 &&
            static_cast<std::size_t>(frames.data()[row]) <= log_probs.shape(1);
    total += static_cast<std::size_t>(token_counts.data()[row]);
  }
  right = right && total == tokens.shape(0);
  for (std::size_t k = 0; right && k < total; ++k) {
    right = tokens.data()[k] > 0 && static_cast<std::size_t>(tokens.data()[k]) < log_probs.shape(2);
  }
  if (!right) {
    raise_for_status(Status::kInvalidShape,
                     "the arrays of a CTC loss do not fit each other, or a token is out of range");
  }
}

void ctc_loss(const LogProbs& log_probs, const Counts& frames, const Tokens& tokens,
              const Counts& token_counts, const Gradient& gradient, const Losses& losses) {
  check_arrays(log_probs, frames, tokens, token_counts, gradient, losses);
  const nb::gil_scoped_release release;
  const std::size_t row_size = log_probs.shape(1) * log_probs.shape(2);
  std::size_t first = 0;
  for (std::size_t row = 0; row < log_probs.shape(0); ++row) {
    const auto count = static_cast<std::size_t>(token_counts.data()[row]);
    losses.data()[row] = static_cast<float>(auricle::ctc_loss(
        log_probs.data() + row * row_size, static_cast<std::size_t>(frames.data()[row]),
        log_probs.shape(2), {tokens.data() + first, count}, gradient.data() + row * row_size));
    first += count;
  }
}

}  // namespace

void bind_ctc_loss(nb::module_& module) {
  module.def(
      "ctc_loss", &ctc_loss, "log_probs"_a, "frames"_a, "tokens"_a, "token_counts"_a, "gradient"_a,
      "losses"_a,
      "Writes the losses (B,) of rows (B, T, V) and their gradients by the log-probabilities "
      "in the frames that count; the tokens (N,) of all rows follow each other.");
}
