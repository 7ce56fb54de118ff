// Writes what each fuzzer starts from: seeds FOLDER puts files into FOLDER/TARGET.
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "sample_models.h"

namespace {

bool write(const std::filesystem::path& path, std::string_view bytes) {
  std::filesystem::create_directories(path.parent_path());
  std::FILE* file = std::fopen(path.string().c_str(), "wb");
  if (file == nullptr) return false;
  const bool whole = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  return std::fclose(file) == 0 && whole;
}

bool write_scorers(const std::filesystem::path& folder) {
  for (const int bits : {2, 8, 32}) {
    auricle::ScorerOptions options;
    options.bits = bits;
    std::vector<uint8_t> bytes;
    if (fuzz::import_arpa(fuzz::kSmallArpa, 4096, options, &bytes) != auricle::Status::kOk ||
        !write(folder / (std::to_string(bits) + "-bits"),
               {reinterpret_cast<const char*>(bytes.data()), bytes.size()})) {
      return false;
    }
  }
  return true;
}

// The layout is that of the targets' functions that take their input apart.
bool write_searches(const std::filesystem::path& folder) {
  std::string rows;
  for (const char token : std::string_view("\1\1\2\0\4\1\2\0\0\0\3\0\2\1\4\2\2\0\0\0", 20)) {
    for (char column = 0; column < 5; ++column) rows += column == token ? '\2' : '\x40';
  }
  for (char boundary = 0; boundary < 3; ++boundary) {
    for (char flags = 0; flags < 4; ++flags) {
      // boundary, flags, beam, top tokens, alternatives, endpoint, maximum, phrases, block
      const std::string setting = {boundary, flags, 8,   5, 3, 3, 12,   1,
                                   2,        'a',   'b', 0, 0, 0, 0x40, 2};
      const std::string name = std::to_string(boundary) + "-" + std::to_string(flags);
      if (!write(folder / name, setting + rows)) return false;
    }
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const std::filesystem::path folder = argv[1];
  const bool written = write(folder / "arpa" / "small", "\x10" + std::string(fuzz::kSmallArpa)) &&
                       write_scorers(folder / "scorer") && write_searches(folder / "decoder");
  return written ? 0 : 1;
}
