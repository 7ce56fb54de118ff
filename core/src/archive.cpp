#include "auricle/archive.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace auricle {
namespace {

static_assert(std::endian::native == std::endian::little, "archives are read in place");

// The records of the format (PKWARE's APPNOTE.TXT, section 4.3), in the order of a file's end.
constexpr uint32_t kEndSignature = 0x06054B50;
constexpr uint32_t kEntrySignature = 0x02014B50;
constexpr uint32_t kFileSignature = 0x04034B50;
constexpr size_t kEndBytes = 22;
constexpr size_t kEntryBytes = 46;
constexpr size_t kFileBytes = 30;
constexpr size_t kLongestComment = 65535;

template <typename T>
T field(std::span<const uint8_t> record, size_t offset) {
  T value;
  std::memcpy(&value, record.data() + offset, sizeof value);
  return value;
}

// The record of `size` bytes at a place, or none where it does not fit or begins otherwise.
std::span<const uint8_t> record_at(std::span<const uint8_t> bytes, uint64_t place, size_t size,
                                   uint32_t signature) {
  if (place > bytes.size() || bytes.size() - place < size) return {};
  const std::span<const uint8_t> record = bytes.subspan(static_cast<size_t>(place), size);
  if (field<uint32_t>(record, 0) != signature) return {};
  return record;
}

// The end record lies before a comment of unknown length.
std::span<const uint8_t> find_end(std::span<const uint8_t> bytes) {
  if (bytes.size() < kEndBytes) return {};
  const size_t last = bytes.size() - kEndBytes;
  const size_t first = last - std::min(last, kLongestComment);
  for (size_t place = last + 1; place-- > first;) {
    const auto record = record_at(bytes, place, kEndBytes, kEndSignature);
    if (!record.empty() && field<uint16_t>(record, 20) == last - place) return record;
  }
  return {};
}

}  // namespace

Status Archive::open(std::span<const uint8_t> bytes, Archive* out, std::string* detail) {
  const auto refuse = [detail](std::string what) {
    return fail(Status::kPackageArchive, detail, std::move(what));
  };
  const auto end = find_end(bytes);
  if (end.empty()) return refuse("it is no zip file, or its end is missing");
  const uint16_t count = field<uint16_t>(end, 10);
  uint64_t place = field<uint32_t>(end, 16);
  out->members_.clear();
  for (uint16_t i = 0; i < count; ++i) {
    const auto entry = record_at(bytes, place, kEntryBytes, kEntrySignature);
    if (entry.empty()) return refuse("its directory is damaged");
    const size_t name_bytes = field<uint16_t>(entry, 28);
    place += kEntryBytes;
    if (bytes.size() - place < name_bytes) return refuse("its directory is damaged");
    const std::string name(reinterpret_cast<const char*>(bytes.data() + place), name_bytes);
    place += name_bytes + field<uint16_t>(entry, 30) + field<uint16_t>(entry, 32);
    if (!is_plain_file_name(name)) return refuse("a package has no folders, but \"" + name + "\"");
    const bool encrypted = (field<uint16_t>(entry, 8) & 1) != 0;
    if (field<uint16_t>(entry, 10) != 0 || encrypted) {
      return refuse(name + " is compressed or encrypted; pack it stored");
    }
    const uint64_t size = field<uint32_t>(entry, 24);
    const uint64_t start = field<uint32_t>(entry, 42);
    const auto file = record_at(bytes, start, kFileBytes, kFileSignature);
    if (file.empty()) return refuse(name + " does not begin where the directory says");
    const uint64_t content =
        start + kFileBytes + field<uint16_t>(file, 26) + field<uint16_t>(file, 28);
    if (content > bytes.size() || bytes.size() - content < size)
      return refuse(name + " is cut off");
    out->members_[name] = bytes.subspan(static_cast<size_t>(content), static_cast<size_t>(size));
  }
  return Status::kOk;
}

bool Archive::find(const std::string& name, std::span<const uint8_t>* content) const {
  const auto member = members_.find(name);
  if (member == members_.end()) return false;
  *content = member->second;
  return true;
}

bool is_plain_file_name(std::string_view name) {
  return !name.empty() && name.front() != '.' &&
         name.find_first_of(std::string_view("/\\:\0", 4)) == name.npos;
}

}  // namespace auricle
