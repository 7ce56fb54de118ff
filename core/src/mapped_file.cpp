#include "auricle/mapped_file.h"

#include <utility>

#if defined(_WIN32)
#define WIN32_LEAN_AND_MEAN
#define NOMINMAX
#include <windows.h>
#elif defined(__wasi__)
#include <cstdio>
#else
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace auricle {

MappedFile::MappedFile(std::vector<uint8_t> bytes) : owned_(std::move(bytes)) {
  data_ = owned_.data();
  size_ = owned_.size();
}

MappedFile::MappedFile(MappedFile&& other) noexcept { *this = std::move(other); }

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  if (this == &other) return *this;
  close();
  owned_ = std::move(other.owned_);  // a moved vector keeps its buffer, so data_ stays right
  data_ = std::exchange(other.data_, nullptr);
  size_ = std::exchange(other.size_, 0);
  mapped_ = std::exchange(other.mapped_, false);
  return *this;
}

MappedFile::~MappedFile() { close(); }

#if defined(_WIN32)

bool MappedFile::open(const std::string& path) {
  close();
  const int wide_length = MultiByteToWideChar(CP_UTF8, 0, path.c_str(), -1, nullptr, 0);
  if (wide_length <= 0) return false;
  std::wstring wide(static_cast<size_t>(wide_length), L'\0');
  MultiByteToWideChar(CP_UTF8, 0, path.c_str(), -1, wide.data(), wide_length);
  HANDLE file = CreateFileW(wide.c_str(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_DELETE,
                            nullptr, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr);
  if (file == INVALID_HANDLE_VALUE) return false;
  LARGE_INTEGER length;
  bool opened = GetFileSizeEx(file, &length) != 0;
  if (opened && length.QuadPart > 0) {  // an empty file cannot be mapped
    HANDLE mapping = CreateFileMappingW(file, nullptr, PAGE_READONLY, 0, 0, nullptr);
    const void* view =
        mapping == nullptr ? nullptr : MapViewOfFile(mapping, FILE_MAP_READ, 0, 0, 0);
    if (mapping != nullptr) CloseHandle(mapping);  // the view keeps the mapping alive
    opened = view != nullptr;
    if (opened) {
      data_ = static_cast<const uint8_t*>(view);
      size_ = static_cast<size_t>(length.QuadPart);
      mapped_ = true;
    }
  }
  CloseHandle(file);
  return opened;
}

void MappedFile::close() {
  if (mapped_) UnmapViewOfFile(data_);
  data_ = nullptr;
  size_ = 0;
  mapped_ = false;
}

#elif defined(__wasi__)

bool MappedFile::open(const std::string& path) {
  close();
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) return false;
  uint8_t block[65536];
  size_t count = 0;
  owned_.clear();
  while ((count = std::fread(block, 1, sizeof block, file)) > 0) {
    owned_.insert(owned_.end(), block, block + count);
  }
  const bool complete = std::ferror(file) == 0;
  std::fclose(file);
  data_ = owned_.data();
  size_ = owned_.size();
  return complete;
}

void MappedFile::close() {
  data_ = nullptr;
  size_ = 0;
}

#else

bool MappedFile::open(const std::string& path) {
  close();
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  struct stat status;
  bool opened = fstat(file, &status) == 0 && S_ISREG(status.st_mode);
  if (opened && status.st_size > 0) {  // an empty file cannot be mapped
    void* view = mmap(nullptr, static_cast<size_t>(status.st_size), PROT_READ, MAP_SHARED, file, 0);
    opened = view != MAP_FAILED;
    if (opened) {
      data_ = static_cast<const uint8_t*>(view);
      size_ = static_cast<size_t>(status.st_size);
      mapped_ = true;
    }
  }
  ::close(file);
  return opened;
}

void MappedFile::close() {
  if (mapped_) munmap(const_cast<uint8_t*>(data_), size_);
  data_ = nullptr;
  size_ = 0;
  mapped_ = false;
}

#endif

}  // namespace auricle
