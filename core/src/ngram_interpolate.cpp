#include "auricle/ngram_interpolate.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <memory>
#include <utility>

#include "arpa_line.h"
#include "auricle/word_index.h"
#include "record_store.h"
#include "scorer_writer.h"

namespace auricle {
namespace {

constexpr double kLeastMass = 1e-4;  // left to words that a context was not seen with
constexpr double kLeastLog = -99.0;  // log10 of a probability of 0, as in ARPA files
constexpr uint64_t kTickEvery = uint64_t{1} << 18;

// A model seen through the numbers of all words of both models.
class Component {
 public:
  explicit Component(const Ngram& model) : model_(&model) {}

  // The next word of the common numbering is word `own` of this model, or is none of its words.
  void append(uint32_t own, uint32_t common) {
    own_.push_back(own);
    if (own != Ngram::kUnknown || common == Ngram::kUnknown) common_[own] = common;
  }
  void reserve_common() { common_.assign(model_->vocabulary_size(), 0); }

  const Ngram& model() const { return *model_; }
  uint32_t common(uint32_t own) const { return common_[std::min<size_t>(own, common_.size() - 1)]; }

  // p(last word | n - 1 words before it); the words come last one first.
  double probability(const uint32_t* reversed, int n) const {
    if (own_[reversed[0]] == Ngram::kUnknown && reversed[0] != Ngram::kUnknown) return 0.0;
    NgramState state = model_->null_context();
    NgramState next;
    float logarithm = 0.0F;
    for (int k = n; k-- > 0;) {
      logarithm = model_->score(state, own_[reversed[k]], &next);
      std::swap(state, next);
    }
    return std::pow(10.0, static_cast<double>(logarithm));
  }

 private:
  const Ngram* model_;
  std::vector<uint32_t> own_;     // by common number
  std::vector<uint32_t> common_;  // by own number
};

// The words of both models: the special ones, then all others in the order of their bytes, which is
// the order of either model.
std::vector<std::string> join_words(Component* a, Component* b) {
  std::vector<std::string> words;
  a->reserve_common();
  b->reserve_common();
  for (uint32_t special = 0; special < Ngram::kFirstWord; ++special) {
    a->append(special, special);
    b->append(special, special);
    words.emplace_back(a->model().word(special));
  }
  uint32_t at_a = Ngram::kFirstWord;
  uint32_t at_b = Ngram::kFirstWord;
  const uint32_t end_a = a->model().vocabulary_size();
  const uint32_t end_b = b->model().vocabulary_size();
  while (at_a < end_a || at_b < end_b) {
    const std::string_view word_a = a->model().word(at_a);
    const std::string_view word_b = b->model().word(at_b);
    const bool from_a = at_b == end_b || (at_a < end_a && word_a <= word_b);
    const bool from_b = at_a == end_a || (at_b < end_b && word_b <= word_a);
    const auto number = static_cast<uint32_t>(words.size());
    words.emplace_back(from_a ? word_a : word_b);
    a->append(from_a ? at_a++ : Ngram::kUnknown, number);
    b->append(from_b ? at_b++ : Ngram::kUnknown, number);
  }
  return words;
}

// Probability sums of the contexts of one length, asked for in their order.
class ContextSums {
 public:
  ContextSums(int words, Workspace workspace)
      : words_(words), store_({.columns = words + 4, .keys = words}, std::move(workspace)) {}

  void add(const uint32_t* context, double probability, double lower) {
    uint32_t record[kMaxOrder + 4];
    std::copy_n(context, words_, record);
    write(probability, record + words_);
    write(lower, record + words_ + 2);
    store_.add(record);
  }
  void finish() {
    store_.finish();
    record_ = store_.next();
  }
  bool failed() const { return store_.failed(); }

  // log10 of the back-off of a context; -0 if no word follows it.
  float backoff(const uint32_t* context) {
    double probability = 0.0;
    double lower = 0.0;
    bool followed = false;
    for (; record_ != nullptr; record_ = store_.next()) {
      if (std::lexicographical_compare(context, context + words_, record_, record_ + words_)) break;
      if (!std::equal(context, context + words_, record_)) continue;
      followed = true;
      probability += read(record_ + words_);
      lower += read(record_ + words_ + 2);
    }
    if (!followed) return -0.0F;
    const auto logarithm = static_cast<float>(
        std::log10(std::max(1.0 - probability, kLeastMass) / std::max(1.0 - lower, kLeastMass)));
    return logarithm == 0.0F ? 0.0F : logarithm;
  }

 private:
  static void write(double value, uint32_t* columns) {
    const auto bits = std::bit_cast<uint64_t>(value);
    columns[0] = static_cast<uint32_t>(bits);
    columns[1] = static_cast<uint32_t>(bits >> 32);
  }
  static double read(const uint32_t* columns) {
    return std::bit_cast<double>(columns[0] | (static_cast<uint64_t>(columns[1]) << 32));
  }

  int words_;
  RecordStore store_;
  const uint32_t* record_ = nullptr;
};

class Interpolation {
 public:
  Interpolation(const Ngram& a, const Ngram& b, const InterpolationOptions& options,
                const BuildProgress& progress)
      : a_(a),
        b_(b),
        order_(std::max(a.order(), b.order())),
        weight_(options.weight),
        workspace_{options.temp_directory,
                   options.memory_bytes / (3 * static_cast<uint64_t>(order_))},
        progress_(progress) {}

  Status run(const std::string& output, const ScorerOptions& options, std::string* detail) {
    if (!progress_("sort", 0)) return Status::kInterrupted;
    const std::vector<std::string> words = join_words(&a_, &b_);
    for (int n = 1; n <= order_; ++n) {
      const RecordLayout layout = {.columns = n + 2, .keys = n, .sum = true};
      ngrams_.push_back(std::make_unique<RecordStore>(layout, workspace_));
    }
    if (!collect(a_) || !collect(b_)) return Status::kInterrupted;
    stage_ = "interpolate";
    done_ = 0;
    NgramLevels levels(static_cast<size_t>(order_));
    for (int n = order_; n >= 1; --n) {
      if (const Status status = mix_level(n, &levels); status != Status::kOk) return status;
    }
    if (!progress_("write", 0)) return Status::kInterrupted;
    return write_scorer(output, options, words, levels, detail);
  }

 private:
  bool tick() { return ++done_ % kTickEvery != 0 || progress_(stage_, done_); }

  // Takes all n-grams of a model, each below the one that it ends in.
  bool collect(const Component& component) {
    for (uint32_t word = 0; word < component.model().vocabulary_size(); ++word) {
      uint32_t reversed[kMaxOrder + 2] = {};
      if (!collect_below(component, 1, word, reversed)) return false;
    }
    return true;
  }

  bool collect_below(const Component& component, int n, uint64_t index, uint32_t* reversed) {
    if (!tick()) return false;
    const Ngram::Entry entry = component.model().entry(n, index);
    reversed[n - 1] = component.common(entry.word);
    uint32_t record[kMaxOrder + 2];
    std::copy_n(reversed, n, record);
    record[n] = 1;
    record[n + 1] = 0;
    ngrams_[static_cast<size_t>(n) - 1]->add(record);
    for (uint64_t child = entry.children_begin; child < entry.children_end; ++child) {
      if (!collect_below(component, n + 1, child, reversed)) return false;
    }
    return true;
  }

  double mixture(const uint32_t* reversed, int n) const {
    return weight_ * a_.probability(reversed, n) + (1.0 - weight_) * b_.probability(reversed, n);
  }

  Status mix_level(int n, NgramLevels* levels) {
    const auto at = static_cast<size_t>(n) - 1;
    RecordStore& ngrams = *ngrams_[at];
    auto level = std::make_unique<RecordStore>(level_layout(n), workspace_);
    std::unique_ptr<ContextSums> sums;
    if (n > 1) sums = std::make_unique<ContextSums>(n - 1, workspace_);
    ngrams.finish();
    while (const uint32_t* ngram = ngrams.next()) {
      if (!tick()) return Status::kInterrupted;
      const double probability = mixture(ngram, n);
      const double logarithm = std::max(kLeastLog, std::log10(probability));
      const float backoff = sums_ ? sums_->backoff(ngram) : -0.0F;
      uint32_t record[kMaxOrder + 2];
      std::copy_n(ngram, n, record);
      record[n] = std::bit_cast<uint32_t>(static_cast<float>(std::min(0.0, logarithm)));
      record[n + 1] = std::bit_cast<uint32_t>(backoff);
      level->add(record);
      if (sums) sums->add(ngram + 1, probability, mixture(ngram, n - 1));
    }
    if (ngrams.failed() || (sums_ && sums_->failed())) return Status::kFileWrite;
    level->finish();
    if (sums) sums->finish();
    (*levels)[at] = std::move(level);
    ngrams_[at] = nullptr;
    sums_ = std::move(sums);
    return Status::kOk;
  }

  Component a_;
  Component b_;
  int order_;
  double weight_;
  Workspace workspace_;
  const BuildProgress& progress_;
  const char* stage_ = "sort";
  uint64_t done_ = 0;
  NgramLevels ngrams_;
  std::unique_ptr<ContextSums> sums_;  // of the contexts as long as the n-grams of the level below
};

}  // namespace

Status interpolate(const Ngram& a, const Ngram& b, const InterpolationOptions& options,
                   const std::string& output, const BuildProgress& progress, std::string* detail) {
  if (!(options.weight > 0.0 && options.weight < 1.0)) {
    return fail(Status::kInvalidArgument, detail, "the weight must be above 0 and below 1");
  }
  if (a.info().kind != b.info().kind) {
    return fail(Status::kInvalidArgument, detail, "one scorer is of words, the other of units");
  }
  if (const Status status = check_options(options.scorer, detail); status != Status::kOk) {
    return status;
  }
  for (const Ngram* model : {&a, &b}) {
    if (const Status status = model->check_trie(detail); status != Status::kOk) return status;
  }
  const Status status = Interpolation(a, b, options, progress).run(output, options.scorer, detail);
  if (status == Status::kFileWrite && detail != nullptr && detail->empty()) {
    *detail = options.temp_directory;
  }
  return status;
}

std::vector<double> paired_probabilities(const Ngram& a, const Ngram& b, std::string_view text) {
  struct Reader {
    const Ngram* model;
    NgramState state;
    double read(uint32_t word) {
      NgramState next;
      const float logarithm = model->score(state, word, &next);
      state = next;
      return std::pow(10.0, static_cast<double>(logarithm));
    }
  };
  const WordIndex words_of_a(a);
  const WordIndex words_of_b(b);
  std::vector<double> pairs;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    auto field = take_field(&line);
    if (field.empty()) continue;
    Reader first{&a, a.begin_sentence()};
    Reader second{&b, b.begin_sentence()};
    for (; !field.empty(); field = take_field(&line)) {
      const uint32_t word_a = words_of_a.find(field);
      const uint32_t word_b = words_of_b.find(field);
      const double p_a = first.read(word_a);
      const double p_b = second.read(word_b);
      if (word_a == Ngram::kUnknown && word_b == Ngram::kUnknown) continue;
      pairs.push_back(word_a == Ngram::kUnknown ? 0.0 : p_a);
      pairs.push_back(word_b == Ngram::kUnknown ? 0.0 : p_b);
    }
    pairs.push_back(first.read(a.end_of_sentence()));
    pairs.push_back(second.read(b.end_of_sentence()));
  }
  return pairs;
}

}  // namespace auricle
