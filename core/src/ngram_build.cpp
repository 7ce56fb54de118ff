#include "auricle/ngram_build.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "build_vocabulary.h"
#include "kneser_ney.h"
#include "record_store.h"
#include "scorer_writer.h"

namespace auricle {
namespace {

bool ends_word(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0'; }

std::vector<uint64_t> thresholds(const BuildOptions& options) {
  std::vector<uint64_t> result = options.prune;
  result.resize(static_cast<size_t>(options.order), result.empty() ? 0 : result.back());
  return result;
}

Status check_prune(const BuildOptions& options, std::string* detail) {
  if (options.prune.size() > static_cast<size_t>(options.order)) {
    return fail(Status::kInvalidArgument, detail, "more pruning thresholds than orders");
  }
  if (!options.prune.empty() && options.prune.front() != 0) {
    return fail(Status::kInvalidArgument, detail,
                "the pruning threshold of single words must be 0; limit the vocabulary instead");
  }
  if (!std::is_sorted(options.prune.begin(), options.prune.end())) {
    return fail(Status::kInvalidArgument, detail, "a pruning threshold is below the one before it");
  }
  return Status::kOk;
}

}  // namespace

class NgramBuilder::Impl {
 public:
  Impl(std::string output, BuildOptions options)
      : output_(std::move(output)), options_(std::move(options)) {
    if (check(nullptr) != Status::kOk) return;
    const RecordLayout layout = {
        .columns = options_.order + 2, .keys = options_.order, .sum = true};
    counts_.emplace(layout, Workspace{options_.temp_directory, options_.memory_bytes / 2});
    start_sentence();
  }

  Status check(std::string* detail) const {
    if (options_.order < 1 || options_.order > kMaxOrder) {
      return fail(Status::kInvalidArgument, detail,
                  "order is " + std::to_string(options_.order) + ", allowed are 1 to " +
                      std::to_string(kMaxOrder));
    }
    if (options_.fallback_discounts.size() != 3) {
      return fail(Status::kInvalidArgument, detail, "there must be three fallback discounts");
    }
    for (size_t j = 0; j < 3; ++j) {
      const float discount = options_.fallback_discounts[j];
      if (!(discount >= 0.0F && discount <= static_cast<float>(j + 1))) {
        return fail(Status::kInvalidArgument, detail,
                    "fallback discount " + std::to_string(j + 1) + " is outside 0 to its number");
      }
    }
    if (options_.memory_bytes < kLeastMemory) {
      return fail(Status::kInvalidArgument, detail, "less than 16 MB of memory");
    }
    if (const Status status = check_prune(options_, detail); status != Status::kOk) return status;
    return check_options(options_.scorer, detail);
  }

  Status feed(std::string_view text, std::string* detail) {
    size_t begin = 0;
    for (size_t at = 0; at < text.size(); ++at) {
      if (!ends_word(text[at])) continue;
      end_word(text.substr(begin, at - begin));
      begin = at + 1;
      if (text[at] == '\n') end_sentence();
    }
    partial_word_.append(text.substr(begin));
    return counting_status(detail);
  }

  Status end_line(std::string* detail) {
    end_word({});
    end_sentence();
    return counting_status(detail);
  }

  Status finish(const BuildProgress& progress, std::string* detail) {
    if (const Status status = end_line(detail); status != Status::kOk) return status;
    if (words_ == 0) return fail(Status::kCorpusEmpty, detail, "no words were given");
    const Status status = run(progress, detail);
    if (status == Status::kFileWrite && detail != nullptr && detail->empty()) {
      *detail = options_.temp_directory;
    }
    return status;
  }

  uint64_t words() const { return words_; }
  uint64_t sentences() const { return sentences_; }
  uint64_t spilled_bytes() const { return counts_ ? counts_->spilled_bytes() : spilled_bytes_; }

 private:
  static constexpr uint64_t kLeastMemory = uint64_t{16} << 20;

  void start_sentence() {
    std::fill_n(history_, options_.order, Ngram::kBeginSentence);
    sentence_has_words_ = false;
  }

  void end_word(std::string_view text) {
    if (!partial_word_.empty()) {
      partial_word_.append(text);
      text = partial_word_;
    }
    if (!text.empty()) {
      const uint32_t word = vocabulary_.count(text);
      if (word >= Ngram::kFirstWord) {
        append(word);
        ++words_;
        sentence_has_words_ = true;
      }
    }
    partial_word_.clear();
  }

  void end_sentence() {
    if (!sentence_has_words_) return;
    append(Ngram::kEndSentence);
    ++sentences_;
    start_sentence();
  }

  // history_: the last words, most recent first, and behind them a count of one.
  void append(uint32_t word) {
    std::copy_backward(history_, history_ + options_.order - 1, history_ + options_.order);
    history_[0] = word;
    history_[options_.order] = 1;
    history_[options_.order + 1] = 0;
    counts_->add(history_);
  }

  Status counting_status(std::string* detail) const {
    if (!counts_->failed()) return Status::kOk;
    return fail(Status::kFileWrite, detail, options_.temp_directory);
  }

  void choose_vocabulary() {
    if (!options_.vocabulary.empty()) {
      vocabulary_.keep_listed(options_.vocabulary);
    } else if (options_.vocabulary_limit > 0) {
      vocabulary_.keep_most_frequent(options_.vocabulary_limit);
    } else {
      vocabulary_.keep_all();
    }
    vocabulary_.number();
  }

  Status run(const BuildProgress& progress, std::string* detail) {
    const char* stage = "sort";
    uint64_t million = 0;
    const Tick tick = [&] { return progress(stage, ++million << 20); };
    const auto enter = [&](const char* name) {
      stage = name;
      million = 0;
      return progress(stage, 0) ? Status::kOk : Status::kInterrupted;
    };
    if (const Status status = enter("sort"); status != Status::kOk) return status;
    choose_vocabulary();
    counts_->finish();
    KneserNey estimator(options_.order, thresholds(options_),
                        {options_.temp_directory, options_.memory_bytes / 2}, tick);
    if (const Status status = enter("adjust"); status != Status::kOk) return status;
    if (const Status status = estimator.adjust_counts(&*counts_, vocabulary_);
        status != Status::kOk) {
      return status;
    }
    spilled_bytes_ = counts_->spilled_bytes();
    counts_.reset();
    const auto* fallback = options_.discount_fallback ? &options_.fallback_discounts : nullptr;
    if (const Status status = estimator.find_discounts(fallback, detail); status != Status::kOk) {
      return status;
    }
    if (const Status status = enter("estimate"); status != Status::kOk) return status;
    if (const Status status = estimator.estimate(); status != Status::kOk) return status;
    if (const Status status = enter("interpolate"); status != Status::kOk) return status;
    NgramLevels levels;
    if (const Status status = estimator.interpolate(&levels); status != Status::kOk) return status;
    if (const Status status = enter("write"); status != Status::kOk) return status;
    return write(&levels, detail);
  }

  Status write(NgramLevels* levels, std::string* detail) {
    const std::vector<std::string> words = vocabulary_.words();
    if (!options_.full_precision_output.empty()) {
      ScorerOptions full = options_.scorer;
      full.bits = 32;
      const Status status =
          write_scorer(options_.full_precision_output, full, words, *levels, detail);
      if (status != Status::kOk) return status;
    }
    return write_scorer(output_, options_.scorer, words, *levels, detail);
  }

  std::string output_;
  BuildOptions options_;
  BuildVocabulary vocabulary_;
  std::optional<RecordStore> counts_;
  uint32_t history_[kMaxOrder + 2] = {};
  bool sentence_has_words_ = false;
  std::string partial_word_;  // that a piece ended in
  uint64_t words_ = 0;
  uint64_t sentences_ = 0;
  uint64_t spilled_bytes_ = 0;  // once the counts are gone
};

NgramBuilder::NgramBuilder(std::string output, BuildOptions options)
    : impl_(std::make_unique<Impl>(std::move(output), std::move(options))) {}

NgramBuilder::~NgramBuilder() = default;

Status NgramBuilder::check(std::string* detail) const { return impl_->check(detail); }

Status NgramBuilder::feed(std::string_view text, std::string* detail) {
  return impl_->feed(text, detail);
}

Status NgramBuilder::end_line(std::string* detail) { return impl_->end_line(detail); }

uint64_t NgramBuilder::words() const { return impl_->words(); }

uint64_t NgramBuilder::sentences() const { return impl_->sentences(); }

uint64_t NgramBuilder::spilled_bytes() const { return impl_->spilled_bytes(); }

Status NgramBuilder::finish(const BuildProgress& progress, std::string* detail) {
  return impl_->finish(progress, detail);
}

}  // namespace auricle
