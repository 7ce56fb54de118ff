#include "failure.h"

#include <auricle.h>

#include <cstdlib>
#include <cstring>

namespace auricle::old {
namespace {

thread_local int kept_code = DS_ERR_OK;
thread_local std::string kept_detail;

const char* sentence_of(int code) {
  switch (code) {
#define DS_SENTENCE(name, number, sentence) \
  case name:                                \
    return sentence;
    DS_FOR_EACH_ERROR(DS_SENTENCE)
#undef DS_SENTENCE
    default:
      return "This is none of the error codes";
  }
}

}  // namespace

int report(DeepSpeech_Error_Codes code, const std::string& detail) noexcept {
  kept_code = code;
  try {
    kept_detail = detail;
  } catch (...) {
    kept_detail.clear();
  }
  return code;
}

int report_engine(DeepSpeech_Error_Codes code) noexcept {
  try {
    return report(code, auricle_error_message());
  } catch (...) {
    return report(code, {});
  }
}

char* copy(const char* text) noexcept {
  if (text == nullptr) return nullptr;
  const size_t size = std::strlen(text) + 1;
  void* made = std::malloc(size);
  return made == nullptr ? nullptr : static_cast<char*>(std::memcpy(made, text, size));
}

}  // namespace auricle::old

namespace old = auricle::old;

char* DS_ErrorCodeToErrorMessage(int code) {
  const char* sentence = old::sentence_of(code);
  try {
    if (code != old::kept_code || old::kept_detail.empty()) return old::copy(sentence);
    return old::copy((std::string(sentence) + ": " + old::kept_detail).c_str());
  } catch (...) {
    return old::copy(sentence);
  }
}

char* DS_Version(void) {
  try {
    return old::copy((std::string("0.9.3+auricle.") + auricle_version()).c_str());
  } catch (...) {
    return nullptr;
  }
}

void DS_FreeString(char* text) { std::free(text); }
