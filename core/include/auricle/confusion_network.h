// The confusion network of a segment: its words in slots, one after the other, each with its
// competitors.
//
// All hypotheses of the beam are aligned to the slots in turn, best first (a pivot alignment after
// Mangu, Brill and Stolcke, 2000, and Hakkani-Tuer et al., 2006): a word goes to a slot that it
// overlaps in time, most gladly to one that has it already, or opens a new one. A word's posterior
// is the share of all hypotheses that have it in the slot; what is missing to 1 is the share of
// those that have nothing there.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace auricle {

struct Hypothesis;

struct NetworkWord {
  std::string text;
  float posterior = 0.0F;
  uint64_t first_frame = 0;  // in the likeliest hypothesis that has it
  uint64_t end_frame = 0;    // one past the last
  double start = 0.0;        // of the word, in frames: see word_times.h
  double end = 0.0;
};

struct NetworkSlot {
  std::vector<NetworkWord> words;  // likeliest first
  float nothing = 0.0F;            // posterior of no word here
};

// Hypotheses come best first; their confidences are their shares and sum to 1.
std::vector<NetworkSlot> make_network(const std::vector<Hypothesis>& hypotheses);

}  // namespace auricle
