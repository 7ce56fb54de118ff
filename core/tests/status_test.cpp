#include "auricle/status.h"

#include "check.h"

using auricle::Status;

TEST(a_status_has_a_name_and_a_sentence) {
  CHECK_EQ(std::string(auricle::status_name(Status::kScorerTruncated)), "ScorerTruncated");
  CHECK_EQ(std::string(auricle::status_sentence(Status::kOk)), "success");
  CHECK_EQ(std::string(auricle::status_sentence(static_cast<Status>(12345))), "unknown status");
}

TEST(fail_keeps_the_detail_where_it_is_wanted) {
  std::string detail;
  CHECK_EQ(auricle::fail(Status::kFileRead, &detail, "line 3"), Status::kFileRead);
  CHECK_EQ(detail, "line 3");
  CHECK_EQ(auricle::fail(Status::kFileRead, nullptr, "line 3"), Status::kFileRead);
}
