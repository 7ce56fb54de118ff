#include "auricle/log_add.h"

#include <cmath>

namespace auricle {

LogAddTable::LogAddTable() {
  constexpr double kStep = 1.0 / kPiecesPerUnit;
  const auto value = [](double d) { return std::log1p(std::exp(-d)); };
  const auto slope = [](double d) { return -kStep / (1.0 + std::exp(d)); };
  for (size_t number = 0; number < pieces_.size(); ++number) {
    const double begin = kStep * static_cast<double>(number);
    const double end = begin + kStep;
    const double rise = value(end) - value(begin);
    const double coefficients[4] = {value(begin), slope(begin),
                                    3.0 * rise - 2.0 * slope(begin) - slope(end),
                                    slope(begin) + slope(end) - 2.0 * rise};
    for (size_t k = 0; k < 4; ++k) pieces_[number][k] = static_cast<float>(coefficients[k]);
  }
}

const LogAddTable kLogAddTable;

}  // namespace auricle
