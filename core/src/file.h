// Files with UTF-8 names on every system: output that appears only when complete, and temporary
// storage.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

namespace auricle {

// As std::fopen, for a path in UTF-8.
std::FILE* open_file(const std::string& path, const char* mode);

// A file that is written under a temporary name and takes its own only at `commit`.
class OutputFile {
 public:
  OutputFile() = default;
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  ~OutputFile();  // without a commit nothing remains

  bool open(const std::string& path);
  bool write(const void* data, size_t bytes);
  bool rewrite_start(const void* data, size_t bytes);
  bool commit();

 private:
  std::string path_;
  std::string part_path_;
  std::FILE* file_ = nullptr;
};

// Scratch storage that vanishes with its object.
class TempFile {
 public:
  TempFile() = default;
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;
  ~TempFile();

  // Creates the file in `directory` at the first append.
  bool append(const std::string& directory, const void* data, size_t bytes);
  bool read(uint64_t offset, void* data, size_t bytes);
  uint64_t size() const { return size_; }

 private:
  bool create(const std::string& directory);

  std::string path_;
  std::FILE* file_ = nullptr;
  uint64_t size_ = 0;
  bool at_end_ = true;
};

}  // namespace auricle
