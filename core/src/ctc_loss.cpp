#include "auricle/ctc_loss.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace auricle {
namespace {

// States in front of the first one and behind the last one that no path is in.
constexpr std::size_t kMargin = 2;

// The states of a text, and the probabilities of their tokens in one frame after the other.
class States {
 public:
  States(const float* log_probs, std::size_t vocabulary, std::span<const std::int32_t> target)
      : log_probs_(log_probs),
        vocabulary_(vocabulary),
        tokens_(2 * target.size() + 1, 0),
        skips_(tokens_.size() + kMargin, 0.0),
        probabilities_(vocabulary),
        emissions_(tokens_.size()) {
    for (std::size_t k = 0; k < target.size(); ++k) {
      tokens_[2 * k + 1] = static_cast<std::size_t>(target[k]);
      if (k > 0 && target[k] != target[k - 1]) skips_[2 * k + 1] = 1.0;
    }
  }

  [[nodiscard]] std::size_t size() const { return tokens_.size(); }
  [[nodiscard]] std::size_t token(std::size_t state) const { return tokens_[state]; }

  // 1.0 for each state that the state two before may precede, 0.0 for the others and two more.
  [[nodiscard]] const double* skips() const { return skips_.data(); }

  // Returns the probability of each state's token in a frame, until the next call.
  const double* emissions(std::size_t frame) {
    const float* row = log_probs_ + frame * vocabulary_;
    for (std::size_t v = 0; v < vocabulary_; ++v) {
      probabilities_[v] = std::exp(static_cast<double>(row[v]));
    }
    for (std::size_t s = 0; s < tokens_.size(); ++s) emissions_[s] = probabilities_[tokens_[s]];
    return emissions_.data();
  }

 private:
  const float* log_probs_;
  std::size_t vocabulary_;
  std::vector<std::size_t> tokens_;
  std::vector<double> skips_;
  std::vector<double> probabilities_;
  std::vector<double> emissions_;
};

// Divides a row by its sum and returns the sum, 0 where the row is empty.
double normalise(double* row, std::size_t size) {
  double sum = 0.0;
  for (std::size_t s = 0; s < size; ++s) sum += row[s];
  if (sum <= 0.0) return 0.0;
  if (const double factor = 1.0 / sum; std::isfinite(factor)) {
    for (std::size_t s = 0; s < size; ++s) row[s] *= factor;
  } else {  // of a sum below the normal numbers
    for (std::size_t s = 0; s < size; ++s) row[s] /= sum;
  }
  return sum;
}

// Fills the forward variables, rows of size() + kMargin doubles whose first two stay zero, and
// returns the logarithm of all paths' probability.
double run_forward(States& states, std::size_t frames, std::vector<double>& forward) {
  const std::size_t size = states.size();
  const std::size_t width = size + kMargin;
  const double* skips = states.skips();
  double logarithm = 0.0;
  for (std::size_t t = 0; t < frames; ++t) {
    const double* emissions = states.emissions(t);
    double* now = forward.data() + t * width + kMargin;
    if (t == 0) {
      for (std::size_t s = 0; s < std::min<std::size_t>(2, size); ++s) now[s] = emissions[s];
    } else {
      const double* before = forward.data() + (t - 1) * width;  // its margin is in front
      for (std::size_t s = 0; s < size; ++s) {
        now[s] = (before[s + 2] + before[s + 1] + skips[s] * before[s]) * emissions[s];
      }
    }
    logarithm += std::log(normalise(now, size));
  }
  const double* last = forward.data() + frames * width - 1;
  return logarithm + std::log(last[0] + (size > 1 ? last[-1] : 0.0));
}

// Runs backward through the frames and subtracts the shares of the paths from the gradient.
void run_backward(States& states, std::size_t frames, std::size_t vocabulary,
                  const std::vector<double>& forward, float* gradient) {
  const std::size_t size = states.size();
  const std::size_t width = size + kMargin;
  const double* skips = states.skips();
  std::vector<double> backward(size, 0.0), shares(size), after(width, 0.0), tokens(vocabulary);
  std::fill(backward.end() - (size > 1 ? 2 : 1), backward.end(), 1.0);
  for (std::size_t t = frames; t-- > 0;) {
    const double* now = forward.data() + t * width + kMargin;
    for (std::size_t s = 0; s < size; ++s) shares[s] = now[s] * backward[s];
    normalise(shares.data(), size);
    std::fill(tokens.begin(), tokens.end(), 0.0);
    for (std::size_t s = 0; s < size; ++s) tokens[states.token(s)] += shares[s];
    float* row = gradient + t * vocabulary;
    for (std::size_t v = 0; v < vocabulary; ++v) row[v] = -static_cast<float>(tokens[v]);
    const double* emissions = states.emissions(t);
    for (std::size_t s = 0; s < size; ++s) after[s] = backward[s] * emissions[s];
    for (std::size_t s = 0; s < size; ++s) {
      backward[s] = after[s] + after[s + 1] + skips[s + 2] * after[s + 2];
    }
    normalise(backward.data(), size);
  }
}

}  // namespace

double ctc_loss(const float* log_probs, std::size_t frames, std::size_t vocabulary,
                std::span<const std::int32_t> target, float* gradient) {
  States states(log_probs, vocabulary, target);
  std::vector<double> forward(frames * (states.size() + kMargin), 0.0);
  const double logarithm =
      frames > 0 ? run_forward(states, frames, forward) : -std::numeric_limits<double>::infinity();
  if (std::isfinite(logarithm)) {
    run_backward(states, frames, vocabulary, forward, gradient);
    return -logarithm;
  }
  std::fill(gradient, gradient + frames * vocabulary, 0.0F);
  return std::isnan(logarithm) ? logarithm : std::numeric_limits<double>::infinity();
}

}  // namespace auricle
