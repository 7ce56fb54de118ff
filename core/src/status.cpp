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

}  // namespace auricle
