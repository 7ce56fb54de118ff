#include "failure.h"

#include "auricle.h"

namespace auricle::capi {
namespace {

thread_local std::string kept_message;
thread_local const char* message = "";

}  // namespace

int32_t report(Status status, const std::string& detail) noexcept {
  try {
    kept_message = status_message(status, detail);
    message = kept_message.c_str();
  } catch (...) {
    message = status_sentence(status);
  }
  return static_cast<int32_t>(status);
}

}  // namespace auricle::capi

const char* auricle_error_message(void) { return auricle::capi::message; }

const char* auricle_status_name(int32_t status) {
  return auricle::status_name(static_cast<auricle::Status>(status));
}

const char* auricle_status_sentence(int32_t status) {
  return auricle::status_sentence(static_cast<auricle::Status>(status));
}

const char* auricle_version(void) { return AURICLE_VERSION; }
