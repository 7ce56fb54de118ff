// The search: rows of any numbers in blocks of any length have a status, segments come in order,
// and the blocks change nothing.
#include "auricle/decoder.h"

#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "input.h"
#include "sample_models.h"

using auricle::Decoder;
using auricle::DecoderOptions;
using auricle::Status;

namespace {

constexpr size_t kMaxFrames = 64;

struct Setting {
  auricle::DecoderKnowledge knowledge;
  DecoderOptions options;
  std::vector<std::pair<std::string, float>> phrases;
};

std::shared_ptr<const auricle::Scorer> small_scorer(const auricle::Vocabulary& vocabulary) {
  std::vector<uint8_t> bytes;
  std::unique_ptr<auricle::Ngram> ngram;
  std::string detail;
  std::shared_ptr<const auricle::Scorer> scorer;
  fuzz::require(fuzz::import_arpa(fuzz::kSmallArpa, 4096, {}, &bytes) == Status::kOk);
  fuzz::require(auricle::Ngram::from_bytes(std::move(bytes), &ngram, &detail) == Status::kOk);
  fuzz::require(auricle::Scorer::create(std::move(ngram), vocabulary, {}, &scorer) == Status::kOk);
  return scorer;
}

std::shared_ptr<const auricle::Lexicon> small_lexicon(const auricle::Vocabulary& vocabulary) {
  constexpr std::string_view kText = "a a\nab a b\nab a c b\nb b\nba b a\nc a b\n";
  std::shared_ptr<const auricle::Lexicon> lexicon;
  fuzz::require(
      auricle::Lexicon::read({reinterpret_cast<const uint8_t*>(kText.data()), kText.size()},
                             vocabulary, &lexicon) == Status::kOk);
  return lexicon;
}

std::shared_ptr<const auricle::Grammar> small_grammar() {
  std::shared_ptr<const auricle::Grammar> grammar;
  fuzz::require(
      auricle::Grammar::read("#JSGF V1.0;\ngrammar g;\npublic <g> = [a] (ab {X} | b)+ <t>*;\n"
                             "<t> = ba {Y} | c a;\n",
                             &grammar) == Status::kOk);
  return grammar;
}

// Letters that the vocabularies spell, for a phrase with any other is refused, and now and then
// such another.
std::string take_phrase(fuzz::Input* input) {
  constexpr std::string_view kLetters = "abc ";
  std::string phrase(input->bytes(input->below(12)));
  for (char& letter : phrase) {
    const auto byte = static_cast<uint8_t>(letter);
    if (byte < 250) letter = kLetters[byte % kLetters.size()];
  }
  return phrase;
}

Setting take_setting(fuzz::Input* input) {
  static const std::shared_ptr<const auricle::Vocabulary> vocabularies[] = {
      fuzz::small_vocabulary(auricle::WordBoundary::kSeparator),
      fuzz::small_vocabulary(auricle::WordBoundary::kPrefix),
      fuzz::small_vocabulary(auricle::WordBoundary::kNone),
      fuzz::small_vocabulary(auricle::WordBoundary::kLexicon)};
  static const auto scorer = small_scorer(*vocabularies[0]);
  static const auto lexicon = small_lexicon(*vocabularies[3]);
  static const auto grammar = small_grammar();
  Setting setting;
  setting.knowledge.vocabulary = vocabularies[input->below(4)];
  if (setting.knowledge.vocabulary == vocabularies[3]) setting.knowledge.lexicon = lexicon;
  const auto flags = input->value<uint8_t>();
  if (flags & 1) setting.knowledge.scorer = scorer;
  if (flags & 16) setting.knowledge.grammar = grammar;
  DecoderOptions& options = setting.options;
  options.network = (flags & 8) != 0;
  if (flags & 32) options.unknown_phrase_cost = 2.0F;
  options.beam_width = input->below(20);
  options.top_tokens = input->below(7);
  options.alternatives = input->below(4);
  options.endpoint.silence_frames = input->below(5);
  options.endpoint.maximum_frames = input->below(20);
  options.closed_vocabulary = (flags & 2) != 0;
  if (flags & 4) {
    options.beam_margin = input->value<float>();
    options.token_margin = input->value<float>();
    options.weights = input->value<auricle::ScorerWeights>();
  }
  for (uint32_t phrases = input->below(4); phrases > 0; --phrases) {
    std::string phrase = take_phrase(input);
    setting.phrases.emplace_back(std::move(phrase), input->value<float>());
  }
  return setting;
}

std::unique_ptr<Decoder> make(const Setting& setting) {
  std::unique_ptr<Decoder> decoder;
  (void)Decoder::create(setting.knowledge, setting.options, setting.phrases, &decoder);
  return decoder;
}

// Small negative numbers most of the time, now and then any bits that are a float.
std::vector<float> take_rows(fuzz::Input* input, size_t width) {
  std::vector<float> rows;
  while (!input->empty() && rows.size() < kMaxFrames * width) {
    const auto byte = input->value<uint8_t>();
    rows.push_back(byte == 255   ? input->value<float>()
                   : byte == 254 ? -std::numeric_limits<float>::infinity()
                                 : -static_cast<float>(byte) / 16.0F);
  }
  rows.resize(rows.size() / width * width);
  return rows;
}

void check_grammar(const auricle::DecodedSegment& segment, const Setting& setting) {
  const bool strict = setting.knowledge.grammar && std::isinf(setting.options.unknown_phrase_cost);
  for (const auricle::Hypothesis& hypothesis : segment.alternatives) {
    fuzz::require(!strict || hypothesis.words.empty() || hypothesis.in_grammar);
    fuzz::require(setting.knowledge.grammar || !hypothesis.in_grammar);
  }
}

void check_network(const auricle::DecodedSegment& segment, const Setting& setting) {
  fuzz::require(setting.options.network || segment.network.empty());
  for (const auricle::NetworkSlot& slot : segment.network) {
    float sum = slot.nothing;
    for (const auricle::NetworkWord& word : slot.words) sum += word.posterior;
    fuzz::require(!slot.words.empty() && std::abs(sum - 1.0F) < 1e-3F);
  }
}

void check(const std::vector<auricle::DecodedSegment>& segments, const Setting& setting) {
  uint64_t after = 0;
  for (const auricle::DecodedSegment& segment : segments) {
    fuzz::require(segment.first_frame >= after && segment.end_frame >= segment.first_frame);
    fuzz::require(!segment.alternatives.empty() &&
                  segment.alternatives.size() <= setting.options.alternatives);
    for (const auricle::Hypothesis& hypothesis : segment.alternatives) {
      uint64_t frame = segment.first_frame;
      for (const auricle::DecodedWord& word : hypothesis.words) {
        fuzz::require(!word.text.empty() && word.first_frame >= frame &&
                      word.end_frame > word.first_frame && word.end_frame <= segment.end_frame);
        frame = word.first_frame;
      }
    }
    check_grammar(segment, setting);
    check_network(segment, setting);
    after = segment.end_frame;
  }
}

std::vector<auricle::DecodedSegment> finish(Decoder* decoder) {
  fuzz::require(decoder->finish() == Status::kOk);
  fuzz::require(decoder->step(nullptr, 0) == Status::kDecoderFinished);
  return decoder->take_segments();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::Input input(data, size);
  const Setting setting = take_setting(&input);
  const auto whole = make(setting);
  if (whole == nullptr) return 0;
  const size_t width = setting.knowledge.vocabulary->size();
  const uint32_t block = 1 + input.below(8);
  const std::vector<float> rows = take_rows(&input, width);
  const size_t frames = rows.size() / width;
  if (whole->step(rows.data(), frames) != Status::kOk) {
    fuzz::require(whole->frames() == 0);
    return 0;
  }
  (void)whole->partial();
  const auto expected = finish(whole.get());
  check(expected, setting);

  const auto split = make(setting);
  for (size_t at = 0; at < frames; at += block) {
    const size_t count = std::min<size_t>(block, frames - at);
    fuzz::require(split->step(rows.data() + at * width, count) == Status::kOk);
  }
  const auto segments = finish(split.get());
  fuzz::require(segments.size() == expected.size());
  for (size_t s = 0; s < segments.size(); ++s) {
    fuzz::require(segments[s].alternatives[0].text == expected[s].alternatives[0].text &&
                  segments[s].end_frame == expected[s].end_frame);
  }
  return 0;
}
