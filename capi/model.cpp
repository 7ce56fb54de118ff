#include <string>
#include <utility>

#include "auricle.h"
#include "auricle/package.h"
#include "failure.h"
#include "handles.h"
#include "log.h"

namespace auricle::capi {
namespace {

Status load_scorer(Package& package, const std::string& other_path, SearchModel* model,
                   std::string* detail) {
  std::unique_ptr<Ngram> ngram;
  const Status status = other_path.empty() ? package.open_scorer(&ngram, detail)
                                           : Ngram::open(other_path, &ngram, detail);
  return status == Status::kOk ? model->set_scorer(std::move(ngram), detail) : status;
}

Status load_graph(Package& package, uint32_t threads, LoadedModel* model, std::string* detail) {
  const AcousticContract& contract = package.description().acoustic;
  std::span<const uint8_t> bytes;
  const Status status = package.file(contract.file, &bytes, detail);
  if (status != Status::kOk) return status;
  return OnnxGraph::create(bytes, contract, model->search.columns(), threads, &model->graph,
                           detail);
}

Status load(Package& package, const auricle_model_options& options, auricle_model** out,
            std::string* detail) {
  Status status = options.verify ? package.verify(detail) : Status::kOk;
  if (status != Status::kOk) return status;
  auto model = std::make_shared<LoadedModel>();
  status = SearchModel::load(package, &model->search, detail);
  if (status == Status::kOk) status = load_graph(package, options.threads, model.get(), detail);
  if (status == Status::kOk) status = load_scorer(package, options.scorer, &model->search, detail);
  if (status != Status::kOk) return status;
  log(AURICLE_LOG_INFO, ("opened the model " + model->search.common->name).c_str());
  *out = new auricle_model{std::move(model)};
  return Status::kOk;
}

// Opens a package by `open(&package, detail)` and loads it.
template <typename Open>
int32_t open_model(const auricle_model_options* options, auricle_model** out, const void* source,
                   const Open& open) {
  return guarded([&](std::string* detail) {
    if (out == nullptr || source == nullptr) {
      return fail(Status::kInvalidArgument, detail, "a pointer is NULL");
    }
    *out = nullptr;
    std::unique_ptr<Package> package;
    const Status status = open(&package, detail);
    if (status != Status::kOk) return status;
    return load(*package, options == nullptr ? auricle_model_options() : *options, out, detail);
  });
}

}  // namespace
}  // namespace auricle::capi

int32_t auricle_model_open(const char* path, const auricle_model_options* options,
                           auricle_model** model) {
  return auricle::capi::open_model(
      options, model, path, [path](std::unique_ptr<auricle::Package>* out, std::string* detail) {
        return auricle::Package::open(path, out, detail);
      });
}

int32_t auricle_model_open_memory(const void* bytes, size_t count,
                                  const auricle_model_options* options, auricle_model** model) {
  return auricle::capi::open_model(
      options, model, bytes,
      [bytes, count](std::unique_ptr<auricle::Package>* out, std::string* detail) {
        return auricle::Package::from_bytes({static_cast<const uint8_t*>(bytes), count}, out,
                                            detail);
      });
}

void auricle_model_free(auricle_model* model) { delete model; }

uint32_t auricle_model_sample_rate(const auricle_model* model) {
  return model == nullptr ? 0 : model->loaded->search.common->contract.sample_rate;
}

const char* auricle_model_name(const auricle_model* model) {
  return model == nullptr ? nullptr : model->loaded->search.common->name.c_str();
}

const char* auricle_model_language(const auricle_model* model) {
  return model == nullptr ? nullptr : model->loaded->search.common->language.c_str();
}

const char* auricle_model_description(const auricle_model* model) {
  return model == nullptr ? nullptr : model->loaded->search.description.c_str();
}

int32_t auricle_model_has_scorer(const auricle_model* model) {
  return model != nullptr && model->loaded->search.scorer != nullptr ? 1 : 0;
}
