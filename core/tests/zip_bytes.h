// Zip files made in memory for tests and fuzzers.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace zip_bytes {

using Files = std::vector<std::pair<std::string, std::string>>;  // name, content

inline void append(uint64_t value, int bytes, std::string* out) {
  for (; bytes > 0; --bytes, value >>= 8) out->push_back(static_cast<char>(value));
}

// A zip file as Python's zipfile writes it, stored unless `method` says otherwise.
inline std::string zipped(const Files& files, int method = 0) {
  std::string out, directory;
  for (const auto& [name, content] : files) {
    const size_t start = out.size();
    std::string common;
    append(20, 2, &common);  // version, flags, method, time, date, sum, sizes, lengths
    append(0, 2, &common);
    append(static_cast<uint64_t>(method), 2, &common);
    append(0, 8, &common);
    append(content.size(), 4, &common);
    append(content.size(), 4, &common);
    append(name.size(), 2, &common);
    append(0, 2, &common);
    append(0x04034B50, 4, &out);
    out += common + name + content;
    append(0x02014B50, 4, &directory);
    append(20, 2, &directory);
    directory += common;
    append(0, 10, &directory);
    append(start, 4, &directory);
    directory += name;
  }
  const size_t start = out.size();
  out += directory;
  append(0x06054B50, 4, &out);
  append(0, 4, &out);
  append(files.size(), 2, &out);
  append(files.size(), 2, &out);
  append(directory.size(), 4, &out);
  append(start, 4, &out);
  append(0, 2, &out);
  return out;
}

}  // namespace zip_bytes
