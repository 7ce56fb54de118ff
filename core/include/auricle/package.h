// A model package, open for reading: a folder, one .auricle file, or the bytes of one.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>

#include "auricle/archive.h"
#include "auricle/lexicon.h"
#include "auricle/mapped_file.h"
#include "auricle/ngram.h"
#include "auricle/package_description.h"
#include "auricle/second_pass.h"
#include "auricle/status.h"

namespace auricle {

// Needed only until a model is made from it; not for several threads at once.
class Package {
 public:
  // Opens a folder or a .auricle file (UTF-8).
  static Status open(const std::string& path, std::unique_ptr<Package>* out, std::string* detail);

  // Opens the bytes of a .auricle file, which must outlive the package.
  static Status from_bytes(std::span<const uint8_t> bytes, std::unique_ptr<Package>* out,
                           std::string* detail);

  // Opens the files of a package's folder; their bytes must outlive the package.
  static Status from_files(Archive::Members files, std::unique_ptr<Package>* out,
                           std::string* detail);

  const PackageDescription& description() const { return description_; }

  // The text of auricle.json.
  const std::string& json() const { return json_; }

  // The content of a file, valid as long as the package: kPackageFileMissing.
  Status file(const std::string& name, std::span<const uint8_t>* out, std::string* detail);

  // Compares every file with its checksum: kPackageChecksum, kPackageFileMissing.
  Status verify(std::string* detail);

  // Opens the lexicon; null where there is none.
  Status open_lexicon(const Vocabulary& vocabulary, std::shared_ptr<const Lexicon>* out,
                      std::string* detail);

  // Opens the second pass; null where there is none.
  Status open_second_pass(std::shared_ptr<const SecondPass>* out, std::string* detail);

  // Opens the scorer, which outlives the package; null where there is none. That of a folder is
  // mapped, any other is copied.
  Status open_scorer(std::unique_ptr<Ngram>* out, std::string* detail);

 private:
  Package() = default;
  Status read_archive(std::span<const uint8_t> bytes, std::string* detail);
  Status read_json(std::string* detail);

  std::string folder_;  // with its last slash; empty where the files are in the archive
  MappedFile archive_file_;
  Archive archive_;
  std::map<std::string, MappedFile> files_;  // of the folder, opened so far
  PackageDescription description_;
  std::string json_;
};

}  // namespace auricle
