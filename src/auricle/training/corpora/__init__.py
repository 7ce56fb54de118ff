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
from auricle.training.corpora.common_voice import read_common_voice
from auricle.training.corpora.folders import read_folder, read_kaldi, read_table
from auricle.training.corpora.lingua_libre import read_lingua_libre
from auricle.training.corpora.m_ailabs import read_m_ailabs
from auricle.training.corpora.timit_sample import read_timit_sample
from auricle.training.corpora.tuda import read_tuda
from auricle.training.corpora.voxforge import read_voxforge

__all__ = ["READERS", "Reader"]

Reader: TypeAlias = Callable[[Path], Iterator[tuple[str, Utterance]]]

READERS: dict[str, Reader] = {
    "common-voice": read_common_voice,
    "folder": read_folder,
    "kaldi": read_kaldi,
    "ldc93s1": read_timit_sample,
    "lingua-libre": read_lingua_libre,
    "m-ailabs": read_m_ailabs,
    "table": read_table,
    "tuda": read_tuda,
    "voxforge": read_voxforge,
}
