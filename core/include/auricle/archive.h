// A packed package: a zip file whose members are stored, neither compressed nor in folders.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "auricle/status.h"

namespace auricle {

class Archive {
 public:
  using Members = std::map<std::string, std::span<const uint8_t>>;

  Archive() = default;

  // The files of a package that lie apart in memory; their bytes must outlive the archive.
  explicit Archive(Members members) : members_(std::move(members)) {}

  // Reads the directory of an archive; kPackageArchive where it is none, or where it holds anything
  // but stored files. The bytes must outlive the archive.
  static Status open(std::span<const uint8_t> bytes, Archive* out, std::string* detail);

  // The content of a member; false where there is none of the name.
  bool find(const std::string& name, std::span<const uint8_t>* content) const;

 private:
  Members members_;
};

// Whether a name can only mean a file beside others: not empty, without folders and drives, and not
// hidden.
bool is_plain_file_name(std::string_view name);

}  // namespace auricle
