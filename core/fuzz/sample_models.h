// Small models that fuzz targets start from.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "auricle/arpa.h"
#include "auricle/vocabulary.h"

namespace fuzz {

// Five tokens, the first of which is the blank.
std::shared_ptr<const auricle::Vocabulary> small_vocabulary(auricle::WordBoundary boundary);

// Three orders over the words "a", "ab", "b" and "ba".
extern const std::string_view kSmallArpa;

// Imports `arpa`, handed over in pieces of `piece` bytes; kOk puts the scorer's file into *bytes.
auricle::Status import_arpa(std::string_view arpa, size_t piece,
                            const auricle::ScorerOptions& options, std::vector<uint8_t>* bytes);

}  // namespace fuzz
