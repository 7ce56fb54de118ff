#include "auricle/confusion_network.h"

#include <algorithm>
#include <numeric>

#include "auricle/decoder.h"

namespace auricle {
namespace {

constexpr float kNewWord = 1.0F;  // in a slot that lacks it
constexpr float kApart = 1.0F;    // in a slot at another time
constexpr float kAlone = 0.75F;   // a slot without a word, or a word without a slot
constexpr float kLeastShare = 1e-5F;

bool overlap(const NetworkWord& a, const DecodedWord& b) {
  return a.first_frame < b.end_frame && b.first_frame < a.end_frame;
}

float place_cost(const NetworkSlot& slot, const DecodedWord& word) {
  const bool together = std::any_of(slot.words.begin(), slot.words.end(),
                                    [&word](const NetworkWord& w) { return overlap(w, word); });
  const bool known = std::any_of(slot.words.begin(), slot.words.end(),
                                 [&word](const NetworkWord& w) { return w.text == word.text; });
  return (together ? 0.0F : kApart) + (known ? 0.0F : kNewWord);
}

void add_word(NetworkSlot* slot, const DecodedWord& word, float share) {
  for (NetworkWord& same : slot->words) {
    if (same.text != word.text) continue;
    same.posterior += share;
    return;
  }
  slot->words.push_back({word.text, share, word.first_frame, word.end_frame, word.start, word.end});
}

// Aligns the words of a hypothesis to the slots at the least cost, and adds them.
class SlotAligner {
 public:
  SlotAligner(std::vector<NetworkSlot>* slots, const Hypothesis& hypothesis)
      : slots_(*slots),
        words_(hypothesis.words),
        share_(hypothesis.confidence),
        width_(hypothesis.words.size() + 1),
        costs_((slots->size() + 1) * width_, 0.0F) {}

  void run() {
    fill();
    trace();
  }

 private:
  float& cost(size_t slot, size_t word) { return costs_[slot * width_ + word]; }

  void fill() {
    for (size_t s = 0; s <= slots_.size(); ++s) {
      for (size_t w = 0; w < width_; ++w) {
        if (s == 0 && w == 0) continue;
        float best = 1e30F;
        if (s > 0) best = std::min(best, cost(s - 1, w) + kAlone);
        if (w > 0) best = std::min(best, cost(s, w - 1) + kAlone);
        if (s > 0 && w > 0) {
          best = std::min(best, cost(s - 1, w - 1) + place_cost(slots_[s - 1], words_[w - 1]));
        }
        cost(s, w) = best;
      }
    }
  }

  // From the end, so that new slots do not move those still to come.
  void trace() {
    size_t s = slots_.size();
    size_t w = words_.size();
    while (w > 0) {
      const DecodedWord& word = words_[w - 1];
      if (s > 0 && cost(s, w) == cost(s - 1, w - 1) + place_cost(slots_[s - 1], word)) {
        add_word(&slots_[s - 1], word, share_);
        --s;
        --w;
      } else if (s > 0 && cost(s, w) == cost(s - 1, w) + kAlone) {
        --s;
      } else {
        const auto place = slots_.begin() + static_cast<std::ptrdiff_t>(s);
        add_word(&*slots_.emplace(place), word, share_);
        --w;
      }
    }
  }

  std::vector<NetworkSlot>& slots_;
  const std::vector<DecodedWord>& words_;
  float share_;
  size_t width_;
  std::vector<float> costs_;
};

}  // namespace

std::vector<NetworkSlot> make_network(const std::vector<Hypothesis>& hypotheses) {
  std::vector<NetworkSlot> slots;
  for (const Hypothesis& hypothesis : hypotheses) {
    if (hypothesis.confidence >= kLeastShare) SlotAligner(&slots, hypothesis).run();
  }
  for (NetworkSlot& slot : slots) {
    std::stable_sort(
        slot.words.begin(), slot.words.end(),
        [](const NetworkWord& a, const NetworkWord& b) { return a.posterior > b.posterior; });
    const float all =
        std::accumulate(slot.words.begin(), slot.words.end(), 0.0F,
                        [](float sum, const NetworkWord& word) { return sum + word.posterior; });
    slot.nothing = std::max(0.0F, 1.0F - all);
  }
  return slots;
}

}  // namespace auricle
