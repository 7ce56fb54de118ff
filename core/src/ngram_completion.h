// NgramCompletion: n-grams in any order to sorted levels in which every n-gram's beginning and end
// are stored.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "auricle/status.h"
#include "record_store.h"
#include "scorer_writer.h"

namespace auricle {

class NgramCompletion {
 public:
  NgramCompletion(int order, uint32_t vocabulary_size, Workspace workspace);

  // `words` in text order.
  void add(int n, const uint32_t* words, float probability, float backoff);

  // Unigrams by word, and the sorted higher levels as write_scorer wants them.
  // kArpaSyntax where an n-gram was added twice (its word ids in *duplicate, in text order).
  Status finish(const std::vector<float>& probabilities, const std::vector<float>& backoffs,
                NgramLevels* levels, std::vector<uint32_t>* duplicate);

 private:
  enum Kind : uint32_t { kListed, kContext, kEnding };
  using Values = std::unordered_map<std::string, float>;  // of n-grams as bytes

  Status complete_level(int n, std::vector<uint32_t>* duplicate);
  void require_parts(int n, const uint32_t* reversed);
  Status fill_gaps(int n);

  int order_;
  Workspace workspace_;
  std::vector<std::unique_ptr<RecordStore>>
      raw_;  // by order; reversed words, kind, probability, back-off
  NgramLevels levels_;
  std::vector<bool> context_words_;
  std::vector<uint64_t> gaps_;  // n-grams without a probability of their own, by order
};

}  // namespace auricle
