// The n-gram model for Python: opening, querying, importing, exporting.
#include "auricle/ngram.h"

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/function.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/unique_ptr.h>
#include <nanobind/stl/vector.h>

#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "auricle/arpa.h"
#include "auricle/ngram_build.h"
#include "auricle/ngram_import.h"
#include "auricle/ngram_interpolate.h"
#include "auricle/perplexity.h"
#include "status.h"

namespace nb = nanobind;
using auricle::Ngram;
using auricle::NgramState;
using auricle::ScorerInfo;
using auricle::ScorerOptions;
using auricle::ScorerWeights;
using auricle::Status;

namespace {

std::string_view view(const nb::bytes& bytes) {
  return {static_cast<const char*>(bytes.data()), bytes.size()};
}

std::unique_ptr<Ngram> open(const std::string& path) {
  std::unique_ptr<Ngram> ngram;
  run_released([&](std::string* detail) { return Ngram::open(path, &ngram, detail); });
  return ngram;
}

std::unique_ptr<Ngram> from_bytes(const nb::bytes& bytes) {
  const auto* data = static_cast<const uint8_t*>(bytes.data());
  std::unique_ptr<Ngram> ngram;
  std::string detail;
  raise_for_status(Ngram::from_bytes({data, data + bytes.size()}, &ngram, &detail), detail);
  return ngram;
}

void verify(const Ngram& ngram) {
  Status status = Status::kOk;
  {
    nb::gil_scoped_release release;
    status = ngram.verify();
  }
  raise_for_status(status);
}

nb::object word(const Ngram& ngram, uint32_t id) {
  const std::string_view text = ngram.word(id);
  return nb::steal(
      PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "replace"));
}

std::tuple<float, NgramState> score(const Ngram& ngram, const NgramState& state, uint32_t id) {
  NgramState next;
  const float probability = ngram.score(state, id, &next);
  return {probability, next};
}

std::vector<std::tuple<float, bool>> score_words(const Ngram& ngram,
                                                 const std::vector<std::string>& words, bool begin,
                                                 bool end) {
  NgramState state = begin ? ngram.begin_sentence() : ngram.null_context();
  NgramState next;
  std::vector<std::tuple<float, bool>> scores;
  scores.reserve(words.size() + 1);
  for (const std::string& text : words) {
    const uint32_t id = ngram.find(text);
    scores.emplace_back(ngram.score(state, id, &next), id == Ngram::kUnknown);
    std::swap(state, next);
  }
  if (end) scores.emplace_back(ngram.score(state, ngram.end_of_sentence(), &next), false);
  return scores;
}

auricle::TextScore score_text(const auricle::TextScorer& scorer, const nb::bytes& text) {
  nb::gil_scoped_release release;
  auricle::TextScore score;
  scorer.add(view(text), &score);
  return score;
}

double log10_probability(const auricle::TextScorer& scorer, std::string_view sentence) {
  auricle::TextScore score;
  scorer.add(sentence, &score);
  return score.log10_probability;
}

void export_arpa(const Ngram& ngram, const std::function<bool(nb::bytes)>& write) {
  std::string detail;
  const Status status = auricle::export_arpa(
      ngram, [&write](std::string_view text) { return write(nb::bytes(text.data(), text.size())); },
      &detail);
  raise_for_status(status, detail);
}

void write_weights(const std::string& path, const ScorerWeights& weights) {
  std::string detail;
  raise_for_status(auricle::write_weights(path, weights, &detail), detail);
}

void write_fingerprint(const std::string& path, uint64_t vocabulary_fingerprint) {
  std::string detail;
  raise_for_status(auricle::write_fingerprint(path, vocabulary_fingerprint, &detail), detail);
}

void feed_arpa(auricle::ArpaImporter& importer, const nb::bytes& text) {
  run_released([&](std::string* detail) { return importer.feed(view(text), detail); });
}

void finish_arpa(auricle::ArpaImporter& importer) {
  run_released([&](std::string* detail) { return importer.finish(detail); });
}

using Words = nb::ndarray<const uint32_t, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using Values = nb::ndarray<const float, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

std::vector<float> copied(const Values& values) {
  return {values.data(), values.data() + values.size()};
}

void begin_import(auricle::NgramImporter& importer, int order, const std::vector<nb::bytes>& words,
                  const Values& probabilities, const Values& backoffs) {
  auricle::ImportedWords imported = {{}, copied(probabilities), copied(backoffs)};
  imported.words.reserve(words.size());
  for (const nb::bytes& word : words) imported.words.emplace_back(view(word));
  std::string detail;
  raise_for_status(importer.begin(order, std::move(imported), &detail), detail);
}

void add_ngrams(auricle::NgramImporter& importer, const Words& words, const Values& probabilities,
                const Values& backoffs) {
  const size_t count = words.shape(0);
  const auto n = static_cast<int>(words.shape(1));
  if (probabilities.size() != count || backoffs.size() != count) {
    raise_for_status(Status::kInvalidShape, "words, probabilities and back-offs differ in length");
  }
  Status status = Status::kOk;
  {
    nb::gil_scoped_release release;
    for (size_t k = 0; k < count && status == Status::kOk; ++k) {
      status = importer.add(n, words.data() + k * words.shape(1), probabilities.data()[k],
                            backoffs.data()[k]);
    }
  }
  raise_for_status(status);
}

void finish_import(auricle::NgramImporter& importer) {
  run_released([&](std::string* detail) { return importer.finish(detail); });
}

void check_builder(const auricle::NgramBuilder& builder) {
  std::string detail;
  raise_for_status(builder.check(&detail), detail);
}

void feed_builder(auricle::NgramBuilder& builder, const nb::bytes& text) {
  run_released([&](std::string* detail) { return builder.feed(view(text), detail); });
}

void end_line(auricle::NgramBuilder& builder) {
  std::string detail;
  raise_for_status(builder.end_line(&detail), detail);
}

using Progress = std::function<void(const char*, uint64_t)>;

// Runs long work without the GIL. An interrupt (Ctrl-C) is noticed between the calls of `progress`,
// and raised as Python raises it.
template <typename Work>
void run_with_progress(const Progress& progress, const Work& work) {
  std::string detail;
  Status status = Status::kOk;
  bool raised = false;
  {
    nb::gil_scoped_release release;
    status = work(
        [&](const char* stage, uint64_t done) {
          nb::gil_scoped_acquire acquire;
          raised = PyErr_CheckSignals() != 0;
          if (!raised) progress(stage, done);
          return !raised;
        },
        &detail);
  }
  if (raised) throw nb::python_error();
  raise_for_status(status, detail);
}

void finish_builder(auricle::NgramBuilder& builder, const Progress& progress) {
  run_with_progress(progress, [&](const auricle::BuildProgress& report, std::string* detail) {
    return builder.finish(report, detail);
  });
}

void interpolate(const Ngram& a, const Ngram& b, double weight, const std::string& output,
                 const ScorerOptions& scorer, const std::string& temp_directory,
                 uint64_t memory_bytes, const Progress& progress) {
  const auricle::InterpolationOptions options = {weight, scorer, temp_directory, memory_bytes};
  run_with_progress(progress, [&](const auricle::BuildProgress& report, std::string* detail) {
    return auricle::interpolate(a, b, options, output, report, detail);
  });
}

using Pairs = nb::ndarray<nb::numpy, double, nb::shape<-1, 2>, nb::c_contig>;

Pairs paired_probabilities(const Ngram& a, const Ngram& b, const nb::bytes& text) {
  auto pairs = std::make_unique<std::vector<double>>();
  {
    nb::gil_scoped_release release;
    *pairs = auricle::paired_probabilities(a, b, view(text));
  }
  const size_t words = pairs->size() / 2;
  double* data = pairs->data();
  nb::capsule owner(pairs.release(), [](void* vector) noexcept {
    delete static_cast<std::vector<double>*>(vector);
  });
  return Pairs(data, {words, 2}, owner);
}

void bind_query(nb::module_& module) {
  nb::class_<ScorerWeights>(module, "ScorerWeights")
      .def(
          "__init__",
          [](ScorerWeights* self, float alpha, float beta, float unknown_penalty,
             float unknown_unit_penalty) {
            new (self) ScorerWeights{alpha, beta, unknown_penalty, unknown_unit_penalty};
          },
          nb::arg("alpha"), nb::arg("beta"), nb::arg("unknown_penalty"),
          nb::arg("unknown_unit_penalty"))
      .def_rw("alpha", &ScorerWeights::alpha)
      .def_rw("beta", &ScorerWeights::beta)
      .def_rw("unknown_penalty", &ScorerWeights::unknown_penalty)
      .def_rw("unknown_unit_penalty", &ScorerWeights::unknown_unit_penalty);

  nb::class_<ScorerInfo>(module, "ScorerInfo")
      .def_ro("order", &ScorerInfo::order)
      .def_ro("counts", &ScorerInfo::counts)
      .def_ro("bits", &ScorerInfo::bits)
      .def_prop_ro("kind", [](const ScorerInfo& info) { return static_cast<uint32_t>(info.kind); })
      .def_ro("vocabulary_fingerprint", &ScorerInfo::vocabulary_fingerprint)
      .def_ro("weights", &ScorerInfo::weights)
      .def_ro("language", &ScorerInfo::language)
      .def_ro("sentence_end", &ScorerInfo::sentence_end)
      .def_ro("checksum", &ScorerInfo::checksum)
      .def_ro("file_bytes", &ScorerInfo::file_bytes);

  nb::class_<NgramState>(module, "NgramState")
      .def_prop_ro("words",
                   [](const NgramState& state) {
                     return std::vector<uint32_t>(state.words, state.words + state.length);
                   })
      .def(
          "__eq__",
          [](const NgramState& a, nb::handle other) {
            return nb::isinstance<NgramState>(other) && a == nb::cast<const NgramState&>(other);
          },
          nb::arg("other"), nb::sig("def __eq__(self, other: object, /) -> bool"))
      .def("__hash__", &NgramState::hash);

  nb::class_<auricle::TextScore>(module, "TextScore")
      .def_ro("sentences", &auricle::TextScore::sentences)
      .def_ro("words", &auricle::TextScore::words)
      .def_ro("unknown", &auricle::TextScore::unknown)
      .def_ro("log10_probability", &auricle::TextScore::log10_probability)
      .def_ro("log10_probability_unknown", &auricle::TextScore::log10_probability_unknown);

  nb::class_<Ngram>(module, "Ngram")
      .def_static("open", &open, nb::arg("path"))
      .def_static("from_bytes", &from_bytes, nb::arg("data"))
      .def_prop_ro("order", &Ngram::order)
      .def_prop_ro("vocabulary_size", &Ngram::vocabulary_size)
      .def_prop_ro("end_of_sentence", &Ngram::end_of_sentence)
      .def_prop_ro("info", &Ngram::info, nb::rv_policy::reference_internal)
      .def(
          "find", [](const Ngram& ngram, const std::string& text) { return ngram.find(text); },
          nb::arg("word"))
      .def("word", &word, nb::arg("id"), nb::sig("def word(self, id: int) -> str"))
      .def("begin_sentence", &Ngram::begin_sentence)
      .def("null_context", &Ngram::null_context)
      .def("score", &score, nb::arg("state"), nb::arg("word"))
      .def("score_words", &score_words, nb::arg("words"), nb::arg("begin"), nb::arg("end"))
      .def("verify", &verify)
      .def("export_arpa", &export_arpa, nb::arg("write"));

  nb::class_<auricle::TextScorer>(module, "TextScorer")
      .def(nb::init<const Ngram&>(), nb::arg("ngram"), nb::keep_alive<1, 2>())
      .def("score", &score_text, nb::arg("text"))
      .def("log10_probability", &log10_probability, nb::arg("sentence"));
}

void bind_build(nb::module_& module) {
  nb::class_<ScorerOptions>(module, "ScorerOptions")
      .def(
          "__init__",
          [](ScorerOptions* self, int bits, uint32_t kind, uint64_t vocabulary_fingerprint,
             const ScorerWeights& weights, std::string language, bool sentence_end) {
            new (self) ScorerOptions{bits,
                                     static_cast<auricle::ScorerKind>(kind),
                                     vocabulary_fingerprint,
                                     weights,
                                     std::move(language),
                                     sentence_end};
          },
          nb::arg("bits"), nb::arg("kind"), nb::arg("vocabulary_fingerprint"), nb::arg("weights"),
          nb::arg("language"), nb::arg("sentence_end"));

  nb::class_<auricle::NgramBuilder>(module, "NgramBuilder")
      .def(
          "__init__",
          [](auricle::NgramBuilder* self, std::string output, const ScorerOptions& scorer,
             int order, std::vector<uint64_t> prune, bool discount_fallback,
             uint64_t vocabulary_limit, std::vector<std::string> vocabulary,
             std::string temp_directory, uint64_t memory_bytes, std::string full_precision_output) {
            auricle::BuildOptions options;
            options.order = order;
            options.prune = std::move(prune);
            options.discount_fallback = discount_fallback;
            options.vocabulary_limit = vocabulary_limit;
            options.vocabulary = std::move(vocabulary);
            options.scorer = scorer;
            options.temp_directory = std::move(temp_directory);
            options.memory_bytes = memory_bytes;
            options.full_precision_output = std::move(full_precision_output);
            new (self) auricle::NgramBuilder(std::move(output), std::move(options));
          },
          nb::arg("output"), nb::arg("scorer"), nb::arg("order"), nb::arg("prune"),
          nb::arg("discount_fallback"), nb::arg("vocabulary_limit"), nb::arg("vocabulary"),
          nb::arg("temp_directory"), nb::arg("memory_bytes"), nb::arg("full_precision_output"))
      .def("check", &check_builder)
      .def("feed", &feed_builder, nb::arg("text"))
      .def("end_line", &end_line)
      .def("finish", &finish_builder, nb::arg("progress"))
      .def_prop_ro("words", &auricle::NgramBuilder::words)
      .def_prop_ro("sentences", &auricle::NgramBuilder::sentences)
      .def_prop_ro("spilled_bytes", &auricle::NgramBuilder::spilled_bytes);

  nb::class_<auricle::ArpaImporter>(module, "ArpaImporter")
      .def(
          "__init__",
          [](auricle::ArpaImporter* self, std::string output, const ScorerOptions& scorer,
             std::string temp_directory, uint64_t memory_bytes) {
            new (self) auricle::ArpaImporter(std::move(output),
                                             {scorer, std::move(temp_directory), memory_bytes});
          },
          nb::arg("output"), nb::arg("scorer"), nb::arg("temp_directory"), nb::arg("memory_bytes"))
      .def("feed", &feed_arpa, nb::arg("text"))
      .def("finish", &finish_arpa);

  nb::class_<auricle::NgramImporter>(module, "NgramImporter")
      .def(
          "__init__",
          [](auricle::NgramImporter* self, std::string output, const ScorerOptions& scorer,
             std::string temp_directory, uint64_t memory_bytes) {
            new (self) auricle::NgramImporter(std::move(output),
                                              {scorer, std::move(temp_directory), memory_bytes});
          },
          nb::arg("output"), nb::arg("scorer"), nb::arg("temp_directory"), nb::arg("memory_bytes"))
      .def("begin", &begin_import, nb::arg("order"), nb::arg("words"), nb::arg("probabilities"),
           nb::arg("backoffs"))
      .def("add", &add_ngrams, nb::arg("words"), nb::arg("probabilities"), nb::arg("backoffs"))
      .def("finish", &finish_import);
}

}  // namespace

void bind_ngram(nb::module_& module) {
  bind_query(module);
  bind_build(module);
  module.def("interpolate", &interpolate, nb::arg("a"), nb::arg("b"), nb::arg("weight"),
             nb::arg("output"), nb::arg("scorer"), nb::arg("temp_directory"),
             nb::arg("memory_bytes"), nb::arg("progress"));
  module.def("paired_probabilities", &paired_probabilities, nb::arg("a"), nb::arg("b"),
             nb::arg("text"));
  module.def("write_fingerprint", &write_fingerprint, nb::arg("path"),
             nb::arg("vocabulary_fingerprint"));
  module.def("write_weights", &write_weights, nb::arg("path"), nb::arg("weights"));
}
