// Messages for the host's log function.
#pragma once

#include <cstdint>

#include "auricle.h"

namespace auricle::capi {

// Hands a message to the host's function, if there is one.
void log(int32_t level, const char* message) noexcept;

}  // namespace auricle::capi
