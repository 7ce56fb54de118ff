// MappedFile: the bytes of a file, mapped where the system can, read where it cannot (WASI).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace auricle {

class MappedFile {
 public:
  MappedFile() = default;
  explicit MappedFile(std::vector<uint8_t> bytes);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  // Opens `path` (UTF-8) for reading; false where it cannot be opened, mapped or read.
  bool open(const std::string& path);

  std::span<const uint8_t> bytes() const { return {data_, size_}; }

 private:
  void close();

  const uint8_t* data_ = nullptr;
  size_t size_ = 0;
  std::vector<uint8_t> owned_;  // the bytes, where they are not mapped
  bool mapped_ = false;
};

}  // namespace auricle
