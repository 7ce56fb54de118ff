#include "auricle/status.h"

namespace auricle {

const char* status_name(Status status) {
  switch (status) {
#define AURICLE_STATUS_NAME(name, code, sentence) \
  case Status::name:                              \
    return &#name[1];
    AURICLE_STATUS_TABLE(AURICLE_STATUS_NAME)
#undef AURICLE_STATUS_NAME
  }
  return "Unknown";
}

const char* status_sentence(Status status) {
  switch (status) {
#define AURICLE_STATUS_SENTENCE(name, code, sentence) \
  case Status::name:                                  \
    return sentence;
    AURICLE_STATUS_TABLE(AURICLE_STATUS_SENTENCE)
#undef AURICLE_STATUS_SENTENCE
  }
  return "unknown status";
}

namespace {

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

std::string status_message(Status status, const std::string& detail) {
  std::string message = status_sentence(status);
  if (!detail.empty()) message += ": " + detail;
  return message + remedy(status);
}

}  // namespace auricle
