#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <string>
#include <system_error>

#include "failure.h"
#include "states.h"

namespace auricle::old {
namespace {

constexpr unsigned int kMaxBeamWidth = 10'000;

bool ends_with(const std::string& path, const std::string& suffix) {
  return path.size() >= suffix.size() &&
         std::equal(suffix.rbegin(), suffix.rend(), path.rbegin(),
                    [](unsigned char a, unsigned char b) { return a == std::tolower(b); });
}

bool is_old_model(const std::string& path) {
  return ends_with(path, ".pbmm") || ends_with(path, ".pb") || ends_with(path, ".tflite");
}

std::filesystem::path path_of(const std::string& utf8) {
  return std::u8string(utf8.begin(), utf8.end());
}

bool is_same_file(const std::string& a, const std::string& b) {
  std::error_code error;
  return std::filesystem::equivalent(path_of(a), path_of(b), error) && !error;
}

// Takes the answer of a failed auricle_model_open().
int report_opening(const std::string& path) {
  if (!is_old_model(path)) return report_engine(DS_ERR_FAIL_INIT_MMAP);
  return report(DS_ERR_MODEL_INCOMPATIBLE,
                path +
                    ": DeepSpeech's models do not run in Auricle as they are; make a package of it "
                    "with `auricle convert deepspeech`");
}

int report_scorer(const std::string& path) {
  if (!ends_with(path, ".scorer")) return report_engine(DS_ERR_INVALID_SCORER);
  return report(
      DS_ERR_INVALID_SCORER,
      path +
          ": DeepSpeech's scorers do not run in Auricle as they are; give the path of the "
          "model for its package's scorer, convert it together with its model by "
          "`auricle convert deepspeech --scorer`, or build one with `auricle lm build`");
}

OwnedModel open_with_scorer(const std::string& model_path, const std::string& scorer_path) {
  const auto options = make<OwnedModelOptions>(auricle_model_options_create);
  if (options == nullptr) return nullptr;
  auricle_model_options_set_verify(options.get(), 0);  // it was verified when it was first opened
  if (!is_same_file(model_path, scorer_path) &&
      auricle_model_options_set_scorer(options.get(), scorer_path.c_str()) != AURICLE_OK) {
    return nullptr;
  }
  return make<OwnedModel>(auricle_model_open, model_path.c_str(), options.get());
}

int enable_scorer(ModelState* model, const std::string& path) {
  OwnedModel opened = open_with_scorer(model->path, path);
  if (opened == nullptr) return report_scorer(path);
  if (auricle_model_has_scorer(opened.get()) == 0) {
    return report(DS_ERR_INVALID_SCORER, path + ": the package has no scorer; give a scorer.lm");
  }
  model->model = std::move(opened);
  model->uses_scorer = true;
  model->alpha.reset();
  model->beta.reset();
  return DS_ERR_OK;
}

int add_hot_word(ModelState* model, const std::string& word, float boost) {
  if (word.find_first_not_of(' ') == std::string::npos || !std::isfinite(boost)) {
    return report(DS_ERR_FAIL_INSERT_HOTWORD, "give a word and a finite boost");
  }
  if (!model->hot_words.emplace(word, boost).second) {
    return report(DS_ERR_FAIL_INSERT_HOTWORD,
                  word + " is one already; call DS_EraseHotWord first to change it");
  }
  return DS_ERR_OK;
}

}  // namespace
}  // namespace auricle::old

namespace old = auricle::old;

int DS_CreateModel(const char* path, ModelState** model) {
  return old::guarded(DS_ERR_FAIL_CREATE_MODEL, [&]() -> int {
    if (model == nullptr) return old::report(DS_ERR_FAIL_CREATE_MODEL, "the pointer is NULL");
    *model = nullptr;
    if (path == nullptr || *path == '\0') {
      return old::report(DS_ERR_NO_MODEL, "give a package folder or a .auricle file");
    }
    auto made = std::make_unique<ModelState>();
    made->path = path;
    auricle_model* opened = nullptr;
    const int32_t status = auricle_model_open(path, nullptr, &opened);
    if (status == AURICLE_OUT_OF_MEMORY) return old::report(DS_ERR_FAIL_CREATE_MODEL, {});
    if (status != AURICLE_OK) return old::report_opening(made->path);
    made->model.reset(opened);
    *model = made.release();
    return DS_ERR_OK;
  });
}

void DS_FreeModel(ModelState* model) { delete model; }

int DS_GetModelSampleRate(const ModelState* model) {
  return model == nullptr ? 0 : static_cast<int>(auricle_model_sample_rate(model->model.get()));
}

unsigned int DS_GetModelBeamWidth(const ModelState* model) {
  return model == nullptr ? 0 : model->beam_width;
}

int DS_SetModelBeamWidth(ModelState* model, unsigned int beam_width) {
  return old::guarded(DS_ERR_FAIL_CREATE_STREAM, [&]() -> int {
    if (model == nullptr) return old::report(DS_ERR_NO_MODEL, "the model is NULL");
    if (beam_width < 1 || beam_width > old::kMaxBeamWidth) {
      return old::report(
          DS_ERR_FAIL_CREATE_STREAM,
          "the beam width is " + std::to_string(beam_width) + "; it must be from 1 to 10000");
    }
    model->beam_width = beam_width;
    return DS_ERR_OK;
  });
}

int DS_EnableExternalScorer(ModelState* model, const char* path) {
  return old::guarded(DS_ERR_INVALID_SCORER, [&]() -> int {
    if (model == nullptr) return old::report(DS_ERR_NO_MODEL, "the model is NULL");
    if (path == nullptr) return old::report(DS_ERR_INVALID_SCORER, "the path is NULL");
    return old::enable_scorer(model, path);
  });
}

int DS_DisableExternalScorer(ModelState* model) {
  if (model == nullptr || !model->uses_scorer) return old::report(DS_ERR_SCORER_NOT_ENABLED, {});
  model->uses_scorer = false;
  return DS_ERR_OK;
}

int DS_SetScorerAlphaBeta(ModelState* model, float alpha, float beta) {
  return old::guarded(DS_ERR_INVALID_SCORER, [&]() -> int {
    if (model == nullptr || !model->uses_scorer) {
      return old::report(DS_ERR_SCORER_NOT_ENABLED, "call DS_EnableExternalScorer first");
    }
    if (!(alpha >= 0.0F) || !std::isfinite(alpha) || !std::isfinite(beta)) {
      return old::report(DS_ERR_INVALID_SCORER, "alpha is " + std::to_string(alpha) + " and beta " +
                                                    std::to_string(beta) +
                                                    "; both must be finite, and alpha at least 0");
    }
    model->alpha = alpha;
    model->beta = beta;
    return DS_ERR_OK;
  });
}

int DS_AddHotWord(ModelState* model, const char* word, float boost) {
  return old::guarded(DS_ERR_FAIL_INSERT_HOTWORD, [&]() -> int {
    if (model == nullptr || word == nullptr) {
      return old::report(DS_ERR_FAIL_INSERT_HOTWORD, "a pointer is NULL");
    }
    return old::add_hot_word(model, word, boost);
  });
}

int DS_EraseHotWord(ModelState* model, const char* word) {
  return old::guarded(DS_ERR_FAIL_ERASE_HOTWORD, [&]() -> int {
    if (model == nullptr || word == nullptr || model->hot_words.erase(word) == 0) {
      return old::report(DS_ERR_FAIL_ERASE_HOTWORD, "it is none of the hot words");
    }
    return DS_ERR_OK;
  });
}

int DS_ClearHotWords(ModelState* model) {
  if (model == nullptr) return old::report(DS_ERR_FAIL_CLEAR_HOTWORD, {});
  model->hot_words.clear();
  return DS_ERR_OK;
}
