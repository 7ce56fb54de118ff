"""Corpora as people publish them, read into utterances.

A reader is a function that takes the folder of a corpus and yields each utterance with the part of
the corpus it belongs to ("train", "dev", ...; "" where there are none). Texts come out as they are
written; normalising them belongs to training. Readers of this package are those in `READERS`; what
lhotse can read as well is in `auricle.training.corpora.recipes`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

from auricle.manifest import Utterance
from auricle.training.corpora.african_french import read_african_french
from auricle.training.corpora.ccpmf import read_ccpmf
from auricle.training.corpora.common_voice import read_common_voice
from auricle.training.corpora.folders import read_folder, read_kaldi, read_table
from auricle.training.corpora.gram_vaani import read_gram_vaani
from auricle.training.corpora.lingua_libre import read_lingua_libre
from auricle.training.corpora.m_ailabs import read_m_ailabs
from auricle.training.corpora.spoken_wikipedia import read_spoken_wikipedia
from auricle.training.corpora.tatoeba import read_tatoeba
from auricle.training.corpora.timit_sample import read_timit_sample
from auricle.training.corpora.training_speech import read_training_speech
from auricle.training.corpora.tuda import read_tuda
from auricle.training.corpora.voxforge import read_voxforge

__all__ = ["DEEPSPEECH_NAMES", "READERS", "Reader"]

Reader: TypeAlias = Callable[[Path], Iterator[tuple[str, Utterance]]]

READERS: dict[str, Reader] = {
    "african-french": read_african_french,
    "ccpmf": read_ccpmf,
    "common-voice": read_common_voice,
    "folder": read_folder,
    "gram-vaani": read_gram_vaani,
    "kaldi": read_kaldi,
    "ldc93s1": read_timit_sample,
    "lingua-libre": read_lingua_libre,
    "m-ailabs": read_m_ailabs,
    "spoken-wikipedia": read_spoken_wikipedia,
    "table": read_table,
    "tatoeba": read_tatoeba,
    "training-speech": read_training_speech,
    "tuda": read_tuda,
    "voxforge": read_voxforge,
}
# What DeepSpeech called its importers, where we or lhotse call them otherwise.
DEEPSPEECH_NAMES = {
    "aidatatang": "aidatatang-200zh",
    "cv": "common-voice",
    "cv2": "common-voice",
    "fisher": "fisher-english",
    "freestmandarin": "stcmds",
    "gram_vaani": "gram-vaani",
    "librivox": "librispeech",
    "lingua_libre": "lingua-libre",
    "slr57": "african-french",
    "swb": "switchboard",
    "swc": "spoken-wikipedia",
    "ted": "tedlium2",
    "ts": "training-speech",
}
