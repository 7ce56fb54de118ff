// Parses the subset of JSGF that auricle/grammar.h describes.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "auricle/status.h"
#include "grammar_builder.h"

namespace auricle {

// *entry becomes the alternatives of the public rules, in the order of the file.
Status parse_jsgf(std::string_view text, std::unordered_map<std::string, Rule>* rules,
                  Expansion* entry, std::string* detail);

}  // namespace auricle
