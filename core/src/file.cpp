#include "file.h"

#include <chrono>

#if defined(_WIN32)
#define WIN32_LEAN_AND_MEAN
#define NOMINMAX
#include <windows.h>
#endif

namespace auricle {
namespace {

#if defined(_WIN32)

std::wstring wide(const std::string& text) {
  const int length = MultiByteToWideChar(CP_UTF8, 0, text.c_str(), -1, nullptr, 0);
  std::wstring result(static_cast<size_t>(length > 0 ? length : 1), L'\0');
  MultiByteToWideChar(CP_UTF8, 0, text.c_str(), -1, result.data(), length);
  return result;
}

void remove_file(const std::string& path) { DeleteFileW(wide(path).c_str()); }

bool replace_file(const std::string& from, const std::string& to) {
  return MoveFileExW(wide(from).c_str(), wide(to).c_str(), MOVEFILE_REPLACE_EXISTING) != 0;
}

bool seek(std::FILE* file, uint64_t offset) {
  return _fseeki64(file, static_cast<long long>(offset), SEEK_SET) == 0;
}

#else

void remove_file(const std::string& path) { std::remove(path.c_str()); }

bool replace_file(const std::string& from, const std::string& to) {
  return std::rename(from.c_str(), to.c_str()) == 0;
}

bool seek(std::FILE* file, uint64_t offset) {
  return fseeko(file, static_cast<off_t>(offset), SEEK_SET) == 0;
}

#endif

// A name that no other file of this or another process is likely to have; creation is exclusive
// anyway.
std::string unique_suffix(const void* owner) {
  const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
  return std::to_string(now) + "-" + std::to_string(reinterpret_cast<uintptr_t>(owner));
}

}  // namespace

std::FILE* open_file(const std::string& path, const char* mode) {
#if defined(_WIN32)
  return _wfopen(wide(path).c_str(), wide(mode).c_str());
#else
  return std::fopen(path.c_str(), mode);
#endif
}

OutputFile::~OutputFile() {
  if (file_ == nullptr) return;
  std::fclose(file_);
  remove_file(part_path_);
}

bool OutputFile::open(const std::string& path) {
  path_ = path;
  part_path_ = path + "." + unique_suffix(this) + ".part";
  file_ = open_file(part_path_, "wb");
  return file_ != nullptr;
}

bool OutputFile::write(const void* data, size_t bytes) {
  return std::fwrite(data, 1, bytes, file_) == bytes;
}

bool OutputFile::rewrite_start(const void* data, size_t bytes) {
  return seek(file_, 0) && write(data, bytes);
}

bool OutputFile::commit() {
  const bool closed = std::fclose(file_) == 0;
  file_ = nullptr;
  if (closed && replace_file(part_path_, path_)) return true;
  remove_file(part_path_);
  return false;
}

TempFile::~TempFile() {
  if (file_ == nullptr) return;
  std::fclose(file_);
#if defined(_WIN32)
  remove_file(path_);
#endif
}

bool TempFile::create(const std::string& directory) {
  path_ = directory + "/auricle-" + unique_suffix(this) + ".tmp";
  file_ = open_file(path_, "w+bx");
  if (file_ == nullptr) return false;
#if !defined(_WIN32)
  remove_file(path_);  // the open file lives on; nothing remains even if the process is killed
#endif
  return true;
}

bool TempFile::append(const std::string& directory, const void* data, size_t bytes) {
  if (file_ == nullptr && !create(directory)) return false;
  if (!at_end_ && !seek(file_, size_)) return false;
  at_end_ = true;
  if (std::fwrite(data, 1, bytes, file_) != bytes) return false;
  size_ += bytes;
  return true;
}

bool TempFile::read(uint64_t offset, void* data, size_t bytes) {
  at_end_ = false;
  return file_ != nullptr && seek(file_, offset) && std::fread(data, 1, bytes, file_) == bytes;
}

}  // namespace auricle
