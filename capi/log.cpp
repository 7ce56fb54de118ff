#include "log.h"

#include <mutex>

namespace auricle::capi {
namespace {

struct Receiver {
  auricle_log_function function = nullptr;
  void* user = nullptr;
};

std::mutex mutex;
Receiver receiver;

Receiver current_receiver() {
  const std::lock_guard<std::mutex> lock(mutex);
  return receiver;
}

}  // namespace

void log(int32_t level, const char* message) noexcept {
  const Receiver to = current_receiver();
  if (to.function != nullptr) to.function(level, message, to.user);
}

}  // namespace auricle::capi

void auricle_log_set(auricle_log_function function, void* user) {
  const std::lock_guard<std::mutex> lock(auricle::capi::mutex);
  auricle::capi::receiver = {function, user};
}
