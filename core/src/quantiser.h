// Quantiser: a codebook of 2^bits floats with small mean squared error for the values it has seen.
//
// Values are counted in bins of a relative width of 2^-11 (the float's own upper bits), then
// Lloyd's iteration runs on the bins, started from centres whose density is the cube root of the
// values' (Panter and Dite 1951).
#pragma once

#include <cstddef>
#include <cstdint>
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
  std::vector<double> initial_centres(const std::vector<Bin>& bins, size_t size) const;
  bool reserved_code(float value, uint32_t* code) const;

  int bits_;
  std::vector<float> reserved_;
  std::vector<Bin> bins_;
  std::vector<float> codebook_;    // the reserved values, then the centres in ascending order
  std::vector<float> boundaries_;  // between neighbouring centres
};

}  // namespace auricle
