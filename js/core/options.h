// The options of a stream as JSON: the names and meanings of DecodingOptions and EndpointOptions of
// Python.
#pragma once

#include <string>
#include <string_view>

#include "auricle/search_model.h"
#include "auricle/status.h"

namespace auricle::js {

// Reads an object of options: kInvalidArgument, or a status of the grammar, where one is wrong.
//
//     use_scorer, closed_vocabulary                           booleans
//     beam_width, top_tokens, alternatives                    1 to 10000
//     beam_margin, token_margin                               above 0, natural log
//     alpha, beta, unknown_penalty, unknown_unit_penalty      natural log; alpha from 0
//     hot_words                                               phrase -> boost, natural log
//     grammar, unknown_phrase_cost                            text; from 0, null for infinity
//     endpoint_silence, endpoint_maximum                      seconds, 0 for never
//     endpoint_unsure_silence, endpoint_certainty             seconds; 0 to 1
Status read_options(std::string_view json, SearchOptions* out, std::string* detail);

}  // namespace auricle::js
