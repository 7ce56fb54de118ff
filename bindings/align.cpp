#include "auricle/align.h"

#include <nanobind/nanobind.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/unique_ptr.h>
#include <nanobind/stl/vector.h>

#include "log_probabilities.h"
#include "status.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace {

using auricle::Aligner;
using auricle::AlignerOptions;
using auricle::Alignment;
using auricle::Vocabulary;

std::unique_ptr<Aligner> make_aligner(std::shared_ptr<const Vocabulary> vocabulary,
                                      std::shared_ptr<const auricle::Lexicon> lexicon,
                                      const std::vector<std::string>& words,
                                      const AlignerOptions& options) {
  std::unique_ptr<Aligner> aligner;
  run_released([&](std::string* detail) {
    return Aligner::create(std::move(vocabulary), lexicon.get(), words, options, &aligner, detail);
  });
  return aligner;
}

void step(Aligner& aligner, const LogProbs& log_probs) {
  check_columns(log_probs, aligner.vocabulary().size());
  run_released([&](std::string* detail) {
    return aligner.step(log_probs.data(), log_probs.shape(0), detail);
  });
}

Alignment finish(Aligner& aligner) {
  Alignment alignment;
  run_released([&](std::string* detail) { return aligner.finish(&alignment, detail); });
  return alignment;
}

}  // namespace

void bind_align(nb::module_& module) {
  nb::class_<AlignerOptions>(module, "AlignerOptions")
      .def(nb::init<>())
      .def_rw("skip_cost", &AlignerOptions::skip_cost)
      .def_rw("skip_word_cost", &AlignerOptions::skip_word_cost)
      .def_rw("skip_limit", &AlignerOptions::skip_limit)
      .def_rw("filler_cost", &AlignerOptions::filler_cost)
      .def_rw("filler_frame_cost", &AlignerOptions::filler_frame_cost)
      .def_rw("between_weight", &AlignerOptions::between_weight)
      .def_rw("margin", &AlignerOptions::margin)
      .def_rw("token_margin", &AlignerOptions::token_margin)
      .def_rw("times", &AlignerOptions::times);

  nb::class_<auricle::AlignedUnit>(module, "AlignedUnit")
      .def_ro("token", &auricle::AlignedUnit::token)
      .def_ro("first_frame", &auricle::AlignedUnit::first_frame)
      .def_ro("end_frame", &auricle::AlignedUnit::end_frame)
      .def_ro("log_probability", &auricle::AlignedUnit::log_probability);

  nb::class_<auricle::AlignedWord>(module, "AlignedWord")
      .def_ro("units", &auricle::AlignedWord::units)
      .def_ro("start", &auricle::AlignedWord::start)
      .def_ro("end", &auricle::AlignedWord::end);

  nb::class_<auricle::Filler>(module, "Filler")
      .def_ro("first_frame", &auricle::Filler::first_frame)
      .def_ro("end_frame", &auricle::Filler::end_frame);

  nb::class_<Alignment>(module, "Alignment")
      .def_ro("words", &Alignment::words)
      .def_ro("fillers", &Alignment::fillers)
      .def_ro("score", &Alignment::score);

  nb::class_<Aligner>(module, "Aligner")
      .def(nb::new_(&make_aligner), "vocabulary"_a, "lexicon"_a.none(), "words"_a, "options"_a)
      .def("step", &step, "log_probs"_a)
      .def("finish", &finish)
      .def_prop_ro("frames", &Aligner::frames);
}
