#include "failure.h"

#include "auricle.h"

namespace auricle::capi {
namespace {

thread_local std::string kept_message;
thread_local const char* message = "";

// What a user does about a failure, where its detail does not say so.
const char* remedy(Status status) {
  switch (status) {
    case Status::kPackageNotFound:
      return "; give the path of a package folder or of a .auricle file";
    case Status::kPackageFormat:
      return "; install a matching version of the package or of the library";
    case Status::kPackageArchive:
    case Status::kPackageDescription:
    case Status::kPackageFileMissing:
    case Status::kPackageChecksum:
    case Status::kGraphInvalid:
    case Status::kGraphContract:
      return "; install the package again";
    case Status::kRuntimeVersion:
      return "; install a newer one";
    case Status::kScorerNotFound:
    case Status::kScorerVocabularyMismatch:
      return "; take another scorer, or build one with `auricle lm build`";
    default:
      return "";
  }
}

}  // namespace

int32_t report(Status status, const std::string& detail) noexcept {
  try {
    kept_message = status_sentence(status);
    if (!detail.empty()) kept_message += ": " + detail;
    kept_message += remedy(status);
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
