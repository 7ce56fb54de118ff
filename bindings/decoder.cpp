#include "auricle/decoder.h"

#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/unique_ptr.h>
#include <nanobind/stl/vector.h>

#include "log_probabilities.h"
#include "status.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace {

using auricle::ConfidenceMap;
using auricle::Decoder;
using auricle::DecoderOptions;
using auricle::EndpointRules;
using auricle::Evidence;
using auricle::Grammar;
using auricle::Hypothesis;
using auricle::Lexicon;
using auricle::Scorer;
using auricle::SecondPass;
using auricle::SegmentEnd;
using auricle::Status;
using auricle::Vocabulary;
using auricle::WordBoundary;

std::shared_ptr<const Vocabulary> make_vocabulary(std::vector<std::string> tokens, uint32_t blank,
                                                  WordBoundary boundary, bool spaces,
                                                  bool single_separators) {
  std::shared_ptr<const Vocabulary> vocabulary;
  std::string detail;
  const Status status = Vocabulary::create(std::move(tokens), blank, boundary, &vocabulary, &detail,
                                           spaces, single_separators);
  raise_for_status(status, detail);
  return vocabulary;
}

std::shared_ptr<const Lexicon> open_lexicon(const std::string& path, const Vocabulary& vocabulary) {
  std::shared_ptr<const Lexicon> lexicon;
  run_released(
      [&](std::string* detail) { return Lexicon::open(path, vocabulary, &lexicon, detail); });
  return lexicon;
}

std::shared_ptr<const Lexicon> read_lexicon(const nb::bytes& bytes, const Vocabulary& vocabulary) {
  const auto* data = static_cast<const uint8_t*>(bytes.data());
  std::shared_ptr<const Lexicon> lexicon;
  run_released([&](std::string* detail) {
    return Lexicon::read({data, bytes.size()}, vocabulary, &lexicon, detail);
  });
  return lexicon;
}

std::vector<std::vector<uint32_t>> spellings(const Lexicon& lexicon, const std::string& word) {
  const uint32_t number = lexicon.find(word);
  if (number == Lexicon::kNoWord) return {};
  return lexicon.spellings(number);
}

std::shared_ptr<const SecondPass> make_second_pass(std::shared_ptr<const Vocabulary> units,
                                                   std::shared_ptr<const Lexicon> lexicon,
                                                   float weight) {
  std::shared_ptr<const SecondPass> second_pass;
  run_released([&](std::string* detail) {
    return SecondPass::create(std::move(units), std::move(lexicon), weight, &second_pass, detail);
  });
  return second_pass;
}

std::shared_ptr<const Scorer> open_scorer(const std::string& path, const Vocabulary& vocabulary,
                                          std::shared_ptr<const Lexicon> lexicon) {
  std::shared_ptr<const Scorer> scorer;
  run_released([&](std::string* detail) {
    std::unique_ptr<auricle::Ngram> ngram;
    const Status status = auricle::Ngram::open(path, &ngram, detail);
    if (status != Status::kOk) return status;
    return Scorer::create(std::move(ngram), vocabulary, std::move(lexicon), &scorer, detail);
  });
  return scorer;
}

std::shared_ptr<const Grammar> open_grammar(const std::string& path) {
  std::shared_ptr<const Grammar> grammar;
  run_released([&](std::string* detail) { return Grammar::open(path, &grammar, detail); });
  return grammar;
}

std::shared_ptr<const Grammar> read_grammar(const std::string& text) {
  std::shared_ptr<const Grammar> grammar;
  run_released([&](std::string* detail) { return Grammar::read(text, &grammar, detail); });
  return grammar;
}

std::vector<std::string> grammar_tags(const Grammar& grammar,
                                      const std::vector<std::string>& words) {
  return grammar.tags({words.begin(), words.end()});
}

std::unique_ptr<Decoder> make_decoder(
    std::shared_ptr<const Vocabulary> vocabulary, std::shared_ptr<const Lexicon> lexicon,
    std::shared_ptr<const Lexicon> own_lexicon, std::shared_ptr<const Scorer> scorer,
    std::shared_ptr<const Grammar> grammar, std::shared_ptr<const SecondPass> second_pass,
    const DecoderOptions& options, const auricle::HotPhrases& hot_words) {
  auricle::DecoderKnowledge knowledge{std::move(vocabulary),  std::move(lexicon),
                                      std::move(own_lexicon), std::move(scorer),
                                      std::move(grammar),     std::move(second_pass)};
  std::unique_ptr<Decoder> decoder;
  std::string detail;
  raise_for_status(Decoder::create(std::move(knowledge), options, hot_words, &decoder, &detail),
                   detail);
  return decoder;
}

void step(Decoder& decoder, const LogProbs& log_probs) {
  check_columns(log_probs, decoder.columns());
  run_released([&](std::string* detail) {
    return decoder.step(log_probs.data(), log_probs.shape(0), detail);
  });
}

}  // namespace

void bind_decoder(nb::module_& module) {
  nb::enum_<WordBoundary>(module, "WordBoundary")
      .value("SEPARATOR", WordBoundary::kSeparator)
      .value("PREFIX", WordBoundary::kPrefix)
      .value("NONE", WordBoundary::kNone)
      .value("LEXICON", WordBoundary::kLexicon);

  nb::class_<Vocabulary>(module, "Vocabulary")
      .def(nb::new_(&make_vocabulary), "tokens"_a, "blank"_a, "boundary"_a, "spaces"_a = true,
           "single_separators"_a = false)
      .def_prop_ro("size", &Vocabulary::size)
      .def_prop_ro("blank", &Vocabulary::blank)
      .def_prop_ro("boundary", &Vocabulary::boundary)
      .def_prop_ro("fingerprint", &Vocabulary::fingerprint)
      .def("token", [](const Vocabulary& self, uint32_t index) {
        if (index >= self.size()) throw nb::index_error();
        return self.token(index);
      });

  nb::class_<Lexicon>(module, "Lexicon")
      .def_static("open", &open_lexicon, "path"_a, "vocabulary"_a)
      .def_static("read", &read_lexicon, "data"_a, "vocabulary"_a)
      .def(
          "write",
          [](const Lexicon& self, const std::string& path) {
            run_released([&](std::string* detail) { return self.write(path, detail); });
          },
          "path"_a)
      .def("pack",
           [](const Lexicon& self) {
             const std::vector<uint8_t> bytes = self.pack();
             return nb::bytes(bytes.data(), bytes.size());
           })
      .def("__len__", &Lexicon::size)
      .def("spellings", &spellings, "word"_a);

  nb::class_<Grammar>(module, "Grammar")
      .def_static("open", &open_grammar, "path"_a)
      .def_static("read", &read_grammar, "text"_a)
      .def_prop_ro("words", &Grammar::words)
      .def("tags", &grammar_tags, "words"_a);

  nb::class_<SecondPass>(module, "SecondPass")
      .def(nb::new_(&make_second_pass), "units"_a, "lexicon"_a, "weight"_a)
      .def_prop_ro("columns", &SecondPass::columns);

  nb::class_<Scorer>(module, "Scorer")
      .def(nb::new_(&open_scorer), "path"_a, "vocabulary"_a, "lexicon"_a.none())
      .def_prop_ro("default_weights", [](const Scorer& self) { return self.default_weights(); });

  nb::class_<Evidence>(module, "Evidence")
      .def_ro("count", &Evidence::count)
      .def_ro("mean", &Evidence::mean)
      .def_ro("share", &Evidence::share)
      .def_prop_ro("log_odds",
                   [](const Evidence& self) { return auricle::log_odds(self.plain()); });

  nb::class_<ConfidenceMap>(module, "ConfidenceMap")
      .def(nb::init<>())
      .def_rw("bias", &ConfidenceMap::bias)
      .def_rw("odds", &ConfidenceMap::odds)
      .def_rw("length", &ConfidenceMap::length);

  nb::class_<auricle::ConfidenceMaps>(module, "ConfidenceMaps")
      .def(nb::init<>())
      .def_rw("word", &auricle::ConfidenceMaps::word, nb::arg().none())
      .def_rw("segment", &auricle::ConfidenceMaps::segment, nb::arg().none());

  nb::class_<auricle::WordTimes>(module, "WordTimes")
      .def(nb::init<>())
      .def_rw("lead_frames", &auricle::WordTimes::lead_frames)
      .def_rw("tail_frames", &auricle::WordTimes::tail_frames)
      .def_rw("shortest_frames", &auricle::WordTimes::shortest_frames);

  nb::class_<EndpointRules>(module, "EndpointRules")
      .def(nb::init<>())
      .def_rw("silence_frames", &EndpointRules::silence_frames)
      .def_rw("unsure_silence_frames", &EndpointRules::unsure_silence_frames)
      .def_rw("certainty", &EndpointRules::certainty)
      .def_rw("no_speech_frames", &EndpointRules::no_speech_frames)
      .def_rw("maximum_frames", &EndpointRules::maximum_frames);

  nb::enum_<SegmentEnd>(module, "SegmentEnd")
      .value("STREAM_END", SegmentEnd::kStreamEnd)
      .value("SILENCE", SegmentEnd::kSilence)
      .value("UNSURE_SILENCE", SegmentEnd::kUnsureSilence)
      .value("NO_SPEECH", SegmentEnd::kNoSpeech)
      .value("LENGTH", SegmentEnd::kLength);

  nb::class_<DecoderOptions>(module, "DecoderOptions")
      .def(nb::init<>())
      .def_rw("beam_width", &DecoderOptions::beam_width)
      .def_rw("beam_margin", &DecoderOptions::beam_margin)
      .def_rw("token_margin", &DecoderOptions::token_margin)
      .def_rw("top_tokens", &DecoderOptions::top_tokens)
      .def_rw("alternatives", &DecoderOptions::alternatives)
      .def_rw("network", &DecoderOptions::network)
      .def_rw("closed_vocabulary", &DecoderOptions::closed_vocabulary)
      .def_rw("weights", &DecoderOptions::weights)
      .def_rw("times", &DecoderOptions::times)
      .def_rw("unknown_phrase_cost", &DecoderOptions::unknown_phrase_cost)
      .def_rw("confidence", &DecoderOptions::confidence)
      .def_rw("endpoint", &DecoderOptions::endpoint);

  nb::class_<auricle::DecodedWord>(module, "DecodedWord")
      .def_ro("text", &auricle::DecodedWord::text)
      .def_ro("first_frame", &auricle::DecodedWord::first_frame)
      .def_ro("end_frame", &auricle::DecodedWord::end_frame)
      .def_ro("start", &auricle::DecodedWord::start)
      .def_ro("end", &auricle::DecodedWord::end)
      .def_ro("confidence", &auricle::DecodedWord::confidence)
      .def_ro("evidence", &auricle::DecodedWord::evidence);

  nb::class_<auricle::DecodedUnit>(module, "DecodedUnit")
      .def_ro("token", &auricle::DecodedUnit::token)
      .def_ro("frame", &auricle::DecodedUnit::frame)
      .def_ro("log_probability", &auricle::DecodedUnit::log_probability);

  nb::class_<Hypothesis>(module, "Hypothesis")
      .def_ro("text", &Hypothesis::text)
      .def_ro("words", &Hypothesis::words)
      .def_ro("units", &Hypothesis::units)
      .def_ro("score", &Hypothesis::score)
      .def_ro("log_probability", &Hypothesis::log_probability)
      .def_ro("confidence", &Hypothesis::confidence)
      .def_ro("in_grammar", &Hypothesis::in_grammar)
      .def_ro("tags", &Hypothesis::tags);

  nb::class_<auricle::NetworkWord>(module, "NetworkWord")
      .def_ro("text", &auricle::NetworkWord::text)
      .def_ro("posterior", &auricle::NetworkWord::posterior)
      .def_ro("first_frame", &auricle::NetworkWord::first_frame)
      .def_ro("end_frame", &auricle::NetworkWord::end_frame)
      .def_ro("start", &auricle::NetworkWord::start)
      .def_ro("end", &auricle::NetworkWord::end);

  nb::class_<auricle::NetworkSlot>(module, "NetworkSlot")
      .def_ro("words", &auricle::NetworkSlot::words)
      .def_ro("nothing", &auricle::NetworkSlot::nothing);

  nb::class_<auricle::DecodedSegment>(module, "DecodedSegment")
      .def_ro("alternatives", &auricle::DecodedSegment::alternatives)
      .def_ro("network", &auricle::DecodedSegment::network)
      .def_ro("first_frame", &auricle::DecodedSegment::first_frame)
      .def_ro("end_frame", &auricle::DecodedSegment::end_frame)
      .def_ro("ended_by", &auricle::DecodedSegment::ended_by)
      .def_ro("confidence", &auricle::DecodedSegment::confidence)
      .def_ro("evidence", &auricle::DecodedSegment::evidence);

  nb::class_<Decoder>(module, "Decoder")
      .def(nb::new_(&make_decoder), "vocabulary"_a, "lexicon"_a.none(), "own_lexicon"_a.none(),
           "scorer"_a.none(), "grammar"_a.none(), "second_pass"_a.none(), "options"_a,
           "hot_words"_a)
      .def("step", &step, "log_probs"_a)
      .def(
          "set_hot_words",
          [](Decoder& self, const auricle::HotPhrases& hot_words) {
            run_released(
                [&](std::string* detail) { return self.set_hot_words(hot_words, detail); });
          },
          "hot_words"_a)
      .def("partial", &Decoder::partial, nb::call_guard<nb::gil_scoped_release>())
      .def("finish",
           [](Decoder& self) { run_released([&](std::string*) { return self.finish(); }); })
      .def("take_segments", &Decoder::take_segments)
      .def("reset", &Decoder::reset)
      .def_prop_ro("frames", &Decoder::frames);
}
