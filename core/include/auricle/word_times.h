// From the frames where units peak to the time that a word takes.
//
// A network trained with CTC puts a unit into one frame or two, somewhere in or after the sound,
// and a blank into all others (Graves et al., 2006): the peaks tell the order, not the length.
// Where in the sound is a property of the network that is measured once. A word begins some frames
// before its first peak, ends some frames after its last, lasts some frames at least, for many
// words have one unit alone, and ends in any case where the next one begins.
#pragma once

#include <algorithm>
#include <vector>

namespace auricle {

struct WordTimes {
  float lead_frames = 0.0F;      // from the beginning of a word to its first peak, at least 0
  float tail_frames = 0.0F;      // from the end of its last peak to the end of the word, at least 0
  float shortest_frames = 0.0F;  // that a word lasts, if the next one leaves the time
};

// Sets `start` and `end`, in frames, of words in order of time that have `first_frame` and
// `end_frame` of their peaks; none begins before `earliest` or ends after `latest`.
template <typename Word>
void set_word_times(const WordTimes& times, double earliest, double latest,
                    const std::vector<Word*>& words) {
  const double lead = times.lead_frames;
  double ended = earliest;  // the word before
  for (size_t i = 0; i < words.size(); ++i) {
    Word& word = *words[i];
    const auto peaks_end = static_cast<double>(word.end_frame);
    word.start = std::max(ended, static_cast<double>(word.first_frame) - lead);
    word.end = std::max(peaks_end + times.tail_frames, word.start + times.shortest_frames);
    if (i + 1 < words.size()) {
      const double next = static_cast<double>(words[i + 1]->first_frame) - lead;
      word.end = std::min(word.end, std::max(peaks_end, next));
    }
    word.end = std::max(word.start, std::min(latest, word.end));
    ended = word.end;
  }
}

}  // namespace auricle
