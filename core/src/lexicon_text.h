// The text form of a lexicon.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "auricle/lexicon.h"

namespace auricle {

// Reads the lines of a lexicon; *detail names the line of an error.
Status parse_lexicon(std::string_view text, const Vocabulary& vocabulary,
                     std::shared_ptr<const Lexicon>* out, std::string* detail);

}  // namespace auricle
