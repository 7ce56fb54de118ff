#include "ngram_completion.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>

namespace auricle {
namespace {

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

uint32_t bits_of(float value) { return std::bit_cast<uint32_t>(value); }

// What is stored for a context that longer n-grams begin with: its back-off, never -0.
float context_backoff(float backoff) { return backoff == 0.0F ? 0.0F : backoff; }
float last_backoff(float backoff) { return backoff == 0.0F ? -0.0F : backoff; }

std::string key_of(const uint32_t* words, int n) {
  return {reinterpret_cast<const char*>(words), sizeof(uint32_t) * static_cast<size_t>(n)};
}

}  // namespace

NgramCompletion::NgramCompletion(int order, uint32_t vocabulary_size, Workspace workspace)
    : order_(order),
      workspace_(std::move(workspace)),
      raw_(static_cast<size_t>(order) + 1),
      levels_(static_cast<size_t>(order)),
      context_words_(vocabulary_size, false),
      gaps_(static_cast<size_t>(order) + 1, 0) {
  workspace_.memory /= static_cast<uint64_t>(order) + 1;
  for (int n = 2; n <= order; ++n) {
    const RecordLayout layout = {.columns = n + 3, .keys = n + 1};
    raw_[static_cast<size_t>(n)] = std::make_unique<RecordStore>(layout, workspace_);
  }
}

void NgramCompletion::add(int n, const uint32_t* words, float probability, float backoff) {
  uint32_t record[9];
  std::reverse_copy(words, words + n, record);
  record[n] = kListed;
  record[n + 1] = bits_of(probability);
  record[n + 2] = bits_of(backoff);
  raw_[static_cast<size_t>(n)]->add(record);
}

void NgramCompletion::require_parts(int n, const uint32_t* reversed) {
  if (n == 2) {
    context_words_[reversed[1]] = true;
    return;
  }
  uint32_t record[9];
  std::copy(reversed + 1, reversed + n, record);
  record[n - 1] = kContext;
  record[n] = record[n + 1] = 0;
  raw_[static_cast<size_t>(n) - 1]->add(record);
  std::copy(reversed, reversed + n - 1, record);
  record[n - 1] = kEnding;
  raw_[static_cast<size_t>(n) - 1]->add(record);
}

Status NgramCompletion::complete_level(int n, std::vector<uint32_t>* duplicate) {
  RecordStore& raw = *raw_[static_cast<size_t>(n)];
  auto level = std::make_unique<RecordStore>(level_layout(n), workspace_);
  raw.finish();
  std::vector<uint32_t> current;
  bool listed = false;
  bool context = false;
  float probability = kMissing;
  float backoff = 0.0F;
  const auto close = [&] {
    if (current.empty()) return;
    require_parts(n, current.data());
    current.push_back(bits_of(listed ? probability : kMissing));
    current.push_back(bits_of(context ? context_backoff(backoff) : last_backoff(backoff)));
    level->add(current.data());
    if (!listed) ++gaps_[static_cast<size_t>(n)];
  };
  while (const uint32_t* record = raw.next()) {
    const bool same = !current.empty() && std::equal(current.begin(), current.end(), record);
    if (!same) {
      close();
      current.assign(record, record + n);
      listed = context = false;
      backoff = 0.0F;
    }
    if (record[n] == kListed) {
      if (listed) {
        duplicate->assign(current.rbegin(), current.rend());
        return Status::kArpaSyntax;
      }
      listed = true;
      probability = std::bit_cast<float>(record[n + 1]);
      backoff = std::bit_cast<float>(record[n + 2]);
    }
    context = context || record[n] == kContext;
  }
  close();
  if (raw.failed()) return Status::kFileWrite;
  level->finish();
  levels_[static_cast<size_t>(n) - 1] = std::move(level);
  raw_[static_cast<size_t>(n)] = nullptr;
  return Status::kOk;
}

// p(w | h) = backoff(h) p(w | h without its first word); both are in the level below, which has no
// gaps.
Status NgramCompletion::fill_gaps(int n) {
  RecordStore& level = *levels_[static_cast<size_t>(n) - 1];
  RecordStore& lower = *levels_[static_cast<size_t>(n) - 2];
  Values probabilities;
  Values backoffs;
  level.rewind();
  while (const uint32_t* record = level.next()) {
    if (!std::isnan(std::bit_cast<float>(record[n]))) continue;
    probabilities.emplace(key_of(record, n - 1), 0.0F);
    backoffs.emplace(key_of(record + 1, n - 1), 0.0F);
  }
  lower.rewind();
  while (const uint32_t* record = lower.next()) {
    const std::string key = key_of(record, n - 1);
    if (const auto it = probabilities.find(key); it != probabilities.end()) {
      it->second = std::bit_cast<float>(record[n - 1]);
    }
    if (const auto it = backoffs.find(key); it != backoffs.end()) {
      it->second = std::bit_cast<float>(record[n]);
    }
  }
  auto filled = std::make_unique<RecordStore>(level_layout(n), workspace_);
  level.rewind();
  while (const uint32_t* record = level.next()) {
    uint32_t copy[9];
    std::copy(record, record + n + 2, copy);
    if (std::isnan(std::bit_cast<float>(record[n]))) {
      // A back-off may be above 1, a probability may not.
      const float found =
          probabilities[key_of(record, n - 1)] + backoffs[key_of(record + 1, n - 1)];
      copy[n] = bits_of(std::min(found, 0.0F));
    }
    filled->add(copy);
  }
  if (level.failed() || lower.failed()) return Status::kFileWrite;
  filled->finish();
  levels_[static_cast<size_t>(n) - 1] = std::move(filled);
  return Status::kOk;
}

Status NgramCompletion::finish(const std::vector<float>& probabilities,
                               const std::vector<float>& backoffs, NgramLevels* levels,
                               std::vector<uint32_t>* duplicate) {
  for (int n = order_; n >= 2; --n) {
    if (const Status status = complete_level(n, duplicate); status != Status::kOk) return status;
  }
  levels_[0] = std::make_unique<RecordStore>(level_layout(1), workspace_);
  for (uint32_t word = 0; word < context_words_.size(); ++word) {
    const float backoff =
        context_words_[word] ? context_backoff(backoffs[word]) : last_backoff(backoffs[word]);
    const uint32_t record[3] = {word, bits_of(probabilities[word]), bits_of(backoff)};
    levels_[0]->add(record);
  }
  levels_[0]->finish();
  for (int n = 2; n < order_; ++n) {
    if (gaps_[static_cast<size_t>(n)] == 0) continue;
    if (const Status status = fill_gaps(n); status != Status::kOk) return status;
  }
  *levels = std::move(levels_);
  return Status::kOk;
}

}  // namespace auricle
