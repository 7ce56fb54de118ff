#include "auricle/second_pass.h"

#include <algorithm>
#include <utility>

#include "auricle/log_add.h"

namespace auricle {
namespace {

using Frame = HeardWord::Frame;

constexpr uint32_t kAnything = 0xFFFFFFFF;  // stands for a word that the lexicon lacks

// The log-probabilities of the frames.
class Rows {
 public:
  Rows(std::span<const float> values, uint32_t columns, uint32_t blank)
      : values_(values), columns_(columns), blank_(blank) {}

  Frame count() const { return static_cast<Frame>(values_.size() / columns_); }
  float blank(Frame frame) const { return row(frame)[blank_]; }
  float at(Frame frame, uint32_t token) const {
    const std::span<const float> values = row(frame);
    return token == kAnything ? *std::max_element(values.begin(), values.end()) : values[token];
  }

 private:
  std::span<const float> row(Frame frame) const {
    return values_.subspan(static_cast<size_t>(frame) * columns_, columns_);
  }

  std::span<const float> values_;
  uint32_t columns_;
  uint32_t blank_;
};

// Goes through the frames behind the beginning of a word, and tells what its paths come to.
class After {
 public:
  After(const HeardWord& word, const Rows& rows, Frame frame)
      : word_(word), rows_(rows), frame_(std::min(frame, word.end - 1)) {
    if (inside()) blank_ = word_.blank[place()];
    while (frame_ < frame) advance();
  }

  void advance() {
    const float before = log_add(blank_, units());
    ++frame_;
    blank_ = inside() ? word_.blank[place()] : before + rows_.blank(frame_);
  }

  float blank() const { return blank_; }

  // In the last units of all ways, but for those that end in a token.
  float units(uint32_t but_for = kAnything) const {
    float sum = kNever;
    if (!inside()) return sum;
    for (const HeardWord::Way& way : word_.ways) {
      if (but_for == kAnything || way.last_token != but_for) {
        sum = log_add(sum, way.sums[place()]);
      }
    }
    return sum;
  }

 private:
  bool inside() const { return frame_ >= word_.begin && frame_ < word_.end; }
  size_t place() const { return static_cast<size_t>(frame_ - word_.begin); }

  const HeardWord& word_;
  const Rows& rows_;
  Frame frame_;
  float blank_ = kNever;
};

// The paths through one way to say a word: its tokens, and between them blanks.
HeardWord::Way follow_way(const std::vector<uint32_t>& tokens, const HeardWord& before,
                          const HeardWord& word, const Rows& rows) {
  HeardWord::Way way{tokens.back(), {}};
  std::vector<float> units(tokens.size(), kNever);
  std::vector<float> blanks(tokens.size(), kNever);  // behind the units
  After entry(before, rows, word.begin - 1);
  for (Frame frame = word.begin; frame < word.end; ++frame) {
    const float blank = rows.blank(frame);
    for (size_t k = tokens.size(); k-- > 0;) {  // from the end, for what stood a frame before
      float into = units[k];
      if (k == 0) {
        into = log_add(into, log_add(entry.blank(), entry.units(tokens[0])));
      } else {
        into = log_add(into, blanks[k - 1]);
        if (tokens[k - 1] != tokens[k]) into = log_add(into, units[k - 1]);
      }
      blanks[k] = log_add(blanks[k], units[k]) + blank;
      units[k] = into + rows.at(frame, tokens[k]);
    }
    way.sums.push_back(units.back());
    entry.advance();
  }
  return way;
}

// The blanks behind a word, of which all ways are followed.
void follow_blanks(const Rows& rows, HeardWord* word) {
  word->blank.clear();
  float sum = kNever;
  for (Frame frame = word->begin; frame < word->end; ++frame) {
    word->blank.push_back(sum + rows.blank(frame));
    sum = word->blank.back();
    const auto place = static_cast<size_t>(frame - word->begin);
    for (const HeardWord::Way& way : word->ways) sum = log_add(sum, way.sums[place]);
  }
}

}  // namespace

float HeardWord::sum(Frame frame) const {
  const auto place = static_cast<size_t>(frame - begin);
  float sum = blank[place];
  for (const Way& way : ways) sum = log_add(sum, way.sums[place]);
  return sum;
}

Status SecondPass::create(std::shared_ptr<const Vocabulary> units,
                          std::shared_ptr<const Lexicon> lexicon, float weight,
                          std::shared_ptr<const SecondPass>* out, std::string* detail) {
  if (!(weight >= 0.0F && weight <= 1.0F)) {
    return fail(Status::kInvalidArgument, detail, "the second pass's weight must be from 0 to 1");
  }
  std::shared_ptr<SecondPass> made(new SecondPass());
  std::vector<std::pair<uint32_t, Lexicon::Node>> endings;
  made->parents_.resize(lexicon->node_count(), Lexicon::kRoot);
  for (Lexicon::Node node = Lexicon::kRoot; node < lexicon->node_count(); ++node) {
    const auto [first, last] = lexicon->children(node);
    for (Lexicon::Node child = first; child < last; ++child) made->parents_[child] = node;
    for (const uint32_t word : lexicon->words(node)) endings.emplace_back(word, node);
  }
  std::sort(endings.begin(), endings.end());
  made->first_endings_.resize(lexicon->size() + 1, 0);
  for (const auto& [word, node] : endings) {
    made->endings_.push_back(node);
    made->first_endings_[word + 1] = static_cast<uint32_t>(made->endings_.size());
  }
  for (size_t n = 1; n < made->first_endings_.size(); ++n) {  // for words without a spelling
    made->first_endings_[n] = std::max(made->first_endings_[n], made->first_endings_[n - 1]);
  }
  made->units_ = std::move(units);
  made->lexicon_ = std::move(lexicon);
  made->weight_ = weight;
  *out = std::move(made);
  return Status::kOk;
}

// All ways to say a word, each with a token at least.
std::vector<std::vector<uint32_t>> SecondPass::ways(std::string_view word) const {
  std::vector<std::vector<uint32_t>> ways;
  const uint32_t number = lexicon_->find(word);
  if (number != Lexicon::kNoWord) {
    for (uint32_t i = first_endings_[number]; i < first_endings_[number + 1]; ++i) {
      std::vector<uint32_t>& way = ways.emplace_back();
      for (Lexicon::Node node = endings_[i]; node != Lexicon::kRoot; node = parents_[node]) {
        way.push_back(lexicon_->token(node));
      }
      std::reverse(way.begin(), way.end());
    }
  }
  if (ways.empty()) ways.push_back({kAnything});
  return ways;
}

HeardWord SecondPass::hear_word(const DecodedWord& decoded, const HeardWord& before,
                                std::span<const float> rows, uint64_t first_frame,
                                uint64_t reach) const {
  const Rows frames(rows, columns(), units_->blank());
  const auto first = static_cast<Frame>(decoded.first_frame - first_frame);
  const auto end = static_cast<Frame>(decoded.end_frame + reach - first_frame);
  HeardWord word;
  word.begin = std::max(first - static_cast<Frame>(kReach), before.begin + 1);
  word.end = std::max(word.begin + 1, std::min(end, frames.count()));
  for (const std::vector<uint32_t>& way : ways(decoded.text)) {
    word.ways.push_back(follow_way(way, before, word, frames));
  }
  follow_blanks(frames, &word);
  return word;
}

std::vector<float> SecondPass::hear(const Traceback& traceback,
                                    std::span<const uint32_t> last_words,
                                    std::span<const float> rows, uint64_t first_frame) const {
  const Rows frames(rows, columns(), units_->blank());
  std::vector<uint8_t> wanted(traceback.size(), 0);
  for (const uint32_t last : last_words) wanted[last] = 1;
  for (uint32_t number = traceback.size(); number-- > Traceback::kStart + 1;) {
    if (wanted[number] != 0) wanted[traceback.before(number)] = 1;
  }
  std::vector<HeardWord> heard(traceback.size());
  for (uint32_t number = Traceback::kStart + 1; number < traceback.size(); ++number) {
    if (wanted[number] == 0) continue;
    heard[number] = hear_word(traceback.word(number), heard[traceback.before(number)], rows,
                              first_frame, kReach);
  }
  std::vector<float> found;
  for (const uint32_t last : last_words) {
    const After end(heard[last], frames, frames.count() - 1);
    found.push_back(log_add(end.blank(), end.units()));
  }
  return found;
}

}  // namespace auricle
