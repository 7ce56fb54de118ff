#include "record_store.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace auricle {
namespace {

constexpr uint64_t kChunkBytes = uint64_t{64} << 20;
constexpr size_t kReadBytes = size_t{256} << 10;

template <int kColumns>
struct Record {
  uint32_t columns[kColumns];
};

template <int kColumns>
void sort_records(uint32_t* values, size_t count, int keys) {
  auto* records = reinterpret_cast<Record<kColumns>*>(values);
  std::sort(records, records + count, [keys](const auto& a, const auto& b) {
    return std::lexicographical_compare(a.columns, a.columns + keys, b.columns, b.columns + keys);
  });
}

uint64_t read_count(const uint32_t* columns) {
  return columns[0] | (static_cast<uint64_t>(columns[1]) << 32);
}

void add_count(uint32_t* columns, const uint32_t* other) {
  const uint64_t sum = read_count(columns) + read_count(other);
  columns[0] = static_cast<uint32_t>(sum);
  columns[1] = static_cast<uint32_t>(sum >> 32);
}

}  // namespace

RecordStore::RecordStore(RecordLayout layout, Workspace workspace)
    : layout_(layout),
      workspace_(std::move(workspace)),
      stride_(static_cast<size_t>(layout.columns)),
      chunk_values_(
          std::max<size_t>(1, static_cast<size_t>(std::min(kChunkBytes, workspace_.memory / 4)) /
                                  (4 * stride_)) *
          stride_),
      current_(stride_),
      pending_(stride_) {}

void RecordStore::add(const uint32_t* record) {
  chunk_.insert(chunk_.end(), record, record + stride_);
  if (chunk_.size() == chunk_values_) close_chunk();
}

void RecordStore::finish() {
  close_chunk();
  chunk_ = {};
  rewind();
}

void RecordStore::sort_chunk() {
  const size_t count = chunk_.size() / stride_;
  switch (layout_.columns) {
    case 2:
      return sort_records<2>(chunk_.data(), count, layout_.keys);
    case 3:
      return sort_records<3>(chunk_.data(), count, layout_.keys);
    case 4:
      return sort_records<4>(chunk_.data(), count, layout_.keys);
    case 5:
      return sort_records<5>(chunk_.data(), count, layout_.keys);
    case 6:
      return sort_records<6>(chunk_.data(), count, layout_.keys);
    case 7:
      return sort_records<7>(chunk_.data(), count, layout_.keys);
    case 8:
      return sort_records<8>(chunk_.data(), count, layout_.keys);
    case 9:
      return sort_records<9>(chunk_.data(), count, layout_.keys);
    default:
      failed_ = true;  // no caller has wider records
  }
}

void RecordStore::sum_chunk() {
  size_t last = 0;
  const size_t keys = static_cast<size_t>(layout_.keys);
  for (size_t at = stride_; at < chunk_.size(); at += stride_) {
    if (std::equal(&chunk_[last], &chunk_[last] + keys, &chunk_[at])) {
      add_count(&chunk_[last + stride_ - 2], &chunk_[at + stride_ - 2]);
    } else {
      last += stride_;
      std::copy_n(&chunk_[at], stride_, &chunk_[last]);
    }
  }
  chunk_.resize(last + stride_);
}

void RecordStore::close_chunk() {
  if (chunk_.empty()) return;
  if (!layout_.presorted) sort_chunk();
  if (layout_.sum) sum_chunk();
  Run run;
  run.records = chunk_.size() / stride_;
  const size_t bytes = chunk_.size() * sizeof(uint32_t);
  if (memory_used_ + bytes <= workspace_.memory) {
    memory_used_ += bytes;
    run.memory.assign(chunk_.begin(), chunk_.end());
  } else {
    run.offset = file_.size();
    failed_ = failed_ || !file_.append(workspace_.directory, chunk_.data(), bytes);
  }
  runs_.push_back(std::move(run));
  chunk_.clear();
}

const uint32_t* RecordStore::peek(Run& run) {
  if (run.done == run.records) return nullptr;
  if (!run.memory.empty()) return &run.memory[static_cast<size_t>(run.done) * stride_];
  if (run.at == run.buffered) {
    const size_t record_bytes = stride_ * sizeof(uint32_t);
    run.buffered = static_cast<size_t>(
        std::min<uint64_t>(std::max<size_t>(1, kReadBytes / record_bytes), run.records - run.done));
    run.buffer.resize(run.buffered * stride_);
    run.at = 0;
    if (!file_.read(run.offset + run.done * record_bytes, run.buffer.data(),
                    run.buffered * record_bytes)) {
      failed_ = true;
      run.done = run.records;
      return nullptr;
    }
  }
  return &run.buffer[run.at * stride_];
}

void RecordStore::advance(Run& run) {
  ++run.done;
  if (run.memory.empty()) ++run.at;
}

bool RecordStore::less(size_t a, size_t b) {
  const uint32_t* x = peek(runs_[a]);
  const uint32_t* y = peek(runs_[b]);
  if (x == nullptr || y == nullptr) return y == nullptr && x != nullptr;
  return std::lexicographical_compare(x, x + layout_.keys, y, y + layout_.keys);
}

void RecordStore::sift_down(size_t at) {
  for (;;) {
    size_t smallest = at;
    for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < heap_.size(); ++child) {
      if (less(heap_[child], heap_[smallest])) smallest = child;
    }
    if (smallest == at) return;
    std::swap(heap_[at], heap_[smallest]);
    at = smallest;
  }
}

void RecordStore::rewind() {
  heap_.clear();
  has_pending_ = false;
  for (size_t r = 0; r < runs_.size(); ++r) {
    runs_[r].done = 0;
    runs_[r].at = 0;
    runs_[r].buffered = 0;
    heap_.push_back(r);
  }
  if (layout_.presorted) return;  // the runs follow each other as they are
  for (size_t at = heap_.size(); at-- > 0;) sift_down(at);
}

// Copies the smallest record to current_.
const uint32_t* RecordStore::pop() {
  while (!heap_.empty()) {
    Run& run = runs_[heap_.front()];
    const uint32_t* record = peek(run);
    if (record != nullptr) {
      std::copy_n(record, stride_, current_.data());
      advance(run);
      if (!layout_.presorted) sift_down(0);
      return current_.data();
    }
    if (layout_.presorted) {
      heap_.erase(heap_.begin());
    } else {
      heap_.front() = heap_.back();
      heap_.pop_back();
      if (!heap_.empty()) sift_down(0);
    }
  }
  return nullptr;
}

const uint32_t* RecordStore::next() {
  if (failed_) return nullptr;
  if (!layout_.sum) return pop();
  if (!has_pending_) {
    if (pop() == nullptr) return nullptr;
    pending_ = current_;
  }
  std::vector<uint32_t>& sum = pending_;
  const uint32_t* record = nullptr;
  while ((record = pop()) != nullptr && std::equal(record, record + layout_.keys, sum.begin())) {
    add_count(&sum[stride_ - 2], &record[stride_ - 2]);
  }
  has_pending_ = record != nullptr;
  std::swap(current_,
            pending_);  // current_ is the finished record, pending_ the first of the next key
  return current_.data();
}

}  // namespace auricle
