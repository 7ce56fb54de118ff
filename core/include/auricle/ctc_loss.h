// The CTC loss and its gradient (Graves et al., 2006), for training on a processor.
//
// A text of L tokens has S = 2 L + 1 states: blank, token 1, blank, token 2, ..., blank. With y the
// probabilities of the states' tokens, forward and backward variables are
//
//     a[t, s] = (a[t-1, s] + a[t-1, s-1] + a[t-1, s-2] where a blank may be skipped) y[t, s]
//     b[t, s] = the same from the end, without y[t, s]
//
// each frame divided by its sum (Rabiner, 1989, section V.A), in double precision. The loss is
// minus the logarithm of the probability of all paths; its gradient by a log-probability is minus
// the share of the paths that take the token at the frame.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace auricle {

// Returns the loss of one text, infinity where it has no path in the frames.
//
// log_probs: natural logarithms, (frames, vocabulary), the blank first. target: tokens without
// blanks, each below `vocabulary`. gradient: overwritten, (frames, vocabulary), zeros without a
// path.
double ctc_loss(const float* log_probs, std::size_t frames, std::size_t vocabulary,
                std::span<const std::int32_t> target, float* gradient);

}  // namespace auricle
