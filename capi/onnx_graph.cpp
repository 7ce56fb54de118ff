#include "onnx_graph.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <set>
#include <utility>

#include "log.h"

namespace auricle::capi {
namespace {

// ONNX Runtime 1.29 and later report each process to their maker unless the environment forbids it.
void forbid_telemetry() {
#ifdef _WIN32
  if (std::getenv("ORT_DISABLE_TELEMETRY") == nullptr) _putenv_s("ORT_DISABLE_TELEMETRY", "1");
#else
  setenv("ORT_DISABLE_TELEMETRY", "1", 0);
#endif
}

// The API of ONNX Runtime 1.18, which later versions have too.
constexpr uint32_t kApiVersion = 18;
static_assert(ORT_API_VERSION >= kApiVersion, "the header of ONNX Runtime 1.18 or newer is needed");

template <typename T>
OrtOwned<T> owned(T* object, void (*release)(T*)) {
  return OrtOwned<T>(object, {release});
}

template <typename T>
OrtOwned<T> nothing(void (*release)(T*)) {
  return owned<T>(nullptr, release);
}

// Turns ONNX Runtime's answer, which null means success, into a status of ours.
Status checked(const OrtApi& api, OrtStatus* answer, Status failure, std::string* detail) {
  if (answer == nullptr) return Status::kOk;
  const auto keeper = owned(answer, api.ReleaseStatus);
  return fail(failure, detail, api.GetErrorMessage(answer));
}

void ORT_API_CALL forward_log(void*, OrtLoggingLevel severity, const char*, const char*,
                              const char*, const char* message) {
  const bool error = severity >= ORT_LOGGING_LEVEL_ERROR;
  log(error ? AURICLE_LOG_ERROR : AURICLE_LOG_WARNING, message);
}

using Describe = OrtStatus*(ORT_API_CALL*)(const OrtSession*, size_t, OrtAllocator*, char**);

// The names of the inputs or of the outputs of a session.
Status read_names(const OrtApi& api, const OrtSession* session, size_t count, Describe describe,
                  std::set<std::string>* out, std::string* detail) {
  OrtAllocator* allocator = nullptr;
  Status status =
      checked(api, api.GetAllocatorWithDefaultOptions(&allocator), Status::kGraphInvalid, detail);
  for (size_t i = 0; i < count && status == Status::kOk; ++i) {
    char* name = nullptr;
    status = checked(api, describe(session, i, allocator, &name), Status::kGraphInvalid, detail);
    if (status != Status::kOk) break;
    const auto release = [allocator](char* text) { allocator->Free(allocator, text); };
    const std::unique_ptr<char, decltype(release)> keeper(name, release);
    out->insert(name);
  }
  return status;
}

std::string shape_text(const std::vector<int64_t>& shape) {
  std::string text(1, '(');
  for (const int64_t side : shape) {
    if (text.size() > 1) text += ", ";
    text += std::to_string(side);
  }
  text += ')';
  return text;
}

std::vector<const char*> pointers(const std::vector<std::string>& names) {
  std::vector<const char*> out;
  for (const std::string& name : names) out.push_back(name.c_str());
  return out;
}

}  // namespace

OnnxGraph::OnnxGraph(const OrtApi& api, const AcousticContract& contract, uint32_t columns)
    : api_(api),
      contract_(contract),
      columns_(columns),
      input_names_{"samples"},
      output_names_{"log_probs"},
      environment_(nothing(api.ReleaseEnv)),
      memory_(nothing(api.ReleaseMemoryInfo)),
      session_(nothing(api.ReleaseSession)) {
  for (const AcousticState& state : contract.states) {
    input_names_.push_back(state.name);
    output_names_.push_back("next_" + state.name);
  }
}

Status OnnxGraph::create(std::span<const uint8_t> bytes, const AcousticContract& contract,
                         uint32_t columns, uint32_t threads, std::shared_ptr<const OnnxGraph>* out,
                         std::string* detail) {
  const OrtApiBase* base = OrtGetApiBase();
  const OrtApi* api = base->GetApi(kApiVersion);
  if (api == nullptr) {
    return fail(Status::kRuntimeVersion, detail,
                std::string("it is ") + base->GetVersionString() + ", 1.18 is needed");
  }
  std::shared_ptr<OnnxGraph> graph(new OnnxGraph(*api, contract, columns));
  Status status = graph->open(bytes, threads, detail);
  if (status == Status::kOk) status = graph->check_names(detail);
  if (status == Status::kOk) status = graph->check_vocabulary(detail);
  if (status == Status::kOk) *out = std::move(graph);
  return status;
}

Status OnnxGraph::open(std::span<const uint8_t> bytes, uint32_t threads, std::string* detail) {
  const auto check = [this, detail](OrtStatus* answer) {
    return checked(api_, answer, Status::kGraphInvalid, detail);
  };
  static std::once_flag forbidden;
  std::call_once(forbidden, forbid_telemetry);
  OrtEnv* environment = nullptr;
  Status status = check(api_.CreateEnvWithCustomLogger(
      forward_log, nullptr, ORT_LOGGING_LEVEL_WARNING, "auricle", &environment));
  if (status != Status::kOk) return status;
  environment_.reset(environment);

  OrtMemoryInfo* memory = nullptr;
  status = check(api_.CreateCpuMemoryInfo(OrtArenaAllocator, OrtMemTypeDefault, &memory));
  if (status != Status::kOk) return status;
  memory_.reset(memory);

  OrtSessionOptions* given_options = nullptr;
  status = check(api_.CreateSessionOptions(&given_options));
  if (status != Status::kOk) return status;
  const auto options = owned(given_options, api_.ReleaseSessionOptions);
  status = check(api_.SetIntraOpNumThreads(options.get(), static_cast<int>(threads)));
  if (status == Status::kOk) status = check(api_.SetInterOpNumThreads(options.get(), 1));
  if (status == Status::kOk) status = check(api_.DisableCpuMemArena(options.get()));
  if (status != Status::kOk) return status;

  if (bytes.empty()) return fail(Status::kGraphInvalid, detail, "the file is empty");
  OrtSession* session = nullptr;
  status = check(api_.CreateSessionFromArray(environment_.get(), bytes.data(), bytes.size(),
                                             options.get(), &session));
  if (status == Status::kOk) session_.reset(session);
  return status;
}

Status OnnxGraph::check_names(std::string* detail) const {
  size_t inputs = 0;
  size_t outputs = 0;
  Status status = checked(api_, api_.SessionGetInputCount(session_.get(), &inputs),
                          Status::kGraphInvalid, detail);
  if (status != Status::kOk) return status;
  status = checked(api_, api_.SessionGetOutputCount(session_.get(), &outputs),
                   Status::kGraphInvalid, detail);
  if (status != Status::kOk) return status;
  std::set<std::string> given, results;
  status = read_names(api_, session_.get(), inputs, api_.SessionGetInputName, &given, detail);
  if (status != Status::kOk) return status;
  status = read_names(api_, session_.get(), outputs, api_.SessionGetOutputName, &results, detail);
  if (status != Status::kOk) return status;

  if (given != std::set<std::string>(input_names_.begin(), input_names_.end())) {
    return fail(Status::kGraphContract, detail, "its inputs have other names");
  }
  for (const std::string& name : output_names_) {
    if (!results.contains(name)) return fail(Status::kGraphContract, detail, "it lacks " + name);
  }
  return Status::kOk;
}

// Runs a chunk of silence: the shapes that come out are the graph's own word on its vocabulary.
Status OnnxGraph::check_vocabulary(std::string* detail) const {
  const std::shared_ptr<const OnnxGraph> borrowed(this, [](const OnnxGraph*) {});
  OnnxRun run(borrowed);
  const std::vector<float> silence(contract_.chunk_samples());
  std::span<const float> log_probs;
  const Status status = run.run(silence, Stream::Course::kOn, &log_probs, detail);
  return status == Status::kGraphRun ? Status::kGraphContract : status;
}

OnnxRun::OnnxRun(std::shared_ptr<const OnnxGraph> graph) : graph_(std::move(graph)) {}

void OnnxRun::reset() {
  states_.clear();
  ahead_states_.clear();
}

Status OnnxRun::run(std::span<const float> chunk, Stream::Course course,
                    std::span<const float>* log_probs, std::string* detail) {
  const OrtApi& api = graph_->api_;
  if (states_.empty()) {
    const Status status = zero_states(detail);
    if (status != Status::kOk) return status;
  }
  const Values& before = course == Stream::Course::kFurtherAhead ? ahead_states_ : states_;
  const size_t frames = chunk.size() / graph_->contract_.frame_samples;
  const int64_t shape[] = {1, static_cast<int64_t>(chunk.size())};
  OrtValue* given = nullptr;
  Status status =
      checked(api,
              api.CreateTensorWithDataAsOrtValue(
                  graph_->memory_.get(), const_cast<float*>(chunk.data()), chunk.size_bytes(),
                  shape, 2, ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT, &given),
              Status::kGraphRun, detail);
  if (status != Status::kOk) return status;
  const auto waveform = owned(given, api.ReleaseValue);

  std::vector<const OrtValue*> inputs = {waveform.get()};
  for (const auto& state : before) inputs.push_back(state.get());
  std::vector<OrtValue*> results(graph_->output_names_.size(), nullptr);
  const auto input_names = pointers(graph_->input_names_);
  const auto output_names = pointers(graph_->output_names_);
  outputs_.clear();
  outputs_.reserve(results.size());
  OrtStatus* answer =
      api.Run(graph_->session_.get(), nullptr, input_names.data(), inputs.data(), inputs.size(),
              output_names.data(), output_names.size(), results.data());
  for (OrtValue* result : results) outputs_.push_back(owned(result, api.ReleaseValue));
  status = checked(api, answer, Status::kGraphRun, detail);
  if (status == Status::kOk) status = check_outputs(static_cast<int64_t>(frames), detail);
  if (status != Status::kOk) return status;

  Values& after = course == Stream::Course::kOn ? states_ : ahead_states_;
  after.clear();
  for (size_t i = 1; i < outputs_.size(); ++i) after.push_back(std::move(outputs_[i]));
  void* data = nullptr;
  status = checked(api, api.GetTensorMutableData(outputs_.front().get(), &data), Status::kGraphRun,
                   detail);
  *log_probs = {static_cast<const float*>(data), frames * graph_->columns_};
  return status;
}

Status OnnxRun::zero_states(std::string* detail) {
  const OrtApi& api = graph_->api_;
  states_.clear();
  OrtAllocator* allocator = nullptr;
  Status status =
      checked(api, api.GetAllocatorWithDefaultOptions(&allocator), Status::kGraphRun, detail);
  for (const AcousticState& state : graph_->contract_.states) {
    if (status != Status::kOk) return status;
    std::vector<int64_t> shape = {1};
    shape.insert(shape.end(), state.shape.begin(), state.shape.end());
    OrtValue* value = nullptr;
    status = checked(api,
                     api.CreateTensorAsOrtValue(allocator, shape.data(), shape.size(),
                                                ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT, &value),
                     Status::kGraphRun, detail);
    if (status != Status::kOk) return status;
    states_.push_back(owned(value, api.ReleaseValue));
    void* data = nullptr;
    status = checked(api, api.GetTensorMutableData(value, &data), Status::kGraphRun, detail);
    if (status == Status::kOk) std::memset(data, 0, state.size * sizeof(float));
  }
  return status;
}

// The graph is a file that may say anything: its results are believed where they have the type and
// the shape of the contract.
Status OnnxRun::check_outputs(int64_t frames, std::string* detail) const {
  const OrtApi& api = graph_->api_;
  const AcousticContract& contract = graph_->contract_;
  for (size_t i = 0; i < outputs_.size(); ++i) {
    std::vector<int64_t> wanted = {1, frames, graph_->columns_};
    if (i > 0) {
      const std::vector<int64_t>& shape = contract.states[i - 1].shape;
      wanted.assign(1, 1);
      wanted.insert(wanted.end(), shape.begin(), shape.end());
    }
    OrtTensorTypeAndShapeInfo* given = nullptr;
    ONNXTensorElementDataType type = ONNX_TENSOR_ELEMENT_DATA_TYPE_UNDEFINED;
    size_t dimensions = 0;
    Status status = checked(api, api.GetTensorTypeAndShape(outputs_[i].get(), &given),
                            Status::kGraphContract, detail);
    if (status != Status::kOk) return status;
    const auto info = owned(given, api.ReleaseTensorTypeAndShapeInfo);
    status = checked(api, api.GetTensorElementType(given, &type), Status::kGraphContract, detail);
    if (status != Status::kOk) return status;
    status =
        checked(api, api.GetDimensionsCount(given, &dimensions), Status::kGraphContract, detail);
    if (status != Status::kOk) return status;
    std::vector<int64_t> shape(dimensions);
    status = checked(api, api.GetDimensions(given, shape.data(), dimensions),
                     Status::kGraphContract, detail);
    if (status != Status::kOk) return status;
    if (type != ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT || shape != wanted) {
      return fail(Status::kGraphContract, detail,
                  graph_->output_names_[i] + " has the shape " + shape_text(shape) + ", not " +
                      shape_text(wanted) + ", or is not float32");
    }
  }
  return Status::kOk;
}

}  // namespace auricle::capi
