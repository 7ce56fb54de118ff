#include "kneser_ney.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "auricle/ngram.h"

namespace auricle {
namespace {

constexpr uint32_t kPruned = 0x80000000U;  // in the upper half of a count

uint32_t bits_of(double value) { return std::bit_cast<uint32_t>(static_cast<float>(value)); }
double value_of(uint32_t bits) { return static_cast<double>(std::bit_cast<float>(bits)); }

uint64_t count_of(const uint32_t* columns) {
  return columns[0] | (static_cast<uint64_t>(columns[1] & ~kPruned) << 32);
}
bool is_pruned(const uint32_t* columns) { return (columns[1] & kPruned) != 0; }

}  // namespace

KneserNey::KneserNey(int order, std::vector<uint64_t> prune, Workspace workspace, Tick tick)
    : order_(order),
      prune_(std::move(prune)),
      workspace_(std::move(workspace)),
      tick_(std::move(tick)),
      counts_of_counts_(static_cast<size_t>(order) + 1, std::vector<uint64_t>(5, 0)),
      discounts_(static_cast<size_t>(order) + 1),
      adjusted_(static_cast<size_t>(order) + 1),
      estimated_(static_cast<size_t>(order) + 1),
      gammas_(static_cast<size_t>(order) + 1) {
  workspace_.memory /= 2 * static_cast<uint64_t>(order);
  for (int n = 1; n <= order; ++n) {
    const auto at = static_cast<size_t>(n);
    const RecordLayout layout = {.columns = n + 2, .keys = n};
    adjusted_[at] = std::make_unique<RecordStore>(layout, workspace_);
    estimated_[at] = std::make_unique<RecordStore>(layout, workspace_);
    const RecordLayout gamma_layout = {.columns = n + 1, .keys = n, .presorted = true};
    gammas_[at] = std::make_unique<RecordStore>(gamma_layout, workspace_);
  }
}

bool KneserNey::tick() {
  constexpr uint64_t kEvery = uint64_t{1} << 20;
  return ++ticks_ % kEvery != 0 || tick_();
}

void KneserNey::emit_adjusted(int n, const uint32_t* reversed, uint64_t adjusted, uint64_t actual,
                              const BuildVocabulary& vocabulary) {
  const auto at = static_cast<size_t>(n);
  uint32_t record[kMaxOrder + 2];
  bool pruned = actual <= prune_[at - 1];
  for (int k = 0; k < n; ++k) {
    pruned = pruned || !vocabulary.kept(reversed[k]);
    record[k == 0 ? n - 1 : k - 1] = vocabulary.number_of(reversed[k]);
  }
  record[n] = static_cast<uint32_t>(adjusted);
  record[n + 1] = static_cast<uint32_t>(adjusted >> 32) | (pruned ? kPruned : 0);
  if (adjusted < 5) ++counts_of_counts_[at][static_cast<size_t>(adjusted)];
  adjusted_[at]->add(record);
}

// Walks the n-grams of the highest order from the last word backwards; those of the lower orders
// are open while their records pass. Padding makes "<s> a" appear as "<s> <s> a", which ends at its
// first <s>.
Status KneserNey::adjust_counts(RecordStore* counts, const BuildVocabulary& vocabulary) {
  vocabulary_size_ = vocabulary.kept_size();
  for (const uint32_t special : {Ngram::kUnknown, Ngram::kBeginSentence}) {
    emit_adjusted(1, &special, 0, UINT64_MAX, vocabulary);
  }
  OpenNgram open[kMaxOrder + 1];  // by order
  uint32_t previous[kMaxOrder] = {};
  int depth = 0;  // of the open n-grams
  const auto close_above = [&](int n) {
    for (; depth > n; --depth) {
      emit_adjusted(depth, previous, open[depth].adjusted, open[depth].actual, vocabulary);
    }
  };
  while (const uint32_t* record = counts->next()) {
    if (!tick()) return Status::kInterrupted;
    const uint64_t count = count_of(record + order_);
    int same = 0;
    while (same < depth && record[same] == previous[same]) ++same;
    close_above(same);
    for (int n = 1; n <= same; ++n) open[n].actual += count;
    if (same > 0) ++open[same].adjusted;
    std::copy_n(record, order_, previous);
    bool padded = false;
    while (depth + 1 < order_ && !padded) {
      ++depth;
      padded = record[depth - 1] == Ngram::kBeginSentence;
      open[depth] = {padded ? count : 1, count};
    }
    if (!padded) emit_adjusted(order_, record, count, count, vocabulary);
  }
  close_above(0);
  for (int n = 1; n <= order_; ++n) adjusted_[static_cast<size_t>(n)]->finish();
  return counts->failed() ? Status::kFileWrite : Status::kOk;
}

Status KneserNey::find_discounts(const std::vector<float>* fallback, std::string* detail) {
  for (int n = 1; n <= order_; ++n) {
    const std::vector<uint64_t>& counts = counts_of_counts_[static_cast<size_t>(n)];
    Discounts& discounts = discounts_[static_cast<size_t>(n)];
    bool possible = counts[1] > 0 && counts[2] > 0 && counts[3] > 0;
    const auto of = [&counts](size_t j) { return static_cast<double>(counts[j]); };
    for (size_t j = 1; j <= 3 && possible; ++j) {
      const auto count = static_cast<double>(j);
      discounts.by_count[j] =
          count - (count + 1.0) * of(1) / (of(1) + 2.0 * of(2)) * of(j + 1) / of(j);
      possible = discounts.by_count[j] >= 0.0 && discounts.by_count[j] <= count;
    }
    if (possible) continue;
    if (fallback == nullptr) {
      return fail(
          Status::kDiscountFallback, detail,
          "of order " + std::to_string(n) +
              ", which come from how many n-grams occur once, twice and three times: too few do in "
              "tiny texts, in texts given twice and of small alphabets; give more text, or allow "
              "fallback discounts (--discount-fallback, in Python discount_fallback)");
    }
    for (size_t j = 1; j <= 3; ++j) {
      discounts.by_count[j] = static_cast<double>((*fallback)[j - 1]);
    }
  }
  return Status::kOk;
}

KneserNey::Context KneserNey::measure(int n, const std::vector<uint32_t>& group) const {
  const auto stride = static_cast<size_t>(n) + 2;
  const Discounts& discounts = discounts_[static_cast<size_t>(n)];
  uint64_t total = 0;
  uint64_t pruned = 0;
  double discounted = 0.0;
  Context context;
  for (size_t at = 0; at < group.size(); at += stride) {
    const uint32_t* columns = &group[at + static_cast<size_t>(n)];
    const uint64_t count = count_of(columns);
    total += count;
    if (is_pruned(columns)) {
      pruned += count;
    } else {
      context.extended = true;
      discounted += discounts.of(count);
    }
  }
  context.denominator = static_cast<double>(total);
  context.gamma = (discounted + static_cast<double>(pruned)) / context.denominator;
  return context;
}

void KneserNey::estimate_group(int n, const std::vector<uint32_t>& group) {
  const auto stride = static_cast<size_t>(n) + 2;
  const auto words = static_cast<size_t>(n);
  const Context context = measure(n, group);
  for (size_t at = 0; at < group.size(); at += stride) {
    const uint32_t* columns = &group[at + words];
    if (is_pruned(columns)) continue;
    const uint64_t count = count_of(columns);
    uint32_t record[kMaxOrder + 2];
    record[0] = group[at + words - 1];
    std::copy_n(&group[at], n - 1, record + 1);
    record[words] =
        bits_of((static_cast<double>(count) - discounts_[words].of(count)) / context.denominator);
    record[words + 1] = bits_of(context.gamma);
    estimated_[words]->add(record);
  }
  if (n == 1 || !context.extended) return;
  uint32_t record[kMaxOrder + 1];
  std::copy_n(group.data(), n - 1, record);
  // A context whose every continuation is known gives nothing away: the -99 of ARPA files, not
  // -inf.
  record[n - 1] = bits_of(std::max(-99.0, std::log10(context.gamma)));
  gammas_[words - 1]->add(record);
}

Status KneserNey::estimate() {
  for (int n = 1; n <= order_; ++n) {
    const auto at = static_cast<size_t>(n);
    RecordStore& adjusted = *adjusted_[at];
    std::vector<uint32_t> group;  // the records of one context
    while (const uint32_t* record = adjusted.next()) {
      if (!tick()) return Status::kInterrupted;
      if (!group.empty() && !std::equal(record, record + n - 1, group.begin())) {
        estimate_group(n, group);
        group.clear();
      }
      group.insert(group.end(), record, record + n + 2);
    }
    if (!group.empty()) estimate_group(n, group);
    if (adjusted.failed()) return Status::kFileWrite;
    adjusted_[at] = nullptr;
    estimated_[at]->finish();
  }
  for (int n = 1; n <= order_; ++n) gammas_[static_cast<size_t>(n)]->finish();
  return Status::kOk;
}

namespace {

// The back-offs of a level, asked for in the order of its n-grams.
class BackoffReader {
 public:
  BackoffReader(RecordStore* gammas, int n) : gammas_(gammas), n_(n), record_(gammas->next()) {}

  uint32_t of(const uint32_t* words) {
    while (record_ != nullptr &&
           std::lexicographical_compare(record_, record_ + n_, words, words + n_)) {
      record_ = gammas_->next();
    }
    if (record_ == nullptr || !std::equal(words, words + n_, record_)) {
      return std::bit_cast<uint32_t>(-0.0F);
    }
    const float backoff = std::bit_cast<float>(record_[n_]);
    return std::bit_cast<uint32_t>(backoff == 0.0F ? 0.0F : backoff);
  }

 private:
  RecordStore* gammas_;
  int n_;
  const uint32_t* record_;
};

}  // namespace

Status KneserNey::interpolate_unigrams(NgramLevels* levels) {
  auto level = std::make_unique<RecordStore>(level_layout(1), workspace_);
  BackoffReader backoffs(gammas_[1].get(), 1);
  const double uniform = 1.0 / (static_cast<double>(vocabulary_size_) - 1.0);  // not for <s>
  while (const uint32_t* record = estimated_[1]->next()) {
    const bool begins = record[0] == Ngram::kBeginSentence;
    const double probability = begins ? 1.0 : value_of(record[1]) + value_of(record[2]) * uniform;
    const uint32_t unigram[3] = {record[0], bits_of(std::log10(probability)), backoffs.of(record)};
    level->add(unigram);
  }
  const bool failed = estimated_[1]->failed() || gammas_[1]->failed();
  level->finish();
  levels->push_back(std::move(level));
  return failed ? Status::kFileWrite : Status::kOk;
}

Status KneserNey::interpolate_level(int n, NgramLevels* levels) {
  const auto at = static_cast<size_t>(n);
  auto level = std::make_unique<RecordStore>(level_layout(n), workspace_);
  RecordStore& lower = *levels->back();
  lower.rewind();
  const uint32_t* shorter = lower.next();
  BackoffReader backoffs(gammas_[at].get(), n);
  while (const uint32_t* record = estimated_[at]->next()) {
    if (!tick()) return Status::kInterrupted;
    // The shorter n-gram is there: it occurs at least as often, so it was not pruned either.
    while (shorter != nullptr && !std::equal(shorter, shorter + n - 1, record)) {
      shorter = lower.next();
    }
    if (shorter == nullptr) return Status::kFileWrite;
    const double lower_probability = std::pow(10.0, value_of(shorter[n - 1]));
    const double probability = value_of(record[n]) + value_of(record[n + 1]) * lower_probability;
    uint32_t result[kMaxOrder + 2];
    std::copy_n(record, n, result);
    result[n] = bits_of(std::min(0.0, std::log10(probability)));
    result[n + 1] = n == order_ ? std::bit_cast<uint32_t>(-0.0F) : backoffs.of(record);
    level->add(result);
  }
  if (estimated_[at]->failed() || lower.failed() || gammas_[at]->failed())
    return Status::kFileWrite;
  level->finish();
  estimated_[at] = nullptr;
  levels->push_back(std::move(level));
  return Status::kOk;
}

Status KneserNey::interpolate(NgramLevels* levels) {
  if (const Status status = interpolate_unigrams(levels); status != Status::kOk) return status;
  for (int n = 2; n <= order_; ++n) {
    if (const Status status = interpolate_level(n, levels); status != Status::kOk) return status;
  }
  return Status::kOk;
}

}  // namespace auricle
