#include "auricle/ngram_import.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "ngram_completion.h"
#include "scorer_writer.h"

namespace auricle {
namespace {

bool well_ordered(const std::vector<std::string>& words) {
  if (words.size() < Ngram::kFirstWord) return false;
  for (uint32_t k = 0; k < Ngram::kFirstWord; ++k) {
    if (words[k] != kSpecialWords[k]) return false;
  }
  for (size_t k = Ngram::kFirstWord; k < words.size(); ++k) {
    if (words[k].empty()) return false;
    if (k > Ngram::kFirstWord && words[k] <= words[k - 1]) return false;
  }
  return true;
}

bool all_finite(const std::vector<float>& values) {
  return std::all_of(values.begin(), values.end(),
                     [](float value) { return std::isfinite(value); });
}

}  // namespace

class NgramImporter::Impl {
 public:
  Impl(std::string output, ImportOptions options)
      : output_(std::move(output)), options_(std::move(options)) {
    status_ = check_options(options_.scorer, &error_);
  }

  Status begin(int order, ImportedWords words, std::string* detail) {
    if (status_ == Status::kOk && completion_) invalid("it has begun already");
    if (status_ == Status::kOk && (order < 1 || order > kMaxOrder)) {
      invalid("order " + std::to_string(order) + ", allowed are 1 to " + std::to_string(kMaxOrder));
    }
    if (status_ == Status::kOk && !well_ordered(words.words)) {
      invalid("the words are not <unk>, <s>, </s> and others in the order of their bytes");
    }
    if (status_ == Status::kOk && (words.probabilities.size() != words.words.size() ||
                                   words.backoffs.size() != words.words.size())) {
      invalid("there are not as many unigrams as words");
    }
    if (status_ == Status::kOk &&
        !(all_finite(words.probabilities) && all_finite(words.backoffs))) {
      status_ = fail(Status::kNotFinite, &error_, "a unigram");
    }
    if (status_ == Status::kOk) {
      words_ = std::move(words);
      order_ = order;
      completion_.emplace(order, static_cast<uint32_t>(words_.words.size()),
                          Workspace{options_.temp_directory, options_.memory_bytes});
    }
    return report(detail);
  }

  Status add(int n, const uint32_t* words, float probability, float backoff) {
    if (status_ != Status::kOk) return status_;
    if (!completion_ || n < 2 || n > order_) return invalid("an n-gram of another order");
    for (int k = 0; k < n; ++k) {
      if (words[k] >= words_.words.size()) return invalid("a word number is too large");
    }
    if (!std::isfinite(probability) || !std::isfinite(backoff)) {
      return status_ = fail(Status::kNotFinite, &error_, "an n-gram");
    }
    completion_->add(n, words, probability, backoff);
    return Status::kOk;
  }

  Status finish(std::string* detail) {
    if (status_ == Status::kOk && !completion_) invalid("it has no words");
    if (status_ == Status::kOk) status_ = write();
    return report(detail);
  }

 private:
  Status invalid(std::string what) {
    return status_ = fail(Status::kInvalidArgument, &error_, std::move(what));
  }

  Status report(std::string* detail) const {
    if (status_ != Status::kOk && detail != nullptr) *detail = error_;
    return status_;
  }

  Status write() {
    NgramLevels levels;
    std::vector<uint32_t> duplicate;
    const Status status =
        completion_->finish(words_.probabilities, words_.backoffs, &levels, &duplicate);
    if (status == Status::kArpaSyntax) {
      std::string text;
      for (const uint32_t id : duplicate) text += (text.empty() ? "" : " ") + words_.words[id];
      return fail(status, &error_, "\"" + text + "\" is listed twice");
    }
    if (status != Status::kOk) return fail(status, &error_, options_.temp_directory);
    return write_scorer(output_, options_.scorer, words_.words, levels, &error_);
  }

  std::string output_;
  ImportOptions options_;
  Status status_ = Status::kOk;
  std::string error_;
  ImportedWords words_;
  int order_ = 0;
  std::optional<NgramCompletion> completion_;
};

NgramImporter::NgramImporter(std::string output, ImportOptions options)
    : impl_(std::make_unique<Impl>(std::move(output), std::move(options))) {}

NgramImporter::~NgramImporter() = default;

Status NgramImporter::begin(int order, ImportedWords words, std::string* detail) {
  return impl_->begin(order, std::move(words), detail);
}

Status NgramImporter::add(int n, const uint32_t* words, float probability, float backoff) {
  return impl_->add(n, words, probability, backoff);
}

Status NgramImporter::finish(std::string* detail) { return impl_->finish(detail); }

}  // namespace auricle
