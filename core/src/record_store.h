// RecordStore: records of uint32 columns, sorted by their first columns, in bounded memory.
//
//   add ... add -> chunk -> sorted run, in memory while they fit, else in a temporary file
//   finish      -> the last chunk becomes a run
//   next        -> the runs merged; rewind starts again
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "file.h"

namespace auricle {

struct RecordLayout {
  int columns;
  int keys;                // the first columns, which records are sorted by
  bool presorted = false;  // added in order; sorting is skipped
  bool sum = false;  // records with equal keys become one; the last two columns are a uint64 count
};

// Where and in how much memory the builder works.
struct Workspace {
  std::string directory;
  uint64_t memory;  // bytes for the runs of one store
};

class RecordStore {
 public:
  RecordStore(RecordLayout layout, Workspace workspace);

  void add(const uint32_t* record);
  void finish();

  // The next record in order, valid until the following call; null at the end or after a failure.
  const uint32_t* next();
  void rewind();
  bool failed() const { return failed_; }
  uint64_t spilled_bytes() const { return file_.size(); }

 private:
  struct Run {
    std::vector<uint32_t> memory;
    uint64_t offset = 0;  // in the file, in bytes, where `memory` is empty
    uint64_t records = 0;
    // reading
    uint64_t done = 0;
    std::vector<uint32_t> buffer;
    size_t buffered = 0;  // records in the buffer
    size_t at = 0;        // record in the buffer
  };

  void close_chunk();
  void sort_chunk();
  void sum_chunk();
  const uint32_t* peek(Run& run);
  void advance(Run& run);
  bool less(size_t a, size_t b);
  void sift_down(size_t at);
  const uint32_t* pop();

  RecordLayout layout_;
  Workspace workspace_;
  size_t stride_;
  size_t chunk_values_;
  std::vector<uint32_t> chunk_;
  std::vector<Run> runs_;
  uint64_t memory_used_ = 0;
  TempFile file_;
  bool failed_ = false;
  std::vector<size_t> heap_;  // runs by their next record
  std::vector<uint32_t> current_;
  std::vector<uint32_t> pending_;
  bool has_pending_ = false;
};

}  // namespace auricle
