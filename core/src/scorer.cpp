#include "auricle/scorer.h"

#include <algorithm>
#include <utility>

namespace auricle {
namespace {

constexpr float kLn10 = 2.302585093F;

// What the trie of the words rests on. A damaged scorer opens without it, because opening reads the
// header only.
bool words_are_sorted(const Ngram& model) {
  for (uint32_t word = Ngram::kFirstWord; word < model.vocabulary_size(); ++word) {
    const std::string_view before =
        word == Ngram::kFirstWord ? std::string_view() : model.word(word - 1);
    if (model.word(word) <= before) return false;
  }
  return true;
}

}  // namespace

Status Scorer::create(std::unique_ptr<Ngram> ngram, const Vocabulary& vocabulary,
                      std::shared_ptr<const Lexicon> lexicon, std::shared_ptr<const Scorer>* out,
                      std::string* detail) {
  const ScorerInfo& info = ngram->info();
  if (info.vocabulary_fingerprint != 0 && info.vocabulary_fingerprint != vocabulary.fingerprint()) {
    return fail(Status::kScorerVocabularyMismatch, detail,
                "its fingerprint is " + std::to_string(info.vocabulary_fingerprint) +
                    ", the model's is " + std::to_string(vocabulary.fingerprint()));
  }
  if (info.kind == ScorerKind::kUnit && vocabulary.boundary() != WordBoundary::kNone) {
    return fail(Status::kScorerVocabularyMismatch, detail,
                "it counts units, for models whose tokens are words; this one's make words");
  }
  if (!words_are_sorted(*ngram)) {
    return fail(Status::kScorerCorrupt, detail, "its words are not in order");
  }
  const Status status = vocabulary.check_lexicon(lexicon != nullptr);
  if (status != Status::kOk) return status;
  std::shared_ptr<Scorer> made(new Scorer());
  made->weights_ = info.weights;
  made->ngram_ = std::move(ngram);
  made->lexicon_ = std::move(lexicon);
  made->unknown_value_ = made->unigram(Ngram::kUnknown);
  if (made->lexicon_) {
    made->look_up(*made->lexicon_, &made->words_, &made->best_values_);
  } else {
    const Scorer& scorer = *made;
    made->trie_ = WordTrie::build(
        Ngram::kFirstWord, scorer.ngram().vocabulary_size() - Ngram::kFirstWord,
        [&scorer](uint32_t word) { return scorer.ngram().word(word); },
        [&scorer](uint32_t word) { return scorer.unigram(word); });
  }
  *out = std::move(made);
  return Status::kOk;
}

void Scorer::look_up(const Lexicon& lexicon, std::vector<uint32_t>* words,
                     std::vector<float>* best_values) const {
  std::vector<float> values;
  words->clear();
  for (uint32_t number = 0; number < lexicon.size(); ++number) {
    words->push_back(ngram_->find(lexicon.word(number)));
    values.push_back(words->back() == Ngram::kUnknown ? kNoValue : unigram(words->back()));
  }
  best_values->assign(lexicon.node_count(), kNoValue);
  for (Lexicon::Node node = lexicon.node_count(); node-- > 0;) {  // children come after parents
    float& best = (*best_values)[node];
    for (const uint32_t number : lexicon.words(node)) best = std::max(best, values[number]);
    const auto [first, last] = lexicon.children(node);
    for (Lexicon::Node child = first; child < last; ++child) {
      best = std::max(best, (*best_values)[child]);
    }
  }
}

float Scorer::unigram(uint32_t word) const {
  NgramState next;
  return score(ngram_->null_context(), word, &next);
}

float Scorer::score(const NgramState& state, uint32_t word, NgramState* next) const {
  return kLn10 * ngram_->score(state, word, next);
}

}  // namespace auricle
