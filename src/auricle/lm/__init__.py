"""N-gram language models: build them from text, import and export ARPA, measure them.

Example:
    auricle.lm.build(["corpus.txt.gz"], "scorer.lm", auricle.lm.BuildOptions(order=4))
    scorer = auricle.lm.Scorer.open("scorer.lm")
    scorer.score("a sentence to score").log10_probability
"""

from auricle.lm.arpa import from_arpa as from_arpa
from auricle.lm.arpa import to_arpa as to_arpa
from auricle.lm.building import BuildReport as BuildReport
from auricle.lm.building import build as build
from auricle.lm.interpolation import MixtureWeight as MixtureWeight
from auricle.lm.interpolation import find_weight as find_weight
from auricle.lm.interpolation import interpolate as interpolate
from auricle.lm.options import BuildOptions as BuildOptions
from auricle.lm.options import ScorerOptions as ScorerOptions
from auricle.lm.pruning import prune as prune
from auricle.lm.scorer import Perplexity as Perplexity
from auricle.lm.scorer import Scorer as Scorer
from auricle.lm.scorer import ScorerInfo as ScorerInfo
from auricle.lm.scorer import SentenceScore as SentenceScore
from auricle.lm.scorer import WordScore as WordScore
from auricle.lm.scorer import write_fingerprint as write_fingerprint
from auricle.lm.scorer import write_weights as write_weights
from auricle.lm.spelling import Spelling as Spelling

__all__ = [
    "BuildOptions",
    "BuildReport",
    "MixtureWeight",
    "Perplexity",
    "Scorer",
    "ScorerInfo",
    "ScorerOptions",
    "SentenceScore",
    "Spelling",
    "WordScore",
    "build",
    "find_weight",
    "from_arpa",
    "interpolate",
    "prune",
    "to_arpa",
    "write_fingerprint",
    "write_weights",
]
