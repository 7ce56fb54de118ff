#include "auricle/package.h"

#include <utility>
#include <vector>

#include "auricle/sha256.h"

namespace auricle {

Status Package::open(const std::string& path, std::unique_ptr<Package>* out, std::string* detail) {
  std::unique_ptr<Package> package(new Package());
  Status status = Status::kOk;
  if (package->archive_file_.open(path)) {
    status = package->read_archive(package->archive_file_.bytes(), detail);
  } else {
    package->folder_ = path + "/";
    if (MappedFile description; !description.open(package->folder_ + kDescriptionFile)) {
      return fail(Status::kPackageNotFound, detail,
                  path + " is neither a .auricle file nor a folder with " + kDescriptionFile);
    }
  }
  if (status == Status::kOk) status = package->read_json(detail);
  if (status == Status::kOk) *out = std::move(package);
  return status;
}

Status Package::from_bytes(std::span<const uint8_t> bytes, std::unique_ptr<Package>* out,
                           std::string* detail) {
  std::unique_ptr<Package> package(new Package());
  Status status = package->read_archive(bytes, detail);
  if (status == Status::kOk) status = package->read_json(detail);
  if (status == Status::kOk) *out = std::move(package);
  return status;
}

Status Package::from_files(Archive::Members files, std::unique_ptr<Package>* out,
                           std::string* detail) {
  std::unique_ptr<Package> package(new Package());
  package->archive_ = Archive(std::move(files));
  if (std::span<const uint8_t> text; !package->archive_.find(kDescriptionFile, &text)) {
    return fail(Status::kPackageNotFound, detail, std::string("it has no ") + kDescriptionFile);
  }
  const Status status = package->read_json(detail);
  if (status == Status::kOk) *out = std::move(package);
  return status;
}

Status Package::read_archive(std::span<const uint8_t> bytes, std::string* detail) {
  return Archive::open(bytes, &archive_, detail);
}

Status Package::read_json(std::string* detail) {
  std::span<const uint8_t> text;
  const Status status = file(kDescriptionFile, &text, detail);
  if (status != Status::kOk) return status;
  json_.assign(text.begin(), text.end());
  return read_description(json_, &description_, detail);
}

Status Package::file(const std::string& name, std::span<const uint8_t>* out, std::string* detail) {
  if (folder_.empty()) {
    if (archive_.find(name, out)) return Status::kOk;
    return fail(Status::kPackageFileMissing, detail, name);
  }
  auto found = files_.find(name);
  if (found == files_.end()) {
    MappedFile file;
    if (!is_plain_file_name(name) || !file.open(folder_ + name)) {
      return fail(Status::kPackageFileMissing, detail, name);
    }
    found = files_.emplace(name, std::move(file)).first;
  }
  *out = found->second.bytes();
  return Status::kOk;
}

Status Package::verify(std::string* detail) {
  for (const auto& [name, expected] : description_.checksums) {
    std::span<const uint8_t> content;
    const Status status = file(name, &content, detail);
    if (status != Status::kOk) return status;
    if (sha256(content) != expected) return fail(Status::kPackageChecksum, detail, name);
  }
  return Status::kOk;
}

Status Package::open_lexicon(const Vocabulary& vocabulary, std::shared_ptr<const Lexicon>* out,
                             std::string* detail) {
  if (description_.lexicon.empty()) return Status::kOk;
  std::span<const uint8_t> content;
  const Status status = file(description_.lexicon, &content, detail);
  return status == Status::kOk ? Lexicon::read(content, vocabulary, out, detail) : status;
}

Status Package::open_second_pass(std::shared_ptr<const SecondPass>* out, std::string* detail) {
  if (!description_.second_pass) return Status::kOk;
  const SecondUnits& second = *description_.second_pass;
  std::shared_ptr<const Vocabulary> units;
  std::shared_ptr<const Lexicon> lexicon;
  std::span<const uint8_t> content;
  Status status =
      Vocabulary::create(second.tokens, second.blank, WordBoundary::kLexicon, &units, detail);
  if (status == Status::kOk) status = file(second.lexicon, &content, detail);
  if (status == Status::kOk) status = Lexicon::read(content, *units, &lexicon, detail);
  if (status != Status::kOk) return status;
  return SecondPass::create(std::move(units), std::move(lexicon), second.weight, out, detail);
}

Status Package::open_scorer(std::unique_ptr<Ngram>* out, std::string* detail) {
  const std::string& name = description_.scorer;
  if (name.empty()) return Status::kOk;
  std::span<const uint8_t> content;
  const Status status = file(name, &content, detail);
  if (status != Status::kOk) return status;
  if (!folder_.empty()) return Ngram::open(folder_ + name, out, detail);
  return Ngram::from_bytes(std::vector<uint8_t>(content.begin(), content.end()), out, detail);
}

}  // namespace auricle
