#include "auricle/scorer.h"

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
                      std::shared_ptr<const Scorer>* out, std::string* detail) {
  const ScorerInfo& info = ngram->info();
  if (info.vocabulary_fingerprint != 0 && info.vocabulary_fingerprint != vocabulary.fingerprint()) {
    return fail(Status::kScorerVocabularyMismatch, detail,
                "its fingerprint is " + std::to_string(info.vocabulary_fingerprint) +
                    ", the model's is " + std::to_string(vocabulary.fingerprint()));
  }
  if (!words_are_sorted(*ngram)) {
    return fail(Status::kScorerCorrupt, detail, "its words are not in order");
  }
  std::shared_ptr<Scorer> made(new Scorer());
  made->weights_ = info.weights;
  made->ngram_ = std::move(ngram);
  const Ngram& model = *made->ngram_;
  const NgramState no_context = model.null_context();
  NgramState ignored;
  made->unknown_value_ = made->score(no_context, Ngram::kUnknown, &ignored);
  made->lexicon_ = Lexicon::build(
      Ngram::kFirstWord, model.vocabulary_size() - Ngram::kFirstWord,
      [&model](uint32_t word) { return model.word(word); },
      [&model, &no_context](uint32_t word) {
        NgramState next;
        return kLn10 * model.score(no_context, word, &next);
      });
  *out = std::move(made);
  return Status::kOk;
}

float Scorer::score(const NgramState& state, uint32_t word, NgramState* next) const {
  return kLn10 * ngram_->score(state, word, next);
}

}  // namespace auricle
