// The three passes of modified Kneser-Ney estimation over sorted records; the formulas are in
// auricle/ngram_build.h.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "auricle/status.h"
#include "build_vocabulary.h"
#include "record_store.h"
#include "scorer_writer.h"

namespace auricle {

// Called every million records; false stops.
using Tick = std::function<bool()>;

class KneserNey {
 public:
  // `prune` has one threshold for every order.
  KneserNey(int order, std::vector<uint64_t> prune, Workspace workspace, Tick tick);

  // Pass 1. `counts`: n-grams of the highest order (words by appearance, last first, then a uint64
  // count), each sentence padded with order - 1 times <s>.
  Status adjust_counts(RecordStore* counts, const BuildVocabulary& vocabulary);
  Status find_discounts(const std::vector<float>* fallback, std::string* detail);
  // Pass 2.
  Status estimate();
  // Pass 3.
  Status interpolate(NgramLevels* levels);

 private:
  struct Discounts {
    double by_count[4] = {};  // 3 stands for 3 and more
    double of(uint64_t count) const { return by_count[count < 3 ? count : 3]; }
  };
  struct Context {
    double denominator = 0.0;
    double gamma = 0.0;
    bool extended = false;  // by an n-gram that is not pruned
  };
  // One n-gram of an order below the highest whose records are passing.
  struct OpenNgram {
    uint64_t adjusted = 0;
    uint64_t actual = 0;
  };

  void emit_adjusted(int n, const uint32_t* reversed, uint64_t adjusted, uint64_t actual,
                     const BuildVocabulary& vocabulary);
  Context measure(int n, const std::vector<uint32_t>& group) const;
  void estimate_group(int n, const std::vector<uint32_t>& group);
  Status interpolate_unigrams(NgramLevels* levels);
  Status interpolate_level(int n, NgramLevels* levels);
  bool tick();

  int order_;
  std::vector<uint64_t> prune_;
  Workspace workspace_;
  Tick tick_;
  uint64_t ticks_ = 0;
  uint32_t vocabulary_size_ = 0;
  // All by order, from 1:
  std::vector<std::vector<uint64_t>> counts_of_counts_;
  std::vector<Discounts> discounts_;
  std::vector<std::unique_ptr<RecordStore>>
      adjusted_;  // context last word first, word, count and mark
  std::vector<std::unique_ptr<RecordStore>>
      estimated_;                                     // n-gram last word first, probability, gamma
  std::vector<std::unique_ptr<RecordStore>> gammas_;  // n-gram last word first, log10 gamma
};

}  // namespace auricle
