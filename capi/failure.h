// How a failure crosses the border to C: a status, and a message that the thread keeps.
#pragma once

#include <cstdint>
#include <new>
#include <string>

#include "auricle/status.h"

namespace auricle::capi {

// Keeps the message for auricle_error_message(), and returns the code. Allocates nothing that it
// cannot do without.
int32_t report(Status status, const std::string& detail) noexcept;

// Runs work(&detail), which returns a status. The core throws nothing of its own; what reaches this
// border is the standard library's want of memory.
template <typename Work>
int32_t guarded(const Work& work) noexcept {
  try {
    std::string detail;
    const Status status = work(&detail);
    return status == Status::kOk ? 0 : report(status, detail);
  } catch (...) {
    return report(Status::kOutOfMemory, {});
  }
}

}  // namespace auricle::capi
