#include "quantiser.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

namespace auricle {
namespace {

constexpr int kDroppedBits = 12;

// Maps floats to integers in the same order.
uint32_t bin_of(float value) {
  const auto bits = std::bit_cast<uint32_t>(value);
  const uint32_t ordered = (bits >> 31) != 0 ? ~bits : bits | 0x80000000U;
  return ordered >> kDroppedBits;
}

}  // namespace

Quantiser::Quantiser(int bits, std::vector<float> reserved)
    : bits_(bits), reserved_(std::move(reserved)), bins_(size_t{1} << (32 - kDroppedBits)) {}

bool Quantiser::reserved_code(float value, uint32_t* code) const {
  for (size_t k = 0; k < reserved_.size(); ++k) {
    if (std::bit_cast<uint32_t>(reserved_[k]) == std::bit_cast<uint32_t>(value)) {
      *code = static_cast<uint32_t>(k);
      return true;
    }
  }
  return false;
}

void Quantiser::add(float value) {
  uint32_t code = 0;
  if (reserved_code(value, &code)) return;
  if (few_) {
    distinct_.insert(value);
    few_ = distinct_.size() <= free_codes();
  }
  Bin& bin = bins_[bin_of(value)];
  ++bin.count;
  bin.sum += static_cast<double>(value);
}

std::vector<double> Quantiser::initial_centres(const std::vector<Bin>& bins, size_t size) const {
  constexpr size_t kCells = 4096;
  const auto mean = [](const Bin& bin) { return bin.sum / static_cast<double>(bin.count); };
  const double low = mean(bins.front());
  const double width = (mean(bins.back()) - low) / kCells;
  std::vector<double> weight(kCells, 0.0);
  for (const Bin& bin : bins) {
    const auto cell = std::min(kCells - 1, static_cast<size_t>((mean(bin) - low) / width));
    weight[cell] += static_cast<double>(bin.count);
  }
  double total = 0.0;
  for (double& cell : weight) total += cell = std::cbrt(cell);
  std::vector<double> centres;
  double passed = 0.0;
  for (size_t cell = 0; cell < kCells && centres.size() < size; ++cell) {
    passed += weight[cell];
    // Several centres may fall into one cell; they are spread over it.
    const double wanted = passed / total * static_cast<double>(size);
    const size_t here = static_cast<size_t>(wanted + 0.5) - centres.size();
    for (size_t k = 0; k < here && centres.size() < size; ++k) {
      const double share = (static_cast<double>(k) + 0.5) / static_cast<double>(here);
      centres.push_back(low + width * (static_cast<double>(cell) + share));
    }
  }
  return centres;
}

std::vector<double> Quantiser::centres(const std::vector<Bin>& bins) const {
  constexpr int kIterations = 25;
  std::vector<double> centres = initial_centres(bins, free_codes());
  for (int iteration = 0; iteration < kIterations; ++iteration) {
    std::vector<Bin> cells(centres.size());
    size_t nearest = 0;
    for (const Bin& bin : bins) {
      const double value = bin.sum / static_cast<double>(bin.count);
      while (nearest + 1 < centres.size() &&
             value > (centres[nearest] + centres[nearest + 1]) / 2) {
        ++nearest;
      }
      cells[nearest].count += bin.count;
      cells[nearest].sum += bin.sum;
    }
    for (size_t k = 0; k < centres.size(); ++k) {
      if (cells[k].count > 0) centres[k] = cells[k].sum / static_cast<double>(cells[k].count);
    }
    std::sort(centres.begin(), centres.end());  // a centre without values may have been passed
  }
  return centres;
}

void Quantiser::build() {
  std::vector<double> chosen;
  if (few_) {
    chosen.assign(distinct_.begin(), distinct_.end());
    std::sort(chosen.begin(), chosen.end());
  } else {
    std::vector<Bin> bins;
    for (const Bin& bin : bins_) {
      if (bin.count > 0) bins.push_back(bin);
    }
    if (bins.size() <= free_codes()) {
      for (const Bin& bin : bins) chosen.push_back(bin.sum / static_cast<double>(bin.count));
    } else {
      chosen = centres(bins);
    }
  }
  bins_ = {};
  distinct_ = {};
  codebook_ = reserved_;
  for (const double centre : chosen) codebook_.push_back(static_cast<float>(centre));
  for (size_t k = 0; k + 1 < chosen.size(); ++k) {
    boundaries_.push_back(static_cast<float>((chosen[k] + chosen[k + 1]) / 2));
  }
  codebook_.resize(size_t{1} << bits_, 0.0F);
}

uint32_t Quantiser::code(float value) const {
  uint32_t code = 0;
  if (reserved_code(value, &code)) return code;
  const auto above = std::lower_bound(boundaries_.begin(), boundaries_.end(), value);
  return static_cast<uint32_t>(reserved_.size()) +
         static_cast<uint32_t>(above - boundaries_.begin());
}

}  // namespace auricle
