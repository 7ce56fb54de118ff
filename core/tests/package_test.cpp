#include "auricle/package.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auricle/sha256.h"
#include "check.h"
#include "zip_bytes.h"

namespace {

using auricle::Package;
using auricle::PackageDescription;
using auricle::Status;
using zip_bytes::Files;
using zip_bytes::zipped;

const char* const kJson = R"({"format": 1, "name": "tiny", "language": "en",
  "units": {"kind": "characters", "boundary": "separator", "blank": 0, "tokens": ["-", " ", "a"]},
  "acoustic": {"file": "acoustic.onnx", "sample_rate": 16000, "frame_samples": 640,
               "chunk_frames": 8, "delay_frames": 2, "states": [{"name": "h", "shape": [2, 3]}]},
  "scorer": null, "endpoint_seconds": 0.6})";

std::string with(const std::string& from, const std::string& to) {
  std::string json = kJson;
  json.replace(json.find(from), from.size(), to);
  return json;
}

std::string refusal(const std::string& json, Status expected) {
  PackageDescription description;
  std::string detail;
  CHECK_EQ(auricle::read_description(json, &description, &detail), expected);
  return detail;
}

std::span<const uint8_t> bytes_of(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

Status opened(const std::string& archive, std::unique_ptr<Package>* out, std::string* detail) {
  return Package::from_bytes(bytes_of(archive), out, detail);
}

}  // namespace

TEST(package_description_reads_what_the_engine_needs) {
  PackageDescription description;
  std::string detail;
  REQUIRE(auricle::read_description(kJson, &description, &detail) == Status::kOk);
  CHECK_EQ(description.name, "tiny");
  CHECK_EQ(description.tokens.size(), size_t{3});
  CHECK_EQ(description.acoustic.chunk_samples(), size_t{5120});
  CHECK_EQ(description.acoustic.file_chunk_frames, 8U);
  CHECK_NEAR(description.acoustic.frame_seconds(), 0.04, 1e-12);
  REQUIRE(description.acoustic.states.size() == 1);
  CHECK_EQ(description.acoustic.states[0].size, size_t{6});
  CHECK_EQ(description.scorer, "");
  CHECK_EQ(description.endpoint_seconds, 0.6);
  CHECK(!description.single_separators);
  CHECK(!description.beam_margin && !description.token_margin);
  CHECK_EQ(description.maximum_seconds, 30.0);
}

TEST(package_description_reads_how_to_search) {
  PackageDescription description;
  std::string detail;
  std::string json =
      with("\"scorer\": null", "\"beam_width\": 300, \"beam_margin\": 1000, \"token_margin\": 9.5");
  const std::string_view units = "\"blank\": 0";
  json.replace(json.find(units), units.size(), "\"blank\": 0, \"single_separators\": true");
  REQUIRE(auricle::read_description(json, &description, &detail) == Status::kOk);
  CHECK(description.single_separators);
  CHECK(description.beam_width == 300U);
  CHECK(description.beam_margin == 1000.0F && description.token_margin == 9.5F);
  for (const std::string name : {"beam_width", "beam_margin"}) {
    const std::string wrong = with("\"scorer\": null", "\"" + name + "\": 0");
    CHECK(refusal(wrong, Status::kPackageDescription).find(name) != std::string::npos);
  }
}

TEST(package_description_may_have_a_second_pass) {
  const auto described = [](const std::string& weight, const std::string& tokens) {
    return with("\"scorer\": null",
                "\"second_pass\": {\"tokens\": " + tokens +
                    ", \"blank\": 0, \"lexicon\": \"p.lexicon\", \"weight\": " + weight + "}");
  };
  PackageDescription description;
  REQUIRE(auricle::read_description(described("0.25", "[\"-\", \"AH\"]"), &description, nullptr) ==
          Status::kOk);
  REQUIRE(description.second_pass.has_value());
  CHECK_EQ(description.second_pass->tokens.size(), size_t{2});
  CHECK_EQ(description.second_pass->lexicon, "p.lexicon");
  CHECK_EQ(description.second_pass->weight, 0.25F);
  for (const auto& [weight, tokens] :
       {std::pair<std::string, std::string>{"2", "[]"}, {"0.5", "[1]"}, {"0.5", "null"}}) {
    const std::string why = refusal(described(weight, tokens), Status::kPackageDescription);
    CHECK(why.find("second_pass") != std::string::npos);
  }
}

TEST(package_description_may_give_files_longer_chunks) {
  PackageDescription description;
  const std::string json = with("\"delay_frames\"", "\"file_chunk_frames\": 32, \"delay_frames\"");
  REQUIRE(auricle::read_description(json, &description, nullptr) == Status::kOk);
  CHECK_EQ(description.acoustic.chunk_frames, 8U);
  CHECK_EQ(description.acoustic.file_chunk_frames, 32U);
}

TEST(package_description_names_what_is_wrong) {
  const Status kWrong = Status::kPackageDescription;
  CHECK_EQ(refusal(with("\"name\": \"tiny\", ", ""), kWrong), "name is missing");
  CHECK_EQ(refusal(with("\"language\": \"en\"", "\"language\": 3"), kWrong),
           "language is of another type");
  CHECK_EQ(refusal(with("separator", "word"), kWrong),
           "units.boundary is none of separator, prefix, none and lexicon");
  CHECK_EQ(refusal(with("640", "0"), kWrong), "acoustic.frame_samples is outside its range");
  CHECK_EQ(refusal(with("640", "640.5"), kWrong), "acoustic.frame_samples is not a whole number");
  CHECK_EQ(refusal(with("[2, 3]", "[2, 1e8]"), kWrong),
           "acoustic.states.shape is not made of whole numbers from 1 up, or is too large");
  CHECK_EQ(
      refusal(with("[{\"name\": \"h\", \"shape\": [2, 3]}]",
                   "[{\"name\": \"h\", \"shape\": [6e7]}, {\"name\": \"c\", \"shape\": [6e7]}]"),
              kWrong),
      "acoustic.states are too large together");
  // Together 2^32 samples, which a size of 32 bits does not hold.
  CHECK_EQ(refusal(with("\"frame_samples\": 640,\n               \"chunk_frames\": 8",
                        "\"frame_samples\": 524288, \"chunk_frames\": 8192"),
                   kWrong),
           "acoustic.chunk_frames makes it too long");
  CHECK_EQ(refusal(with("acoustic.onnx", "../acoustic.onnx"), kWrong),
           "acoustic.file is not the name of a file of the package");
  CHECK_EQ(refusal(with("\"scorer\": null", "\"scorer\": \"/etc/passwd\""), kWrong),
           "scorer is not the name of a file of the package");
  CHECK_EQ(refusal(with("\"states\"", "\"streaming\": false, \"states\""), kWrong),
           "acoustic.streaming is false: such a model runs in Python alone");
  CHECK_EQ(
      refusal(with("\"scorer\": null",
                   "\"calibration\": {\"word\": {\"bias\": 1, \"mean\": 2}}, \"scorer\": null"),
              kWrong),
      "calibration.word.mean is no weight of confidences; measure the model again");
  CHECK_EQ(refusal("[]", kWrong), "it is not an object");
  CHECK(refusal("{", kWrong).starts_with("byte 1"));
  CHECK_EQ(refusal(with("\"format\": 1", "\"format\": 99"), Status::kPackageFormat),
           "it has format 99, this library reads format 1");
  CHECK_EQ(refusal("{}", Status::kPackageFormat),
           "it has format no number, this library reads format 1");
}

TEST(package_of_an_archive_gives_its_files) {
  const std::string archive = zipped({{"auricle.json", kJson}, {"acoustic.onnx", "graph"}});
  std::unique_ptr<Package> package;
  std::string detail;
  REQUIRE(opened(archive, &package, &detail) == Status::kOk);
  std::span<const uint8_t> content;
  CHECK_EQ(package->file("acoustic.onnx", &content, &detail), Status::kOk);
  CHECK_EQ(std::string(content.begin(), content.end()), "graph");
  CHECK_EQ(package->file("scorer.lm", &content, &detail), Status::kPackageFileMissing);
  CHECK_EQ(detail, "scorer.lm");
  CHECK_EQ(package->json(), kJson);
}

TEST(package_of_files_in_memory_is_the_same) {
  const std::string json = kJson;
  const std::string graph = "graph";
  std::unique_ptr<Package> package;
  std::string detail;
  auricle::Archive::Members files = {{"acoustic.onnx", bytes_of(graph)}};
  CHECK_EQ(Package::from_files(files, &package, &detail), Status::kPackageNotFound);
  CHECK_EQ(detail, "it has no auricle.json");
  files["auricle.json"] = bytes_of(json);
  REQUIRE(Package::from_files(files, &package, &detail) == Status::kOk);
  CHECK_EQ(package->description().name, "tiny");
  std::span<const uint8_t> content;
  CHECK_EQ(package->file("acoustic.onnx", &content, &detail), Status::kOk);
  CHECK_EQ(content.size(), graph.size());
  CHECK_EQ(package->file("scorer.lm", &content, &detail), Status::kPackageFileMissing);
}

TEST(package_verifies_its_files) {
  const auto described = [](const std::string& sum) {
    return with("\"scorer\": null", "\"checksums\": {\"acoustic.onnx\": \"" + sum + "\"}");
  };
  std::unique_ptr<Package> package;
  std::string detail;
  const std::string right = auricle::sha256(bytes_of("graph"));
  const std::string good = zipped({{"auricle.json", described(right)}, {"acoustic.onnx", "graph"}});
  REQUIRE(opened(good, &package, &detail) == Status::kOk);
  CHECK_EQ(package->verify(&detail), Status::kOk);
  const std::string bad = zipped({{"auricle.json", described(right)}, {"acoustic.onnx", "grapf"}});
  REQUIRE(opened(bad, &package, &detail) == Status::kOk);
  CHECK_EQ(package->verify(&detail), Status::kPackageChecksum);
  CHECK_EQ(detail, "acoustic.onnx");
}

TEST(archives_that_are_none_or_pack_otherwise_are_refused) {
  std::unique_ptr<Package> package;
  std::string detail;
  const Files files = {{"auricle.json", kJson}};
  CHECK_EQ(opened("", &package, &detail), Status::kPackageArchive);
  CHECK_EQ(opened("no archive", &package, &detail), Status::kPackageArchive);
  CHECK_EQ(opened(zipped(files, 8), &package, &detail), Status::kPackageArchive);
  CHECK_EQ(detail, "auricle.json is compressed or encrypted; pack it stored");
  CHECK_EQ(opened(zipped({{"../evil", ""}}), &package, &detail), Status::kPackageArchive);
  CHECK_EQ(opened(zipped({{"other.json", ""}}), &package, &detail), Status::kPackageFileMissing);
}

TEST(archives_cut_or_damaged_anywhere_are_refused_or_read) {
  const std::string archive = zipped({{"auricle.json", kJson}, {"acoustic.onnx", "graph"}});
  std::unique_ptr<Package> package;
  std::string detail;
  for (size_t size = 0; size < archive.size(); ++size) {
    const std::string cut = archive.substr(0, size);
    CHECK(opened(cut, &package, &detail) != Status::kOk);
  }
  for (size_t at = 0; at < archive.size(); ++at) {
    for (const char flip : {'\x01', '\x80', '\xFF'}) {
      std::string damaged = archive;
      damaged[at] = static_cast<char>(damaged[at] ^ flip);
      opened(damaged, &package, &detail);  // stays inside of the bytes, whatever it says
    }
  }
}

TEST(package_of_nothing_is_not_found) {
  std::unique_ptr<Package> package;
  std::string detail;
  CHECK_EQ(Package::open("no/such/place", &package, &detail), Status::kPackageNotFound);
}
