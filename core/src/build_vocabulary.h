// BuildVocabulary: the words of a corpus, their counts and their final numbers.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace auricle {

class BuildVocabulary {
 public:
  BuildVocabulary();

  // The number of a word in the order of appearance, counting it; Ngram::kUnknown.. for the special
  // words.
  uint32_t count(std::string_view word);

  // Decides which words stay and numbers them: the special ones, those that stay in the order of
  // their bytes, then the others.
  void keep_all();
  void keep_most_frequent(uint64_t limit);
  void keep_listed(const std::vector<std::string>& words);
  void number();

  uint32_t number_of(uint32_t appearance) const { return numbers_[appearance]; }
  bool kept(uint32_t appearance) const { return numbers_[appearance] < kept_; }
  uint32_t kept_size() const { return kept_; }

  // The kept words by number.
  std::vector<std::string> words() const;

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  std::unordered_map<std::string, uint32_t, Hash, std::equal_to<>> ids_;
  std::vector<const std::string*> words_;  // keys of ids_, by appearance
  std::vector<uint64_t> counts_;
  std::vector<bool> keep_;
  std::vector<uint32_t> numbers_;
  uint32_t kept_ = 0;
};

}  // namespace auricle
