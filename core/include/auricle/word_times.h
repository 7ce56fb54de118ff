// From the frames where units peak to the time that a word takes.
//
// A network trained with CTC puts a unit into one frame or two, somewhere in or after the sound,
// and a blank into all others (Graves et al., 2006): the peaks tell the order, not the length. A
// word therefore reaches some frames beyond its first and last peak, how many is a property of the
// network, and where two words would overlap they part in that proportion.
#pragma once

#include <algorithm>
#include <vector>

namespace auricle {

struct WordTimes {
  float lead_frames = 0.0F;  // from the beginning of a word to its first peak, at least 0
  float tail_frames = 0.0F;  // from the end of its last peak to the end of the word, at least 0
};

// Sets `start` and `end`, in frames, of words in order of time that have `first_frame` and
// `end_frame` of their peaks; none begins before `earliest` or ends after `latest`.
template <typename Word>
void set_word_times(const WordTimes& times, double earliest, double latest,
                    const std::vector<Word*>& words) {
  const double lead = times.lead_frames;
  const double tail = times.tail_frames;
  double ended = earliest;  // the word before
  for (size_t i = 0; i < words.size(); ++i) {
    Word& word = *words[i];
    const auto peaks_end = static_cast<double>(word.end_frame);
    word.start = std::max(ended, static_cast<double>(word.first_frame) - lead);
    word.end = std::min(latest, peaks_end + tail);
    if (i + 1 < words.size()) {
      const double gap = static_cast<double>(words[i + 1]->first_frame) - peaks_end;
      if (gap < lead + tail) word.end = peaks_end + gap * tail / (lead + tail);
    }
    word.end = std::max(word.end, word.start);
    ended = word.end;
  }
}

}  // namespace auricle
