// The packed form of a lexicon; its layout stands in auricle/lexicon.h.
#include <algorithm>
#include <cstring>

#include "auricle/lexicon.h"
#include "auricle/mapped_file.h"
#include "auricle/utf8.h"
#include "file.h"
#include "lexicon_builder.h"
#include "lexicon_text.h"

namespace auricle {
namespace {

// A high bit, line ends of both kinds and an end-of-file mark: a transfer as text damages it
// visibly, and no text begins like this.
constexpr uint8_t kMagic[8] = {0x89, 'A', 'L', 'X', '\r', '\n', 0x1A, '\n'};
constexpr uint32_t kVersion = 1;
constexpr size_t kHeaderBytes = 48;

uint64_t fnv1a(std::span<const uint8_t> bytes) {
  uint64_t hash = 0xCBF29CE484222325ULL;
  for (const uint8_t byte : bytes) hash = (hash ^ byte) * 0x100000001B3ULL;
  return hash;
}

void put(std::vector<uint8_t>* bytes, uint64_t value, int count) {
  for (int i = 0; i < count; ++i) bytes->push_back(static_cast<uint8_t>(value >> (8 * i)));
}

void put_variable(std::vector<uint8_t>* bytes, uint32_t value) {
  for (; value >= 0x80; value >>= 7) bytes->push_back(static_cast<uint8_t>(value | 0x80));
  bytes->push_back(static_cast<uint8_t>(value));
}

uint64_t get(std::span<const uint8_t> bytes, size_t at, int count) {
  uint64_t value = 0;
  for (int i = 0; i < count; ++i) {
    value |= static_cast<uint64_t>(bytes[at + static_cast<size_t>(i)]) << (8 * i);
  }
  return value;
}

template <typename Sequence>
size_t shared_length(const Sequence& a, const Sequence& b) {
  const size_t common = std::min(a.size(), b.size());
  return static_cast<size_t>(
      std::mismatch(a.begin(), a.begin() + static_cast<long>(common), b.begin()).first - a.begin());
}

// Reads the body, never beyond its end; what does not fit makes it not ok().
class BodyReader {
 public:
  explicit BodyReader(std::span<const uint8_t> bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  bool at_end() const { return at_ == bytes_.size(); }

  uint8_t byte() {
    if (at_ == bytes_.size()) {
      ok_ = false;
      return 0;
    }
    return bytes_[at_++];
  }

  uint32_t variable() {
    uint64_t value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      const uint8_t part = byte();
      value |= static_cast<uint64_t>(part & 0x7F) << shift;
      if (part < 0x80) {
        if (value > UINT32_MAX) break;
        return static_cast<uint32_t>(value);
      }
    }
    ok_ = false;
    return 0;
  }

 private:
  std::span<const uint8_t> bytes_;
  size_t at_ = 0;
  bool ok_ = true;
};

bool read_words(BodyReader* body, uint32_t count, LexiconBuilder* builder) {
  std::string word;
  for (uint32_t number = 0; number < count; ++number) {
    const std::string before = word;
    const size_t shared = body->byte();
    const size_t added = body->byte();
    if (shared > word.size() || shared + added > Lexicon::kMaxLength) return false;
    word.resize(shared);
    for (size_t i = 0; i < added; ++i) word.push_back(static_cast<char>(body->byte()));
    if (!body->ok() || word <= before || !is_utf8(word)) return false;
    if (word.find_first_of(" \t\r\n") != std::string::npos) return false;
    builder->add_word(word);
    if (builder->full()) return false;
  }
  return true;
}

bool read_spellings(BodyReader* body, uint32_t count, uint32_t words, const Vocabulary& vocabulary,
                    LexiconBuilder* builder) {
  std::vector<uint32_t> tokens;
  for (uint32_t i = 0; i < count; ++i) {
    const size_t shared = body->byte();
    const size_t added = body->byte();
    if (shared > tokens.size() || shared + added > Lexicon::kMaxLength) return false;
    tokens.resize(shared);
    for (size_t k = 0; k < added; ++k) {
      const uint32_t token = body->variable();
      if (token >= vocabulary.size() || token == vocabulary.blank()) return false;
      tokens.push_back(token);
    }
    const uint32_t word = body->variable();
    if (!body->ok() || tokens.empty() || word >= words) return false;
    builder->add_spelling(word, tokens);
    if (builder->full()) return false;
  }
  return true;
}

Status unpack(std::span<const uint8_t> bytes, const Vocabulary& vocabulary,
              std::shared_ptr<const Lexicon>* out, std::string* detail) {
  const auto truncated = [&](uint64_t wanted) {
    return fail(Status::kLexiconTruncated, detail,
                "it has " + std::to_string(bytes.size()) + " bytes of " + std::to_string(wanted));
  };
  if (bytes.size() < kHeaderBytes) return truncated(kHeaderBytes);
  const auto version = static_cast<uint32_t>(get(bytes, 8, 4));
  if (version != kVersion) {
    return fail(Status::kLexiconBadVersion, detail,
                "it has version " + std::to_string(version) + ", and version " +
                    std::to_string(kVersion) + " is read");
  }
  if (get(bytes, 20, 4) != 0) {
    return fail(Status::kLexiconBadVersion, detail, "it has flags that are not known");
  }
  const auto words = static_cast<uint32_t>(get(bytes, 12, 4));
  const auto spellings = static_cast<uint32_t>(get(bytes, 16, 4));
  if (get(bytes, 24, 8) != vocabulary.fingerprint()) {
    return fail(Status::kLexiconVocabularyMismatch, detail,
                "its fingerprint is " + std::to_string(get(bytes, 24, 8)) + ", the model's is " +
                    std::to_string(vocabulary.fingerprint()));
  }
  const uint64_t body_bytes = get(bytes, 32, 8);
  if (body_bytes > bytes.size() - kHeaderBytes) return truncated(body_bytes + kHeaderBytes);
  const std::span<const uint8_t> body_span = bytes.subspan(kHeaderBytes);
  if (body_bytes < body_span.size()) {
    return fail(Status::kLexiconCorrupt, detail, "bytes follow its end");
  }
  if (fnv1a(body_span) != get(bytes, 40, 8)) return Status::kLexiconChecksum;
  BodyReader body(body_span);
  LexiconBuilder builder(vocabulary.fingerprint());
  if (!read_words(&body, words, &builder) ||
      !read_spellings(&body, spellings, words, vocabulary, &builder) || !body.at_end()) {
    return Status::kLexiconCorrupt;
  }
  if (words == 0 || spellings == 0) return Status::kLexiconEmpty;
  *out = builder.finish();
  return Status::kOk;
}

}  // namespace

Status Lexicon::read(std::span<const uint8_t> bytes, const Vocabulary& vocabulary,
                     std::shared_ptr<const Lexicon>* out, std::string* detail) {
  if (vocabulary.boundary() != WordBoundary::kLexicon) return Status::kVocabularySpells;
  const bool packed =
      bytes.size() >= sizeof kMagic && std::equal(kMagic, kMagic + 8, bytes.begin());
  if (packed) return unpack(bytes, vocabulary, out, detail);
  return parse_lexicon({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, vocabulary, out,
                       detail);
}

Status Lexicon::open(const std::string& path, const Vocabulary& vocabulary,
                     std::shared_ptr<const Lexicon>* out, std::string* detail) {
  MappedFile file;
  if (!file.open(path)) return Status::kLexiconNotFound;
  return read(file.bytes(), vocabulary, out, detail);
}

std::vector<uint8_t> Lexicon::pack() const {
  std::vector<uint8_t> body;
  std::string_view before;
  for (uint32_t number = 0; number < size(); ++number) {
    const std::string_view text = word(number);
    const size_t shared = shared_length(before, text);
    body.push_back(static_cast<uint8_t>(shared));
    body.push_back(static_cast<uint8_t>(text.size() - shared));
    body.insert(body.end(), text.begin() + static_cast<long>(shared), text.end());
    before = text;
  }
  struct Visit {  // of the trie, depth first: the order of the spellings
    Node node;
    size_t depth;
  };
  std::vector<Visit> waiting = {{kRoot, 0}};
  std::vector<uint32_t> tokens, written;
  while (!waiting.empty()) {
    const Visit visit = waiting.back();
    waiting.pop_back();
    if (visit.depth > 0) {
      tokens.resize(visit.depth - 1);
      tokens.push_back(labels_[visit.node]);
    }
    for (const uint32_t number : words(visit.node)) {
      const size_t shared = shared_length(written, tokens);
      body.push_back(static_cast<uint8_t>(shared));
      body.push_back(static_cast<uint8_t>(tokens.size() - shared));
      for (size_t i = shared; i < tokens.size(); ++i) put_variable(&body, tokens[i]);
      put_variable(&body, number);
      written = tokens;
    }
    const auto [first, last] = children(visit.node);
    for (Node child = last; child-- > first;) waiting.push_back({child, visit.depth + 1});
  }
  std::vector<uint8_t> bytes(kMagic, kMagic + sizeof kMagic);
  put(&bytes, kVersion, 4);
  put(&bytes, size(), 4);
  put(&bytes, node_words_.size(), 4);
  put(&bytes, 0, 4);
  put(&bytes, fingerprint_, 8);
  put(&bytes, body.size(), 8);
  put(&bytes, fnv1a(body), 8);
  bytes.insert(bytes.end(), body.begin(), body.end());
  return bytes;
}

Status Lexicon::write(const std::string& path, std::string* detail) const {
  const std::vector<uint8_t> bytes = pack();
  OutputFile file;
  if (!file.open(path) || !file.write(bytes.data(), bytes.size()) || !file.commit()) {
    return fail(Status::kFileWrite, detail, path);
  }
  return Status::kOk;
}

}  // namespace auricle
