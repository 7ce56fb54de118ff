#include "auricle/sha256.h"

#include <string>
#include <string_view>

#include "check.h"

namespace {

std::string sum(std::string_view text) {
  return auricle::sha256({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

}  // namespace

// The examples of FIPS 180-2, appendix B.
TEST(sha256_of_the_published_examples) {
  CHECK_EQ(sum(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK_EQ(sum("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK_EQ(sum("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
           "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK_EQ(sum(std::string(1'000'000, 'a')),
           "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}
