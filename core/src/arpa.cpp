#include "auricle/arpa.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <functional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "arpa_line.h"
#include "scorer_format.h"

namespace auricle {
namespace {

constexpr float kNoProbability = -100.0F;
constexpr float kRoundingError = 1e-3F;  // above 0 by no more than this is 0
constexpr uint64_t kMaxComments = 1000;  // lines before the counts
constexpr size_t kMaxLine = size_t{1} << 20;

struct TransparentHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

// <unk> has two spellings.
std::string_view canonical(std::string_view word) { return word == "<UNK>" ? "<unk>" : word; }

}  // namespace

class ArpaImporter::Impl {
 public:
  Impl(std::string output, ImportOptions options)
      : importer_(std::move(output), std::move(options)) {}

  Status feed(std::string_view text, std::string* detail) {
    while (status_ == Status::kOk && !text.empty()) {
      const size_t newline = text.find('\n');
      const std::string_view piece = text.substr(0, newline);
      if (pending_.size() + piece.size() > kMaxLine) {
        ++line_number_;
        status_ = syntax("the line is too long");
      } else if (newline == std::string_view::npos) {
        pending_.append(piece);
        break;
      } else if (pending_.empty()) {
        status_ = line(piece);
      } else {
        pending_.append(piece);
        status_ = line(pending_);
        pending_.clear();
      }
      text.remove_prefix(piece.size() + 1);
    }
    if (status_ != Status::kOk && detail != nullptr) *detail = error_;
    return status_;
  }

  Status finish(std::string* detail) {
    if (status_ == Status::kOk && !pending_.empty()) status_ = line(pending_);
    pending_.clear();
    if (status_ == Status::kOk && part_ != kEnd) {
      status_ = fail(Status::kArpaSyntax, &error_, "it ends before \\end\\");
    }
    if (status_ == Status::kOk) status_ = importer_.finish(&error_);
    if (status_ != Status::kOk && detail != nullptr) *detail = error_;
    return status_;
  }

 private:
  enum Part { kStart, kCounts, kNgrams, kEnd };

  static std::string quoted(std::string_view text) {
    std::string result(1, '"');
    result.append(text).push_back('"');
    return result;
  }

  Status syntax(const std::string& what) {
    return fail(Status::kArpaSyntax, &error_, "line " + std::to_string(line_number_) + ": " + what);
  }

  Status line(std::string_view text) {
    ++line_number_;
    std::string_view rest = text;
    const std::string_view first = take_field(&rest);
    if (first.empty() || part_ == kEnd) return Status::kOk;
    if (part_ == kStart) {
      if (first == "\\data\\") part_ = kCounts;
      // Comments may come first, but not a whole file of another kind.
      return line_number_ < kMaxComments ? Status::kOk : syntax("no \\data\\ so far");
    }
    if (first.front() == '\\') return section_line(first);
    if (part_ == kNgrams) return ngram_line(first, rest);
    return first == "ngram" ? count_line(rest) : syntax("expected \"ngram ORDER=COUNT\"");
  }

  Status count_line(std::string_view rest) {
    std::string joined;  // "1=23", "1 = 23" and "1= 23" are all seen
    for (auto field = take_field(&rest); !field.empty(); field = take_field(&rest)) joined += field;
    const size_t equals = joined.find('=');
    uint64_t order = 0;
    uint64_t count = 0;
    if (equals == std::string::npos || !parse_count(joined.substr(0, equals), &order) ||
        !parse_count(joined.substr(equals + 1), &count)) {
      return syntax("expected \"ngram ORDER=COUNT\"");
    }
    if (order > kMaxOrder) {
      return fail(Status::kArpaOrder, &error_,
                  "line " + std::to_string(line_number_) + ": order " + std::to_string(order) +
                      ", at most " + std::to_string(kMaxOrder) + " is supported");
    }
    if (order != counts_.size() + 1) return syntax("orders must be 1, 2, 3 ...");
    if (count > scorer_format::kMaxCount) return syntax("too many n-grams");
    counts_.push_back(count);
    return Status::kOk;
  }

  Status section_line(std::string_view name) {
    if (counts_.empty()) {
      return fail(Status::kArpaOrder, &error_, "it announces no n-grams");
    }
    if (order_ > 0 && seen_ != counts_[order_ - 1]) return wrong_count();
    if (order_ == 1) {
      if (const Status status = close_vocabulary(); status != Status::kOk) return status;
    }
    if (order_ == counts_.size()) {
      if (name != "\\end\\") return syntax("expected \\end\\");
      part_ = kEnd;
      return Status::kOk;
    }
    ++order_;
    seen_ = 0;
    part_ = kNgrams;
    const std::string expected = std::string("\\").append(std::to_string(order_)) + "-grams:";
    return name == expected ? Status::kOk : syntax("expected " + expected);
  }

  Status wrong_count() {
    return fail(Status::kArpaCounts, &error_,
                "line " + std::to_string(line_number_) + ": " + std::to_string(seen_) + " of " +
                    std::to_string(counts_[order_ - 1]) + " " + std::to_string(order_) + "-grams");
  }

  Status ngram_line(std::string_view first, std::string_view rest) {
    float probability = 0.0F;
    if (!parse_float(first, &probability)) return syntax("expected a log10 probability");
    if (probability > kRoundingError) return syntax("a log10 probability is above 0");
    std::string_view words[kMaxOrder];
    for (size_t k = 0; k < order_; ++k) {
      words[k] = canonical(take_field(&rest));
      if (words[k].empty()) return syntax("expected " + std::to_string(order_) + " words");
    }
    float backoff = 0.0F;
    if (const auto field = take_field(&rest); !field.empty() && !parse_float(field, &backoff)) {
      return syntax("expected a log10 back-off");
    }
    if (!take_field(&rest).empty()) return syntax("more fields than expected");
    if (++seen_ > counts_[order_ - 1]) return wrong_count();
    probability = std::min(probability, 0.0F);
    return order_ == 1 ? add_word(words[0], probability, backoff)
                       : add_ngram(words, probability, backoff);
  }

  Status add_word(std::string_view word, float probability, float backoff) {
    const auto index = static_cast<uint32_t>(words_.words.size());
    if (!ids_.emplace(word, index).second) {
      return syntax(quoted(word) + " is listed twice");
    }
    words_.words.emplace_back(word);
    words_.probabilities.push_back(probability);
    words_.backoffs.push_back(backoff);
    return Status::kOk;
  }

  Status add_ngram(const std::string_view* words, float probability, float backoff) {
    uint32_t ids[kMaxOrder];
    for (size_t k = 0; k < order_; ++k) {
      const auto found = ids_.find(words[k]);
      if (found == ids_.end()) {
        return syntax(quoted(words[k]) + " is not among the 1-grams");
      }
      ids[k] = found->second;
    }
    return importer_.add(static_cast<int>(order_), ids, probability, backoff);
  }

  // Numbers the words: the special ones first, then by their bytes.
  Status close_vocabulary() {
    for (const char* special : kSpecialWords) {
      if (ids_.find(std::string_view(special)) == ids_.end()) {
        add_word(special, kNoProbability, 0.0F);
      }
    }
    std::vector<uint32_t> from(words_.words.size());
    for (uint32_t index = 0; index < from.size(); ++index) from[index] = index;
    const auto rank = [this](uint32_t index) {
      for (uint32_t k = 0; k < Ngram::kFirstWord; ++k) {
        if (words_.words[index] == kSpecialWords[k]) return k;
      }
      return Ngram::kFirstWord;
    };
    std::sort(from.begin(), from.end(), [&](uint32_t a, uint32_t b) {
      const uint32_t rank_a = rank(a);
      const uint32_t rank_b = rank(b);
      return rank_a != rank_b ? rank_a < rank_b : words_.words[a] < words_.words[b];
    });
    ImportedWords numbered;
    for (uint32_t id = 0; id < from.size(); ++id) {
      numbered.words.push_back(std::move(words_.words[from[id]]));
      numbered.probabilities.push_back(words_.probabilities[from[id]]);
      numbered.backoffs.push_back(words_.backoffs[from[id]]);
      ids_.find(numbered.words.back())->second = id;
    }
    words_ = {};
    return importer_.begin(static_cast<int>(counts_.size()), std::move(numbered), &error_);
  }

  NgramImporter importer_;
  Status status_ = Status::kOk;
  std::string error_;
  std::string pending_;  // the beginning of a line that a piece ended in
  uint64_t line_number_ = 0;
  Part part_ = kStart;
  std::vector<uint64_t> counts_;
  size_t order_ = 0;     // of the section being read
  uint64_t seen_ = 0;    // n-grams in it
  ImportedWords words_;  // in the order of the file, until they are numbered
  std::unordered_map<std::string, uint32_t, TransparentHash, std::equal_to<>> ids_;
};

ArpaImporter::ArpaImporter(std::string output, ImportOptions options)
    : impl_(std::make_unique<Impl>(std::move(output), std::move(options))) {}

ArpaImporter::~ArpaImporter() = default;

Status ArpaImporter::feed(std::string_view text, std::string* detail) {
  return impl_->feed(text, detail);
}

Status ArpaImporter::finish(std::string* detail) { return impl_->finish(detail); }

namespace {

// Writes level after level, each by walking the trie down to it.
class ArpaExporter {
 public:
  ArpaExporter(const Ngram& ngram, const std::function<bool(std::string_view)>& write)
      : ngram_(ngram), write_(write) {}

  Status run() {
    text_ = "\\data\\\n";
    for (int n = 1; n <= ngram_.order(); ++n) {
      text_ += "ngram " + std::to_string(n) + "=" +
               std::to_string(ngram_.info().counts[static_cast<size_t>(n) - 1]) + "\n";
    }
    for (int n = 1; n <= ngram_.order() && !stopped_; ++n) {
      text_ += "\n\\" + std::to_string(n) + "-grams:\n";
      for (uint32_t word = 0; word < ngram_.vocabulary_size() && !stopped_; ++word) {
        visit(1, word, n);
      }
    }
    text_ += "\n\\end\\\n";
    flush();
    return stopped_ ? Status::kFileWrite : Status::kOk;
  }

 private:
  void visit(int depth, uint64_t index, int wanted) {
    const Ngram::Entry entry = ngram_.entry(depth, index);
    words_[depth - 1] = entry.word;
    if (depth == wanted) return append(entry, depth);
    for (uint64_t child = entry.children_begin; child < entry.children_end && !stopped_; ++child) {
      visit(depth + 1, child, wanted);
    }
  }

  void append(const Ngram::Entry& entry, int n) {
    append_number(entry.probability);
    for (int k = n; k-- > 0;) {
      text_ += k == n - 1 ? '\t' : ' ';
      text_ += ngram_.word(words_[k]);
    }
    if (std::bit_cast<uint32_t>(entry.backoff) != std::bit_cast<uint32_t>(-0.0F)) {
      text_ += '\t';
      append_number(entry.backoff);
    }
    text_ += '\n';
    if (text_.size() >= kPiece) flush();
  }

  void append_number(float value) {
    char digits[32];
    const auto result = std::to_chars(digits, digits + sizeof digits, value);
    text_.append(digits, result.ptr);
  }

  void flush() {
    stopped_ = stopped_ || !write_(text_);
    text_.clear();
  }

  static constexpr size_t kPiece = size_t{1} << 20;

  const Ngram& ngram_;
  const std::function<bool(std::string_view)>& write_;
  std::string text_;
  uint32_t words_[kMaxOrder] = {};
  bool stopped_ = false;
};

}  // namespace

Status export_arpa(const Ngram& ngram, const std::function<bool(std::string_view)>& write,
                   std::string* detail) {
  const Status status = ngram.check_trie(detail);
  return status == Status::kOk ? ArpaExporter(ngram, write).run() : status;
}

}  // namespace auricle
