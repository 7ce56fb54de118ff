// Quantiser: a codebook of 2^bits floats with small mean squared error for the values it has seen.
//
// Up to so many distinct values are all kept as they are, as those of a model that was quantised
// before. More are counted in bins of a relative width of 2^-11 (the float's own upper bits), then
// Lloyd's iteration runs on the bins, started from centres whose density is the cube root of the
// values' (Panter and Dite 1951).
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_set>
#include <vector>

namespace auricle {

class Quantiser {
 public:
  // `reserved` are codes 0, 1, ... for values that must survive exactly, bit for bit.
  Quantiser(int bits, std::vector<float> reserved);

  void add(float value);
  void build();

  uint32_t code(float value) const;
  const std::vector<float>& codebook() const { return codebook_; }

 private:
  struct Bin {
    uint64_t count = 0;
    double sum = 0.0;
  };
  size_t free_codes() const { return (size_t{1} << bits_) - reserved_.size(); }
  std::vector<double> centres(const std::vector<Bin>& bins) const;
  std::vector<double> initial_centres(const std::vector<Bin>& bins, size_t size) const;
  bool reserved_code(float value, uint32_t* code) const;

  int bits_;
  std::vector<float> reserved_;
  std::vector<Bin> bins_;
  std::unordered_set<float> distinct_;  // the values, while they are no more than the codes
  bool few_ = true;                     // whether they still are
  std::vector<float> codebook_;         // the reserved values, then the centres in ascending order
  std::vector<float> boundaries_;       // between neighbouring centres
};

}  // namespace auricle
