#include "auricle/segment_hearing.h"

#include <algorithm>
#include <utility>

#include "auricle/log_add.h"

namespace auricle {
namespace {

constexpr float kUnheard = -1000.0F;  // what comes to no more is not worth telling apart

}  // namespace

SegmentHearing::SegmentHearing(std::shared_ptr<const SecondPass> second_pass,
                               const std::vector<PathNode>& paths, const Vocabulary& vocabulary,
                               const LexiconLayers* lexicon)
    : second_pass_(std::move(second_pass)),
      paths_(paths),
      vocabulary_(vocabulary),
      lexicon_(lexicon) {
  begin_segment(0);
}

void SegmentHearing::begin_segment(uint64_t frame) {
  traceback_ = std::make_unique<Traceback>(paths_, vocabulary_, lexicon_);
  words_.assign(1, {});  // before the first one
  words_.front().heard = true;
  rows_.clear();
  peaks_.clear();
  first_frame_ = frame;
}

void SegmentHearing::add_row(const float* row, bool silent) {
  constexpr size_t kSilentRows = 512;
  const size_t columns = second_pass_->columns();
  if (silent && peaks_.size() >= kSilentRows) {
    const size_t dropped = peaks_.size() - SecondPass::kReach;
    const double sum = peaks_[dropped - 1];
    rows_.erase(rows_.begin(), rows_.begin() + static_cast<ptrdiff_t>(dropped * columns));
    peaks_.erase(peaks_.begin(), peaks_.begin() + static_cast<ptrdiff_t>(dropped));
    for (double& peak : peaks_) peak -= sum;
    first_frame_ += dropped;
  }
  const double before = peaks_.empty() ? 0.0 : peaks_.back();
  rows_.insert(rows_.end(), row, row + columns);
  peaks_.push_back(before + std::max(kUnheard, *std::max_element(row, row + columns)));
}

void SegmentHearing::end_word(uint32_t path, uint32_t word, Heard* heard) {
  heard->last_word = traceback_->last_word(path, word);
  ++heard->waiting;
}

bool SegmentHearing::hear(Heard* heard) {
  if (heard->waiting == 0) return false;
  uint32_t word = heard->last_word;
  uint32_t too_early = 0;
  for (; word != Traceback::kStart; word = traceback_->before(word), ++too_early) {
    if (traceback_->word(word).end_frame + kDelay <= next_frame()) break;
  }
  if (word == Traceback::kStart || too_early >= heard->waiting) return false;
  hear_word(word);
  heard->waiting = too_early;
  heard->score = second_pass_->weight() * words_[word].score;
  return true;
}

// Hears the words before it first.
void SegmentHearing::hear_word(uint32_t number) {
  words_.resize(std::max<size_t>(words_.size(), traceback_->size()));
  std::vector<uint32_t> unheard;
  for (; !words_[number].heard; number = traceback_->before(number)) unheard.push_back(number);
  for (size_t k = unheard.size(); k-- > 0; number = unheard[k]) {
    Word& word = words_[unheard[k]];
    word.paths = second_pass_->hear_word(traceback_->word(unheard[k]), words_[number].paths, rows_,
                                         first_frame_, kDelay);
    word.score = best_of(word.paths);
    word.heard = true;
  }
}

float SegmentHearing::best_of(const HeardWord& paths) const {
  float best = kUnheard;
  for (HeardWord::Frame frame = paths.begin; frame < paths.end; ++frame) {
    const double peaks = peaks_[static_cast<size_t>(frame)];
    best = std::max(best, paths.sum(frame) - static_cast<float>(peaks));
  }
  return best;
}

std::vector<float> SegmentHearing::hear_texts(const Traceback& traceback,
                                              std::span<const uint32_t> last_words) const {
  return second_pass_->hear(traceback, last_words, rows_, first_frame_);
}

}  // namespace auricle
